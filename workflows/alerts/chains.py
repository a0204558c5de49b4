"""Who is told of an alert for a participant, and in which order: read once, when the alert goes out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from cms.sharing.querysets import facts_of
from cms.sharing.seers import seeing
from cms.sharing.tokens import MembershipReach
from cms.sharing.viewers import membership_reaches
from workflows.alerts.enums import Function
from workflows.alerts.models import Absence, Duty

# contact point, deputy, head of unit, coordination desk
Chain = list[list[int]]
# function → people
Duties = Mapping[int, set[int]]


@dataclass(frozen=True, slots=True)
class Roster:
    """Who reads what, who serves and who is away at one instant: read once for however many alerts."""

    at: datetime
    reaches: tuple[MembershipReach, ...]
    # (participant, element) → its duty list
    duties: Mapping[tuple[int, int], Duties]
    away: frozenset[int]
    commission: frozenset[int]

    def chains(self, sharing: Sharing) -> dict[int, Chain]:
        """Return participant id → chain, for each participant but the owner's of which somebody may see the item, whose
        row has its facts.

        Contact points and deputies are those of the duty list who may acknowledge, or where it names none of them, all
        who may; heads of unit are those of the list, or the deciders; the coordination desk are the Commission's
        curators. Only people who may see the item, and are not away, are in a chain.
        """
        found = seeing(self.reaches, facts_of(sharing), self.at)
        by_participant: dict[int, list[MembershipReach]] = {}
        for reach in found:
            by_participant.setdefault(reach.lineage[0], []).append(reach)
        desk = {row.user_id for row in found if row.role == Role.CURATOR and row.lineage[0] in self.commission}
        by_participant.pop(sharing.owner.participant_id, None)
        return {
            participant: [*self._national(reaches, participant, sharing.element_id), sorted(desk - self.away)]
            for participant, reaches in by_participant.items()
        }

    def _national(self, reaches: list[MembershipReach], participant: int, element_id: int) -> Chain:
        duties = self.duties.get((participant, element_id), {})
        may_answer = _of(reaches, Role.APPROVER)
        contact = duties.get(Function.CONTACT_POINT, set()) & may_answer or may_answer
        deputies = duties.get(Function.DEPUTY, set()) & may_answer
        everyone = {reach.user_id for reach in reaches}
        heads = duties.get(Function.HEAD, set()) & everyone or _of(reaches, Role.DECIDER)
        if not contact - self.away:
            # whoever stands in is told at once
            contact = deputies or may_answer
        return [sorted(people - self.away) for people in (contact, deputies, heads)]


def roster(at: datetime) -> Roster:
    """Return who reads, serves and is away at the instant, in four queries."""
    reaches = tuple(membership_reaches(None, at))
    duties: dict[tuple[int, int], dict[int, set[int]]] = {}
    for row in Duty.objects.all():
        functions = duties.setdefault((row.participant_id, row.element_id), {})
        functions.setdefault(row.function, set()).add(row.user_id)
    commission = Organisation.objects.filter(kind=OrganisationKind.COMMISSION).values_list("pk", flat=True)
    away = absent(at, {reach.user_id for reach in reaches})
    return Roster(at, reaches, duties, away, frozenset(commission))


def absent(at: datetime, users: Iterable[int]) -> frozenset[int]:
    """Return those of the people who are away at the instant."""
    rows = Absence.objects.filter(user__in=list(users), from_at__lte=at)
    rows = rows.filter(Q(until_at__isnull=True) | Q(until_at__gt=at))
    return frozenset(rows.values_list("user_id", flat=True))


def _of(reaches: Iterable[MembershipReach], role: Role) -> set[int]:
    return {reach.user_id for reach in reaches if reach.role == role}
