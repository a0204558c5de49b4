"""Which parts of the trail are open to a person (policy, section 5, last line)."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Organisation
from cms.organisations.selectors import valid_memberships
from cms.sharing.reach import Viewer, reaches_of
from cms.sharing.rights import RIGHTS
from cms.users.models import User
from cms.users.selectors import in_good_standing


def sees_readings(user: Viewer, at: datetime) -> bool:
    """Tell whether the person may learn who read items of an owner."""
    return any(reach.role in RIGHTS["see_readers"] for reach in reaches_of(user, at))


def administered(user: Viewer, at: datetime) -> frozenset[int]:
    """Return the ids of the organisations whose people the person administers."""
    return _below(user, Role.NATIONAL_ADMIN, at)


def audited(user: Viewer, at: datetime) -> frozenset[int] | None:
    """Return the ids of the organisations whose part of the trail an auditor reads: those of the auditor's own
    participant; None, for an auditor of the Commission, means the whole trail. Nobody else reads any."""
    places = _held(user, Role.AUDITOR, at)
    if any(place.kind == OrganisationKind.COMMISSION for place in _participants(places)):
        return None
    return _below(user, Role.AUDITOR, at)


def is_auditor(user: Viewer, at: datetime) -> bool:
    """Tell whether the person is an auditor."""
    return bool(_held(user, Role.AUDITOR, at))


def _held(user: Viewer, role: Role, at: datetime) -> list[Organisation]:
    if not isinstance(user, User) or not in_good_standing(user, at):
        return []
    return [membership.organisation for membership in valid_memberships(user, at).filter(role=role)]


def _participants(places: Collection[Organisation]) -> list[Organisation]:
    return list(Organisation.objects.filter(pk__in={place.participant_id for place in places}))


def _below(user: Viewer, role: Role, at: datetime) -> frozenset[int]:
    condition = Q(pk__in=[])
    for place in _held(user, role, at):
        condition |= Q(lineage__contains=[place.pk])
    return frozenset(Organisation.objects.filter(condition).values_list("pk", flat=True))
