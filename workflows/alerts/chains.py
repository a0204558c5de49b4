"""Who is told of an alert for a participant, and in which order: read once, when the alert goes out."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from cms.elements.models import Element
from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Organisation
from cms.sharing.seers import seeing_memberships
from cms.sharing.tokens import MembershipReach
from workflows.alerts.enums import Function
from workflows.alerts.models import Absence, Duty

# contact point, deputy, head of unit, coordination desk
Chain = list[list[int]]


def chains_for(item: UUID, element: Element, owner: Organisation, at: datetime) -> dict[int, Chain]:
    """Return participant id → chain, for each participant but the owner's of which somebody may see the item.

    Contact points and deputies are those of the duty list who may acknowledge, or where it names none of them, all who
    may; heads of unit are those of the list, or the deciders; the coordination desk are the Commission's curators. Only
    people who may see the item, and are not away, are in a chain.
    """
    seeing = seeing_memberships(item, None, at)
    by_participant: dict[int, list[MembershipReach]] = {}
    for reach in seeing:
        by_participant.setdefault(reach.lineage[0], []).append(reach)
    desk = _coordination_desk(seeing)
    away = absent(at, {reach.user_id for reach in seeing})
    lists = _duty_lists(by_participant, element)
    by_participant.pop(owner.participant_id, None)
    return {
        participant: [*_national(reaches, lists.get(participant, {}), away), sorted(desk - away)]
        for participant, reaches in by_participant.items()
    }


def absent(at: datetime, users: Iterable[int]) -> frozenset[int]:
    """Return those of the people who are away at the instant."""
    rows = Absence.objects.filter(user__in=list(users), from_at__lte=at)
    rows = rows.filter(Q(until_at__isnull=True) | Q(until_at__gt=at))
    return frozenset(rows.values_list("user_id", flat=True))


def _duty_lists(participants: Iterable[int], element: Element) -> Mapping[int, Mapping[int, set[int]]]:
    found: dict[int, dict[int, set[int]]] = {}
    for row in Duty.objects.filter(participant__in=list(participants), element=element):
        found.setdefault(row.participant_id, {}).setdefault(row.function, set()).add(row.user_id)
    return found


def _coordination_desk(seeing: Iterable[MembershipReach]) -> set[int]:
    commission = set(Organisation.objects.filter(kind=OrganisationKind.COMMISSION).values_list("pk", flat=True))
    return {reach.user_id for reach in seeing if reach.role == Role.CURATOR and reach.lineage[0] in commission}


def _national(reaches: list[MembershipReach], duties: Mapping[int, set[int]], away: frozenset[int]) -> Chain:
    may_answer = _of(reaches, Role.APPROVER)
    contact = duties.get(Function.CONTACT_POINT, set()) & may_answer or may_answer
    deputies = duties.get(Function.DEPUTY, set()) & may_answer
    everyone = {reach.user_id for reach in reaches}
    heads = duties.get(Function.HEAD, set()) & everyone or _of(reaches, Role.DECIDER)
    if not contact - away:
        # whoever stands in is told at once
        contact = deputies or may_answer
    return [sorted(people - away) for people in (contact, deputies, heads)]


def _of(reaches: Iterable[MembershipReach], role: Role) -> set[int]:
    return {reach.user_id for reach in reaches if reach.role == role}
