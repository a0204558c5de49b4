"""What an act on people, groups or the tree would do to what people may read: done, looked at, and undone.

Who gains and who loses is told by organisation inside one's own participants and by participant elsewhere, from what
people may read at all: no item is looked at.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cms.organisations.models import Membership, Organisation
from cms.organisations.selectors import valid_memberships
from cms.sharing.selectors import FEW
from cms.sharing.tokens import membership_tokens
from cms.sharing.viewers import membership_reaches
from cms.users.models import User

# letters of tokens that name an organisation
_PLACES = frozenset("oxs")


@dataclass(frozen=True, slots=True)
class Effect:
    """How many people of one organisation, or of one participant, may read more and how many less than before."""

    organisation: str
    gaining: int
    losing: int

    @property
    def told(self) -> tuple[int | None, int | None]:
        """The numbers as they may be told: None stands for one too small."""
        return _told(self.gaining), _told(self.losing)


Lineage = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """Who may read more and who less, by id, with the lineage of the place by which it is so."""

    gaining: Mapping[int, Lineage]
    losing: Mapping[int, Lineage]

    def effects(self, place_of: Callable[[Lineage], int]) -> tuple[Effect, ...]:
        """Return the numbers by the place that a lineage is told as, in the order of names."""
        counts: dict[int, list[int]] = {}
        for position, people in enumerate((self.gaining, self.losing)):
            for lineage in people.values():
                counts.setdefault(place_of(lineage), [0, 0])[position] += 1
        names = dict(Organisation.objects.filter(pk__in=counts).values_list("pk", "name"))
        rows = [Effect(names[place], *numbers) for place, numbers in counts.items()]
        return tuple(sorted(rows, key=lambda row: row.organisation))


def foresee(act: Callable[[], object], asker: User, at: datetime) -> tuple[Effect, ...]:
    """Run the act, undo all it wrote, and return what it would do, as the person who asks may be told it.

    Whatever the act refuses is raised.
    """
    own = {row.organisation.participant_id for row in valid_memberships(asker, at)}
    return shift(act, at).effects(lambda lineage: lineage[-1] if lineage[0] in own else lineage[0])


def shift(
    act: Callable[[], object],
    at: datetime,
    *,
    participant_id: int | None = None,
    predecessors: Mapping[int, int] | None = None,
) -> Shift:
    """Run the act, undo all it wrote, and return whose reading it changes, of everybody or of one participant.

    `predecessors` says whose items a successor takes over by the act.
    """
    before = _reading(participant_id, at, {})
    with transaction.atomic():
        act()
        after = _reading(participant_id, at, predecessors or {})
        transaction.set_rollback(True)
    gaining, losing = _more(before, after), _more(after, before)
    if participant_id is not None:
        # whoever moves is told of where they were
        for user_id in gaining.keys() & before.keys():
            inside = [lineage for lineage, _tokens in before[user_id] if lineage[0] == participant_id]
            gaining[user_id] = next(iter(inside), gaining[user_id])
    return Shift(gaining=gaining, losing=losing)


Reading = Mapping[int, list[tuple[Lineage, frozenset[str]]]]


def _reading(participant_id: int | None, at: datetime, predecessors: Mapping[int, int]) -> Reading:
    """Return what each person (of the participant) reads by each membership."""
    people: Iterable[int] | None = None
    if participant_id is not None:
        inside = Membership.objects.filter(organisation__lineage__0=participant_id)
        people = sorted(set(inside.values_list("user_id", flat=True)))
    found: dict[int, list[tuple[Lineage, frozenset[str]]]] = {}
    for reach in membership_reaches(people, at):
        tokens = _with_predecessors(frozenset(membership_tokens(reach)), predecessors)
        found.setdefault(reach.user_id, []).append((reach.lineage, tokens))
    return found


def _more(less: Reading, more: Reading) -> dict[int, Lineage]:
    """Return who reads in `more` what they do not read in `less`, with the first place by which they do: somebody's
    other places are no part of it."""
    found = {}
    for user_id, reaches in more.items():
        known = frozenset[str]().union(*(tokens for _lineage, tokens in less.get(user_id, ())))
        place = next((lineage for lineage, tokens in reaches if not tokens <= known), None)
        if place is not None:
            found[user_id] = place
    return found


def _with_predecessors(tokens: frozenset[str], predecessors: Mapping[int, int]) -> frozenset[str]:
    """Return the tokens, those of a successor's items once more as of the items that it takes over."""
    found = set(tokens)
    for token in tokens if predecessors else ():
        element, letter, *country = token.split(":")
        place = letter[1:]
        if letter[0] in _PLACES and place.isdigit() and int(place) in predecessors:
            found.add(":".join([element, f"{letter[0]}{predecessors[int(place)]}", *country]))
    return frozenset(found)


def _told(number: int) -> int | None:
    return None if 0 < number < FEW else number
