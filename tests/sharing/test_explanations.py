"""Why somebody is let in, or which condition is missing: the oracle's words, which `explain_access` prints."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from cms.organisations.enums import Role
from cms.sharing.facts import ItemFacts, MembershipFacts, NetworkFacts, PersonFacts, RecipientFacts
from cms.sharing.oracle import Decision, decide
from cms.sharing.selectors import explain, person_facts
from tests.factories import NOW, make_organisation, make_person
from tests.factories.rows import make_bare_item

# 1 participant, 10 its authority, 100 a unit of that; 2 another participant, 20 its authority
NETWORK = NetworkFacts(
    parents={1: None, 10: 1, 100: 10, 2: None, 20: 2},
    group_organisations={4: frozenset({2})},
    group_users={5: frozenset({7})},
)
ITEM = ItemFacts(owner_id=10, element="EW", countries=frozenset(), marking="GREEN", state="restricted")
HERE = MembershipFacts(organisation_id=20, role=Role.OFFICER, competences={"EW": frozenset()})
TODAY, DAY = NOW.date(), timedelta(days=1)


def why(item: ItemFacts | None, *memberships: MembershipFacts, good: bool = True) -> tuple[bool, str]:
    """Return the decision for person 7 with these memberships."""
    decision = decide(item, PersonFacts(7, good, memberships), NETWORK, NOW)
    return decision.allowed, decision.rule


def named(kind: str, target: int, **dates: Any) -> ItemFacts:
    """Return the item with one recipient."""
    return replace(ITEM, recipients=(RecipientFacts(kind, target, **dates),))


PUBLIC = replace(ITEM, state="public", marking="CLEAR")
HIDDEN = replace(ITEM, quarantined=True)

ALLOWED = [
    (PUBLIC, HERE, "public"),
    (ITEM, replace(HERE, organisation_id=10), "owner-organisation"),
    (ITEM, replace(HERE, organisation_id=100), "owner-organisation"),
    (ITEM, replace(HERE, organisation_id=1, role=Role.APPROVER), "supervising-role"),
    (ITEM, replace(HERE, organisation_id=1, role=Role.DECIDER), "supervising-role"),
    (replace(ITEM, state="network"), HERE, "network"),
    (named("organisation", 20), HERE, "recipient-organisation"),
    (named("organisation", 2), HERE, "recipient-organisation"),
    (replace(named("organisation", 20), marking="AMBER+STRICT"), HERE, "recipient-organisation"),
    (named("group", 4), HERE, "recipient-group"),
    (named("group", 5), HERE, "recipient-group"),
    (named("user", 7), HERE, "recipient-user"),
    (HIDDEN, replace(HERE, organisation_id=1, role=Role.APPROVER), "supervising-role-quarantine"),
    (HIDDEN, replace(HERE, organisation_id=10, role=Role.DECIDER), "supervising-role-quarantine"),
    (replace(HIDDEN, quarantined_by=7), HERE, "put-in-quarantine"),
]


@pytest.mark.parametrize(("item", "membership", "rule"), ALLOWED)
def test_which_rule_lets_in(item: ItemFacts, membership: MembershipFacts, rule: str) -> None:
    assert why(item, membership) == (True, rule)


MISSING = [
    (None, HERE, "no-sharing-row"),
    (replace(PUBLIC, live=False), HERE, "no-live-version"),
    (ITEM, replace(HERE, valid_from=TODAY + DAY), "membership-not-valid-today"),
    (ITEM, replace(HERE, valid_until=TODAY - DAY), "membership-not-valid-today"),
    (ITEM, replace(HERE, role=Role.NATIONAL_ADMIN), "role-does-not-read"),
    (ITEM, replace(HERE, competences={"RE": frozenset()}), "not-competent-for-element"),
    (
        replace(ITEM, countries=frozenset({"TN"})),
        replace(HERE, competences={"EW": frozenset({"MA"})}),
        "not-competent-for-country",
    ),
    (ITEM, HERE, "outside-audience-restricted"),
    (ITEM, replace(HERE, organisation_id=1), "outside-audience-restricted"),
    (replace(named("organisation", 20), state="owner"), HERE, "outside-audience-owner"),
    (replace(named("user", 7), state="withdrawn"), HERE, "outside-audience-withdrawn"),
    (replace(named("organisation", 2), marking="AMBER+STRICT"), HERE, "outside-audience-restricted"),
    (named("organisation", 20, valid_until=NOW), HERE, "outside-audience-restricted"),
    (named("group", 6), HERE, "outside-audience-restricted"),
    (named("user", 8), HERE, "outside-audience-restricted"),
    (replace(PUBLIC, quarantined=True), HERE, "quarantined"),
    (replace(HIDDEN, quarantined_by=8), replace(HERE, organisation_id=10), "quarantined"),
]


@pytest.mark.parametrize(("item", "membership", "rule"), MISSING)
def test_which_condition_is_missing(item: ItemFacts | None, membership: MembershipFacts, rule: str) -> None:
    assert why(item, membership) == (False, rule)


def test_what_is_missing_of_the_account() -> None:
    assert decide(ITEM, None, NETWORK, NOW) == Decision(False, "not-signed-in")
    assert decide(PUBLIC, None, NETWORK, NOW) == Decision(True, "public")
    assert why(ITEM, replace(HERE, organisation_id=10), good=False) == (False, "account-not-in-good-standing")
    assert why(ITEM) == (False, "no-membership")


def test_the_membership_that_lets_in_is_named() -> None:
    inside = replace(HERE, organisation_id=100)
    decision = decide(ITEM, PersonFacts(7, True, (HERE, inside)), NETWORK, NOW)
    assert decision == Decision(True, "owner-organisation", inside)


@pytest.mark.django_db
def test_explanations_are_read_from_the_rows() -> None:
    owner = make_organisation()
    row = make_bare_item(owner=owner, countries=["MA"])
    inside, selective = make_person(owner), make_person(owner, competences={"EW": ["TN"]})
    rules = [explain(user, row, NOW).rule for user in (inside, selective, None, AnonymousUser())]
    assert rules == ["owner-organisation", "not-competent-for-country", "not-signed-in", "not-signed-in"]
    assert explain(inside, None, NOW) == Decision(False, "no-sharing-row")
    facts = person_facts(selective, NOW)
    assert facts is not None
    assert facts.memberships == (MembershipFacts(owner.pk, "officer", None, None, {"EW": frozenset({"TN"})}),)
