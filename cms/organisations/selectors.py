"""Reading organisations, memberships and groups."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from cms.organisations.models import GroupMember, Organisation, WorkingGroup
from cms.organisations.standing import accounts_with_business, has_business, roles_of, valid_memberships
from cms.users.models import User
from cms.users.selectors import in_good_standing

__all__ = [
    "accounts_with_business",
    "below",
    "has_business",
    "holds_role",
    "present_members",
    "roles_of",
    "valid_memberships",
]


def below(organisation: Organisation) -> QuerySet[Organisation]:
    """Return the organisation and all below it."""
    return Organisation.objects.filter(lineage__contains=[organisation.pk])


def holds_role(user: User | AnonymousUser | None, roles: Collection[str], at: datetime) -> bool:
    """Tell whether an account in good standing holds one of the roles on the UTC day of the instant."""
    if user is None or user.pk is None or not in_good_standing(user, at):
        return False
    return valid_memberships(user, at).filter(role__in=list(roles)).exists()


def present_members(group: WorkingGroup, at: datetime) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the ids of the organisations and of the people who are members now: for sharing with those alone.

    The instant is that of the decision; members are not dated, so it names only when this was read.
    """
    rows = GroupMember.objects.filter(group=group, group__ended_at__isnull=True).order_by("pk")
    organisations = rows.filter(organisation__isnull=False).values_list("organisation_id", flat=True)
    people = rows.filter(user__isnull=False).values_list("user_id", flat=True)
    return tuple(key for key in organisations if key), tuple(key for key in people if key)
