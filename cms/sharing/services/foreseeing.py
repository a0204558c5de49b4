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


@dataclass(frozen=True, slots=True)
class Shift:
    """The ids of those who may read more and less, and the lineage of the place where each of them is."""

    gaining: frozenset[int]
    losing: frozenset[int]
    homes: Mapping[int, tuple[int, ...]]

    def effects(self, place_of: Callable[[tuple[int, ...]], int]) -> tuple[Effect, ...]:
        """Return the numbers by the place that a lineage is told as, in the order of names."""
        counts: dict[int, list[int]] = {}
        for position, people in enumerate((self.gaining, self.losing)):
            for user_id in people:
                counts.setdefault(place_of(self.homes[user_id]), [0, 0])[position] += 1
        names = dict(Organisation.objects.filter(pk__in=counts).values_list("pk", "name"))
        rows = [Effect(names[place], *numbers) for place, numbers in counts.items()]
        return tuple(sorted(rows, key=lambda row: row.organisation))


def foresee(act: Callable[[], object], asker: User, at: datetime) -> tuple[Effect, ...]:
    """Run the act, undo all it wrote, and return what it would do, as the person who asks may be told it.

    Whatever the act refuses is raised.
    """
    own = {row.organisation.participant_id for row in valid_memberships(asker, at)}
    found = shift(act, at)
    return found.effects(lambda lineage: lineage[-1] if lineage[0] in own else lineage[0])


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
    before, homes = _reading(participant_id, at)
    with transaction.atomic():
        act()
        after, later_homes = _reading(participant_id, at)
        transaction.set_rollback(True)
    wide = {user_id: _with_predecessors(tokens, predecessors or {}) for user_id, tokens in after.items()}
    homes = later_homes | homes
    nothing: set[str] = set()
    return Shift(
        gaining=frozenset(key for key in homes if wide.get(key, nothing) - before.get(key, nothing)),
        losing=frozenset(key for key in homes if before.get(key, nothing) - wide.get(key, nothing)),
        homes=homes,
    )


def _reading(participant_id: int | None, at: datetime) -> tuple[dict[int, set[str]], dict[int, tuple[int, ...]]]:
    """Return everybody's tokens, and the lineage of the first of each person's places (in the participant)."""
    people: Iterable[int] | None = None
    if participant_id is not None:
        inside = Membership.objects.filter(organisation__lineage__0=participant_id)
        people = sorted(set(inside.values_list("user_id", flat=True)))
    tokens: dict[int, set[str]] = {}
    homes: dict[int, tuple[int, ...]] = {}
    for reach in membership_reaches(people, at):
        tokens.setdefault(reach.user_id, set()).update(membership_tokens(reach))
        if participant_id in {None, reach.lineage[0]}:
            homes.setdefault(reach.user_id, reach.lineage)
    return tokens, homes


def _with_predecessors(tokens: set[str], predecessors: Mapping[int, int]) -> set[str]:
    """Return the tokens, those of a successor's items once more as of the items that it takes over."""
    found = set(tokens)
    for token in tokens if predecessors else ():
        element, letter, *country = token.split(":")
        place = letter[1:]
        if letter[0] in _PLACES and place.isdigit() and int(place) in predecessors:
            found.add(":".join([element, f"{letter[0]}{predecessors[int(place)]}", *country]))
    return found


def _told(number: int) -> int | None:
    return None if 0 < number < FEW else number
