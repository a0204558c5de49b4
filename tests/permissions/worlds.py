"""Generated worlds: a tree, groups, people with several memberships, items with dated recipients; as plain values.

Everything is named by its place in its list; `facts_of_world` turns places into facts for the oracle.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from cms.organisations.enums import Role
from cms.sharing.facts import ItemFacts, MembershipFacts, NetworkFacts, PersonFacts, RecipientFacts

FIRST_DAY = date(2026, 6, 10)
DAYS = [FIRST_DAY + timedelta(days=number) for number in range(3)]
NOON = timedelta(hours=12)
# midnights and noons: days of memberships and instants of recipients meet
BORDERS = [datetime(day.year, day.month, day.day, tzinfo=UTC) + part for day in DAYS for part in (timedelta(0), NOON)]
# each border, and the last instant before it
INSTANTS = sorted({border - before for border in BORDERS for before in (timedelta(0), timedelta(microseconds=1))})

COUNTRIES = ("MA", "TN")
# transcribed from section 2 of the policy
STATES = {
    "RED": ("owner", "restricted", "withdrawn"),
    "AMBER+STRICT": ("owner", "restricted", "withdrawn"),
    "AMBER": ("owner", "restricted", "withdrawn"),
    "GREEN": ("owner", "restricted", "withdrawn", "network"),
    "CLEAR": ("owner", "restricted", "withdrawn", "network", "public"),
}
KINDS = {
    "RED": ("user",),
    "AMBER+STRICT": ("user", "organisation"),
    "AMBER": ("user", "organisation", "group"),
    "GREEN": ("user", "organisation", "group"),
    "CLEAR": ("user", "organisation", "group"),
}


@dataclass(frozen=True, slots=True)
class RecipientSpec:
    """Somebody named."""

    kind: str
    target: int
    valid_from: datetime | None
    valid_until: datetime | None
    revoked: bool


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """An item."""

    owner: int
    element: str
    countries: frozenset[str]
    marking: str
    state: str
    live: bool
    quarantined: bool
    quarantined_by: int | None
    recipients: tuple[RecipientSpec, ...]


@dataclass(frozen=True, slots=True)
class MembershipSpec:
    """A membership."""

    organisation: int
    role: str
    valid_from: date | None
    valid_until: date | None
    competences: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class PersonSpec:
    """An account. `standing` says what is missing of good standing, or that nothing is."""

    standing: str
    memberships: tuple[MembershipSpec, ...]


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """A working group."""

    organisations: frozenset[int]
    people: frozenset[int]


@dataclass(frozen=True, slots=True)
class World:
    """All of it; `parents` names each organisation's parent, which stands before it."""

    parents: tuple[int | None, ...]
    people: tuple[PersonSpec, ...]
    groups: tuple[GroupSpec, ...]
    items: tuple[ItemSpec, ...]


def _places(number: int) -> st.SearchStrategy[int]:
    return st.integers(0, number - 1)


def _competences() -> st.SearchStrategy[Mapping[str, frozenset[str]]]:
    everywhere, one, other = frozenset[str](), frozenset({"MA"}), frozenset({"TN"})
    usual: list[dict[str, frozenset[str]]] = [{"EW": everywhere}, {"EW": everywhere}, {"EW": one}, {"EW": other}]
    return st.sampled_from([*usual, {"EW": one, "RE": everywhere}, {"EW": one | other}, {"RE": everywhere}, {}])


@st.composite
def _spans(draw: st.DrawFn, borders: list[date] | list[datetime]) -> tuple[date | None, date | None]:
    """A span whose ends are often open; a begin never lies after its end."""
    if draw(st.booleans()):
        return None, None
    begin = draw(st.none() | st.sampled_from(borders))
    return begin, draw(st.none() | st.sampled_from([border for border in borders if begin is None or border >= begin]))


@st.composite
def _memberships(draw: st.DrawFn, organisations: int) -> MembershipSpec:
    # reading roles, supervising ones among them, and one that does not read
    roles = [Role.OFFICER, Role.OFFICER, Role.APPROVER, Role.DECIDER, Role.AUTHOR, Role.CURATOR, Role.AUDITOR]
    first, last = draw(_spans(DAYS))
    return MembershipSpec(draw(_places(organisations)), draw(st.sampled_from(roles)), first, last, draw(_competences()))


@st.composite
def _recipients(draw: st.DrawFn, marking: str, sizes: Mapping[str, int]) -> RecipientSpec:
    kind = draw(st.sampled_from(KINDS[marking]))
    begin, end = draw(_spans(BORDERS))
    revoked = draw(st.sampled_from([False, False, False, True]))
    return RecipientSpec(kind, draw(_places(sizes[kind])), begin, end, revoked)  # type: ignore[arg-type]


@st.composite
def _items(draw: st.DrawFn, sizes: Mapping[str, int]) -> ItemSpec:
    # most often restricted, where most can go wrong
    state = draw(st.sampled_from(["restricted"] * 4 + ["network"] * 2 + ["owner", "withdrawn", "public"]))
    marking = draw(st.sampled_from([marking for marking, states in STATES.items() if state in states]))
    quarantined = draw(st.sampled_from([False] * 5 + [True]))
    return ItemSpec(
        owner=draw(_places(sizes["organisation"])),
        element=draw(st.sampled_from(["EW", "EW", "EW", "RE"])),
        countries=draw(st.frozensets(st.sampled_from(COUNTRIES))),
        marking=marking,
        state=state,
        live=draw(st.sampled_from([True] * 5 + [False])),
        quarantined=quarantined,
        quarantined_by=draw(st.none() | _places(sizes["user"])) if quarantined else None,
        recipients=tuple(draw(st.lists(_recipients(marking, sizes), min_size=1, max_size=3))),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Worlds small enough that people and items meet often."""
    organisations = draw(st.integers(2, 5))
    parents = tuple(draw(st.none() | _places(place)) if place else None for place in range(organisations))
    sizes = {"organisation": organisations, "user": draw(st.integers(1, 3)), "group": 2}
    standings = ["good"] * 9 + ["inactive", "not enrolled", "no terms"]
    memberships = st.lists(_memberships(organisations), min_size=1, max_size=2).map(tuple)
    people = [PersonSpec(draw(st.sampled_from(standings)), draw(memberships)) for _ in range(sizes["user"])]
    groups = [
        GroupSpec(
            draw(st.frozensets(_places(organisations), min_size=1, max_size=2)),
            draw(st.frozensets(_places(sizes["user"]))),
        )
        for _ in range(sizes["group"])
    ]
    items = draw(st.lists(_items(sizes), min_size=2, max_size=4))
    return World(parents, tuple(people), tuple(groups), tuple(items))


@dataclass(frozen=True, slots=True)
class WorldFacts:
    """The facts that the oracle decides from."""

    items: tuple[ItemFacts, ...]
    people: tuple[PersonFacts, ...]
    network: NetworkFacts


def facts_of_world(world: World, key: Callable[[int], int]) -> WorldFacts:
    """Return the facts; `key` turns a place in a list into an id."""
    return WorldFacts(
        items=tuple(_item_facts(item, key) for item in world.items),
        people=tuple(
            PersonFacts(
                key(place), person.standing == "good", tuple(_membership_facts(m, key) for m in person.memberships)
            )
            for place, person in enumerate(world.people)
        ),
        network=NetworkFacts(
            parents={key(place): None if up is None else key(up) for place, up in enumerate(world.parents)},
            group_organisations={
                key(place): frozenset(map(key, group.organisations)) for place, group in enumerate(world.groups)
            },
            group_users={key(place): frozenset(map(key, group.people)) for place, group in enumerate(world.groups)},
        ),
    )


def _membership_facts(spec: MembershipSpec, key: Callable[[int], int]) -> MembershipFacts:
    return MembershipFacts(key(spec.organisation), spec.role, spec.valid_from, spec.valid_until, spec.competences)


def _item_facts(spec: ItemSpec, key: Callable[[int], int]) -> ItemFacts:
    return ItemFacts(
        owner_id=key(spec.owner),
        element=spec.element,
        countries=spec.countries,
        marking=spec.marking,
        state=spec.state,
        live=spec.live,
        quarantined=spec.quarantined,
        quarantined_by=None if spec.quarantined_by is None else key(spec.quarantined_by),
        recipients=tuple(
            RecipientFacts(row.kind, key(row.target), row.valid_from, row.valid_until)
            for row in spec.recipients
            if not row.revoked
        ),
    )
