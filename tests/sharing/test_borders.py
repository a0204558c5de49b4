"""The small rules that larger ones rest on, at their borders: instants and days, markings, ceilings."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product

import pytest

from cms.elements.enums import Ceiling
from cms.organisations.models import Organisation
from cms.sharing.ceilings import check_recipients, check_state, widest_allowed
from cms.sharing.changes import marked, narrowed, quarantined, without
from cms.sharing.enums import (
    CEILING_STATE,
    MARKING_ORDER,
    STATE_ORDER,
    Marking,
    RecipientKind,
    SharingState,
    state_fits,
    width,
)
from cms.sharing.exceptions import AboveCeiling
from cms.sharing.facts import ItemFacts, MembershipFacts, NetworkFacts, RecipientFacts
from cms.sharing.tokens import audience
from tests.factories import NOW, element, hours, make_organisation

TICK, TODAY, DAY = timedelta(microseconds=1), NOW.date(), timedelta(days=1)


@pytest.mark.parametrize(
    ("begins", "ends", "counts"),
    [
        (None, None, True),
        (NOW, None, True),
        (NOW + TICK, None, False),
        (None, NOW + TICK, True),
        (None, NOW, False),
        (NOW, NOW + TICK, True),
        (NOW - TICK, NOW, False),
        (NOW + TICK, NOW + 2 * TICK, False),
    ],
)
def test_a_recipient_counts_from_its_first_instant_until_before_its_last(
    begins: datetime | None, ends: datetime | None, counts: bool
) -> None:
    assert RecipientFacts("user", 7, begins, ends).valid_at(NOW) is counts


@pytest.mark.parametrize(
    ("first", "last", "counts"),
    [
        (None, None, True),
        (TODAY, None, True),
        (TODAY + DAY, None, False),
        (None, TODAY, True),
        (None, TODAY - DAY, False),
        (TODAY, TODAY, True),
        (TODAY - DAY, TODAY - DAY, False),
        (TODAY + DAY, TODAY + DAY, False),
    ],
)
def test_a_membership_counts_on_its_first_and_its_last_day(first: date | None, last: date | None, counts: bool) -> None:
    assert MembershipFacts(17, "officer", first, last).valid_on(TODAY) is counts


def test_an_organisation_and_all_above_it() -> None:
    network = NetworkFacts(parents={1: None, 10: 1, 100: 10, 2: None})
    assert [network.at_or_above(place) for place in (100, 10, 1, 2)] == [{100, 10, 1}, {10, 1}, {1}, {2}]


NAMED = tuple(RecipientFacts("user", 7, NOW - hours(away), NOW + hours(away)) for away in (2, 1))


@pytest.mark.parametrize(
    ("at", "since", "next_change"), [(-3, None, -2), (-2, -2, -1), (-1, -1, 1), (0, -1, 1), (1, 1, 2), (2, 2, None)]
)
def test_tokens_are_exact_between_the_nearest_borders(at: int, since: int | None, next_change: int | None) -> None:
    item = ItemFacts(17, "EW", frozenset(), "AMBER", "restricted", recipients=NAMED)
    made = audience(item, NOW + hours(at))
    nearest = [None if border is None else NOW + hours(border) for border in (since, next_change)]
    assert [made.since, made.next_change] == nearest
    assert ("EW:u7" in made.tokens) is (-2 <= at < 2)
    unmoved = [audience(replace(item, **changes), NOW) for changes in ({"state": "owner"}, {"quarantined": True})]
    assert {(one.since, one.next_change) for one in unmoved} == {(None, None)}


# ---------------------------------------------------------------- what a marking allows

# marking → the widest state, the kinds of recipient (policy, section 2)
ALLOWED = {
    "RED": ("restricted", {"user"}),
    "AMBER+STRICT": ("restricted", {"user", "organisation"}),
    "AMBER": ("restricted", {"user", "organisation", "group"}),
    "GREEN": ("network", {"user", "organisation", "group"}),
    "CLEAR": ("public", {"user", "organisation", "group"}),
}


def test_markings_states_and_ceilings_in_their_order() -> None:
    assert [str(marking) for marking in MARKING_ORDER] == list(ALLOWED)
    assert [str(state) for state in STATE_ORDER] == ["withdrawn", "owner", "restricted", "network", "public"]
    assert {str(ceiling): str(state) for ceiling, state in CEILING_STATE.items()} == {
        name: name for name in ("owner", "restricted", "network", "public")
    }


def fits(marking: str, state: str, ceiling: SharingState | None = None) -> bool:
    """Tell whether the state is accepted."""
    try:
        check_state(marking, state, ceiling)
    except AboveCeiling:
        return False
    return True


def names(marking: str, *kinds: str) -> bool:
    """Tell whether the kinds of recipient are accepted."""
    try:
        check_recipients(marking, kinds)
    except AboveCeiling:
        return False
    return True


@pytest.mark.parametrize("marking", ALLOWED)
def test_what_a_marking_allows(marking: str) -> None:
    widest, kinds = ALLOWED[marking]
    allowed = [width(state) <= width(widest) for state in STATE_ORDER]
    assert [fits(marking, state) for state in STATE_ORDER] == allowed
    assert [state_fits(marking, state) for state in STATE_ORDER] == allowed
    assert {kind for kind in RecipientKind.values if names(marking, kind)} == kinds
    assert names(marking)
    assert names(marking, "user", *RecipientKind.values) is (kinds == set(RecipientKind.values))


@pytest.mark.parametrize(("state", "ceiling"), list(product(STATE_ORDER, STATE_ORDER[1:])))
def test_no_state_lies_above_the_ceiling(state: SharingState, ceiling: SharingState) -> None:
    assert fits("CLEAR", state, ceiling) is (STATE_ORDER.index(state) <= STATE_ORDER.index(ceiling))


@pytest.mark.django_db
@pytest.mark.parametrize("lowest", ["element", "owner", "above", "marking", "nothing"])
def test_the_strictest_ceiling_counts(lowest: str) -> None:
    above = make_organisation()
    owner, other = make_organisation("unit", above), make_organisation()
    named = element("EW")
    Organisation.objects.update(ceiling=Ceiling.PUBLIC)
    Organisation.objects.filter(pk={"owner": owner.pk, "above": above.pk}.get(lowest, other.pk)).update(
        ceiling=Ceiling.RESTRICTED
    )
    named.ceiling = Ceiling.RESTRICTED if lowest == "element" else Ceiling.PUBLIC
    marking = Marking.AMBER if lowest == "marking" else Marking.CLEAR
    assert widest_allowed(marking, named, owner) == ("public" if lowest == "nothing" else "restricted")


# ---------------------------------------------------------------- what an act would make of the facts

ROWS = (RecipientFacts("user", 7), RecipientFacts("group", 4), RecipientFacts("group", 4))
ITEM = ItemFacts(17, "EW", frozenset(), "GREEN", "network", recipients=ROWS)


def test_an_item_is_live_and_not_in_quarantine_unless_that_is_said() -> None:
    assert (ITEM.live, ITEM.quarantined, ITEM.quarantined_by) == (True, False, None)


def test_what_a_narrowing_act_leaves() -> None:
    assert narrowed(ITEM, "owner") == replace(ITEM, state="owner")
    assert without(ITEM, ROWS[1]) == replace(ITEM, recipients=ROWS[:2])
    assert without(ITEM, RecipientFacts("user", 8)) == ITEM
    assert marked(ITEM, "GREEN") == ITEM
    assert marked(ITEM, "RED") == replace(ITEM, marking="RED", state="restricted", recipients=ROWS[:1])
    assert quarantined(ITEM, 31) == replace(ITEM, quarantined=True, quarantined_by=31)
