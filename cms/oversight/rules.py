"""Which parts of the trail, and which figures, are open to a person (policy, section 5, last line)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from cms.core.permissions import register
from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Membership, Organisation
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


# whose figures a role is shown: all participants' for those who look after the network, else the own one's
FIGURES_OF_OWN = frozenset({Role.APPROVER, Role.DECIDER, Role.NATIONAL_ADMIN})
FIGURES_OF_ALL = frozenset({Role.CURATOR})


@dataclass(frozen=True, slots=True)
class Figures:
    """What is asked about: the figures of a participant about an element (its code), at an instant."""

    participant_id: int
    element: str
    at: datetime


def figures_open_to(user: Any, at: datetime) -> Mapping[str, frozenset[int] | None]:
    """Return element code → the ids of the participants whose figures about it the person is shown; None means all.

    Each membership speaks for itself, and only about elements in which it is competent for all countries: then the
    person may read, or is of those who give the right to read, every item that is counted.
    """
    if not isinstance(user, User) or not in_good_standing(user, at):
        return {}
    held = valid_memberships(user, at).filter(role__in=FIGURES_OF_OWN | FIGURES_OF_ALL)
    found: dict[str, frozenset[int] | None] = {}
    for membership in held.prefetch_related("competences__element"):
        mine = _figures_of(membership)
        for code in _in_full(membership):
            before = found.get(code, frozenset())
            found[code] = None if mine is None or before is None else before | mine
    return found


def _figures_of(membership: Membership) -> frozenset[int] | None:
    participant = membership.organisation.participant_id
    if membership.role not in FIGURES_OF_ALL:
        return frozenset({participant})
    commission = Organisation.objects.filter(pk=participant, kind=OrganisationKind.COMMISSION)
    return None if commission.exists() else frozenset()


def _in_full(membership: Membership) -> list[str]:
    return [row.element.code for row in membership.competences.all() if not row.countries]


def may_see_figures(user: Any, ask: Any) -> bool:
    """Tell whether the person is shown a participant's figures about an element; they may take them along too."""
    if not isinstance(ask, Figures):
        return False
    participants = figures_open_to(user, ask.at).get(ask.element, frozenset())
    return participants is None or ask.participant_id in participants


register({"oversight.see_figures": may_see_figures})
