"""Reading organisations, memberships and groups."""

from datetime import datetime

from django.db.models import Q, QuerySet

from cms.core.instants import day_of
from cms.organisations.models import Membership, Organisation
from cms.users.models import User


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


def below(organisation: Organisation) -> QuerySet[Organisation]:
    """Return the organisation and all below it."""
    return Organisation.objects.filter(lineage__contains=[organisation.pk])
