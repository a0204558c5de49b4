"""Which item is which key of a world file, and which accounts a demo publishes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.db.models import Prefetch

from cms.core.prepared import prepared_cursor
from cms.organisations.models import Membership
from cms.users.models import User
from cms.worlds.models import Kind, WorldObject

# asked at each search
_KEYS = "SELECT uuid, key FROM worlds_worldobject WHERE kind = %(item)s AND uuid = ANY (%(uuids)s::uuid[])"


def world_keys(uuids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the world files' keys of those of the items (by public identifier) that came from one."""
    with prepared_cursor() as cursor:
        cursor.execute(_KEYS, {"item": Kind.ITEM.value, "uuids": list(uuids)})
        return dict(cursor.fetchall())


def world_ids() -> dict[str, str]:
    """Return the public identifier of every item that came from a world file, by its key there, visible or not."""
    rows = WorldObject.objects.filter(kind=Kind.ITEM).order_by("key")
    return {key: str(uuid) for key, uuid in rows.values_list("key", "uuid")}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """An account with a published password, and how to sign in with it."""

    email: str
    name: str
    active: bool
    password: str
    totp_secret: str
    memberships: tuple[dict[str, Any], ...]


def demo_accounts() -> list[DemoAccount]:
    """Return every account that has a password from a world file, in order of address; none outside a demo."""
    if not settings.DEMO:
        return []
    published = WorldObject.objects.filter(kind=Kind.USER, object_id__isnull=False).exclude(password="")
    rows = {row.object_id or 0: row for row in published}
    users = User.objects.filter(pk__in=rows).order_by("email")
    memberships = Membership.objects.order_by("pk").select_related("organisation")
    second_factors = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user__in=rows)
    secrets = {row.user_id: decrypt(row.data["secret"]) for row in second_factors}
    return [
        DemoAccount(
            email=user.email,
            name=user.name,
            active=user.is_active,
            password=rows[user.pk].password,
            totp_secret=secrets.get(user.pk, ""),
            memberships=tuple(_membership(row) for row in user.memberships.all()),
        )
        for user in users.prefetch_related(
            Prefetch("memberships", memberships.prefetch_related("competences__element"))
        )
    ]


def _membership(row: Membership) -> dict[str, Any]:
    elements = sorted(competence.element.key for competence in row.competences.all())
    return {"organisation": row.organisation.key, "role": row.role, "elements": elements}
