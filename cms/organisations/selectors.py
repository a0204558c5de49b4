"""Reading organisations, memberships and groups."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from cms.organisations.models import GroupMember, Organisation, WorkingGroup
from cms.organisations.standing import leads_a_group, roles_of, valid_memberships
from cms.users.models import User
from cms.users.selectors import in_good_standing

__all__ = ["below", "holds_role", "leads_a_group", "present_members", "roles_of", "valid_memberships"]


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
    pairs = list(rows.values_list("organisation_id", "user_id"))
    organisations = tuple(organisation for organisation, _user in pairs if organisation is not None)
    return organisations, tuple(user for _organisation, user in pairs if user is not None)
