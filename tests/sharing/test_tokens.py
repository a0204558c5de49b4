"""The tokens themselves, as section 4 of the policy lists them: none missing, none too many."""

from dataclasses import replace

import pytest

from cms.organisations.enums import Role
from cms.sharing.facts import ItemFacts, RecipientFacts
from cms.sharing.tokens import Audience, MembershipReach, audience, membership_tokens
from tests.factories import NOW

ITEM = ItemFacts(
    owner_id=17,
    element="EW",
    countries=frozenset(),
    marking="AMBER",
    state="restricted",
    recipients=(RecipientFacts("organisation", 18), RecipientFacts("group", 4), RecipientFacts("user", 31)),
)


def letters(item: ItemFacts) -> set[str]:
    """Return the tokens without element and country; each stands once bare and once for `*`."""
    tokens = audience(item, NOW).tokens - {"public"}
    bare = {token for token in tokens if token.count(":") == 1}
    assert tokens == bare | {f"{token}:*" for token in bare}
    return {token.removeprefix("EW:") for token in bare}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"s17", "o17", "o18", "g4", "u31"}),
        ({"marking": "AMBER+STRICT"}, {"s17", "o17", "x18", "g4", "u31"}),
        ({"state": "owner"}, {"s17", "o17"}),
        ({"state": "withdrawn"}, {"s17", "o17"}),
        ({"state": "network", "marking": "GREEN"}, {"s17", "o17", "n"}),
        ({"state": "public", "marking": "CLEAR"}, {"s17", "o17"}),
        ({"quarantined": True}, {"s17"}),
        ({"quarantined": True, "quarantined_by": 31}, {"s17", "q31"}),
        ({"quarantined": True, "state": "network"}, {"s17"}),
        ({"quarantined": True, "state": "public"}, {"s17"}),
    ],
)
def test_tokens_of_an_item(changes: dict[str, str], expected: set[str]) -> None:
    item = replace(ITEM, **changes)  # type: ignore[arg-type]
    assert letters(item) == expected
    is_public = item.state == "public" and not item.quarantined
    assert ("public" in audience(item, NOW).tokens) is is_public


def test_tokens_of_an_item_with_countries() -> None:
    item = replace(ITEM, state="owner", countries=frozenset({"MA", "TN"}))
    assert audience(item, NOW) == Audience(
        tokens=frozenset({"EW:s17", "EW:s17:MA", "EW:s17:TN", "EW:o17", "EW:o17:MA", "EW:o17:TN"}),
        since=None,
        next_change=None,
    )


REACH = MembershipReach(
    user_id=31,
    organisation_id=17,
    role=Role.OFFICER,
    lineage=(1, 17),
    group_ids=frozenset({4}),
    supervised_ids=frozenset({17, 18}),
    competences={"EW": frozenset()},
)
EVERY_READER = {"n", "x17", "u31", "q31", "o1", "o17", "g4"}


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("officer", EVERY_READER),
        ("author", EVERY_READER),
        ("liaison_officer", EVERY_READER),
        ("curator", EVERY_READER),
        ("approver", EVERY_READER | {"s17", "s18"}),
        ("decider", EVERY_READER | {"s17", "s18"}),
        ("national_admin", set()),
        ("operator", set()),
        ("auditor", set()),
    ],
)
def test_tokens_of_a_membership(role: str, expected: set[str]) -> None:
    tokens = list(membership_tokens(replace(REACH, role=role)))
    assert sorted(tokens) == sorted(f"EW:{letter}" for letter in expected)


def test_tokens_of_a_selective_membership() -> None:
    reach = replace(
        REACH, lineage=(17,), group_ids=frozenset(), competences={"EW": frozenset({"MA"}), "RE": frozenset()}
    )
    selective = {f"EW:{letter}:{country}" for letter in ("n", "x17", "u31", "q31", "o17") for country in ("*", "MA")}
    assert set(membership_tokens(reach)) == selective | {f"RE:{letter}" for letter in ("n", "x17", "u31", "q31", "o17")}


def test_a_membership_without_competence_forms_none() -> None:
    assert list(membership_tokens(replace(REACH, role="decider", competences={}))) == []
