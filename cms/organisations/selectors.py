"""Reading organisations, memberships and groups."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from cms.core.instants import day_of
from cms.organisations.models import Membership, Organisation, WorkingGroup
from cms.users.models import User
from cms.users.selectors import in_good_standing


def valid_memberships(user: User, at: datetime) -> QuerySet[Membership]:
    """Return the person's memberships that are valid on the UTC day of the instant."""
    day = day_of(at)
    return (
        Membership.objects.filter(user=user)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day))
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day))
        .select_related("organisation")
        .prefetch_related("competences__element")
    )


def roles_of(user: User | AnonymousUser | None, at: datetime) -> frozenset[str]:
    """Return the roles that an account in good standing holds on the UTC day of the instant; none for any other."""
    if user is None or user.pk is None or not in_good_standing(user, at):
        return frozenset()
    return frozenset(valid_memberships(user, at).values_list("role", flat=True))


def leads_a_group(user: User | AnonymousUser | None, at: datetime) -> bool:
    """Tell whether an account in good standing leads a working group that has not ended."""
    if user is None or user.pk is None or not in_good_standing(user, at):
        return False
    return WorkingGroup.objects.filter(leader=user, ended_at__isnull=True).exists()


def below(organisation: Organisation) -> QuerySet[Organisation]:
    """Return the organisation and all below it."""
    return Organisation.objects.filter(lineage__contains=[organisation.pk])


def holds_role(user: User | AnonymousUser | None, roles: Collection[str], at: datetime) -> bool:
    """Tell whether an account in good standing holds one of the roles on the UTC day of the instant."""
    if user is None or user.pk is None or not in_good_standing(user, at):
        return False
    return valid_memberships(user, at).filter(role__in=list(roles)).exists()
