"""Which memberships count at an instant: what predicates and readers of the directory build on."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from cms.core.instants import day_of
from cms.organisations.enums import EDITING_ROLES, OFFICE_ROLES
from cms.organisations.models import Membership, WorkingGroup
from cms.users.models import User
from cms.users.selectors import accounts_in_good_standing, in_good_standing


def counting_on(rows: QuerySet[Membership], at: datetime) -> QuerySet[Membership]:
    """Keep the memberships that are valid on the UTC day of the instant."""
    day = day_of(at)
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    return rows.filter(begun, Q(valid_until__isnull=True) | Q(valid_until__gte=day))


def valid_memberships(user: User, at: datetime) -> QuerySet[Membership]:
    """Return the person's memberships that are valid on the UTC day of the instant."""
    rows = counting_on(Membership.objects.filter(user=user), at)
    return rows.select_related("organisation").prefetch_related("competences__element")


def standing_memberships(user: User, at: datetime) -> QuerySet[Membership]:
    """Return the person's memberships that have not ended, those still to begin included."""
    rows = Membership.objects.filter(user=user).filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day_of(at)))
    return rows.select_related("organisation").prefetch_related("competences__element").order_by("pk")


def roles_of(user: User | AnonymousUser | None, at: datetime) -> frozenset[str]:
    """Return the roles that an account in good standing holds on the UTC day of the instant; none for any other."""
    if user is None or user.pk is None or not in_good_standing(user, at):
        return frozenset()
    return frozenset(valid_memberships(user, at).values_list("role", flat=True))


def accounts_with_business(at: datetime) -> QuerySet[User]:
    """Return the accounts in good standing that have a page of their own in the editing interface: they write,
    administer, operate or audit on the day of the instant, or lead a working group that has not ended."""
    held = counting_on(Membership.objects.filter(user=OuterRef("pk"), role__in=list(EDITING_ROLES | OFFICE_ROLES)), at)
    led = WorkingGroup.objects.filter(leader=OuterRef("pk"), ended_at__isnull=True)
    return accounts_in_good_standing(at).filter(Exists(held) | Exists(led))


def has_business(user: User | AnonymousUser | None, at: datetime) -> bool:
    """Tell whether the person has a page of their own in the editing interface."""
    return user is not None and user.pk is not None and accounts_with_business(at).filter(pk=user.pk).exists()
