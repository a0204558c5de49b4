"""Who may view what, as one table: state × marking × relation to the owner × role (policy, sections 2 and 3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from cms.organisations.enums import Role
from cms.sharing.enums import Marking
from cms.sharing.models import Sharing
from cms.sharing.signals import items_changed
from tests.factories import NOW, make_page
from tests.factories.items import target
from tests.factories.rows import Row, make_rows
from tests.permissions.places import RELATIONS, Places, make_places
from tests.permissions.surfaces import SURFACES, by_api, by_opening, by_queryset

pytestmark = pytest.mark.django_db

# all: every reading role · sup: approver and decider alone · -: nobody
# recipients of a restricted item are whoever its marking allows: an organisation, a group, a person
TABLE = """
state      | marking      || owner | below | above | sibling | recipient | below recipient | above recipient | group member | below group member | person in group | named person | stranger
owner      | RED          || all   | all   | sup   | -       | -         | -               | -               | -            | -                  | -               | -            | -
owner      | AMBER+STRICT || all   | all   | sup   | -       | -         | -               | -               | -            | -                  | -               | -            | -
owner      | AMBER        || all   | all   | sup   | -       | -         | -               | -               | -            | -                  | -               | -            | -
owner      | GREEN        || all   | all   | sup   | -       | -         | -               | -               | -            | -                  | -               | -            | -
owner      | CLEAR        || all   | all   | sup   | -       | -         | -               | -               | -            | -                  | -               | -            | -
restricted | RED          || all   | all   | sup   | -       | -         | -               | -               | -            | -                  | -               | all          | -
restricted | AMBER+STRICT || all   | all   | sup   | -       | all       | -               | -               | -            | -                  | -               | all          | -
restricted | AMBER        || all   | all   | sup   | -       | all       | all             | -               | all          | all                | all             | all          | -
restricted | GREEN        || all   | all   | sup   | -       | all       | all             | -               | all          | all                | all             | all          | -
restricted | CLEAR        || all   | all   | sup   | -       | all       | all             | -               | all          | all                | all             | all          | -
network    | GREEN        || all   | all   | all   | all     | all       | all             | all             | all          | all                | all             | all          | all
network    | CLEAR        || all   | all   | all   | all     | all       | all             | all             | all          | all                | all             | all          | all
withdrawn  | RED          || all   | all   | sup   | -       | -         | -               | -               | -            | -                  | -               | -            | -
withdrawn  | AMBER+STRICT || all   | all   | sup   | -       | -         | -               | -               | -            | -                  | -               | -            | -
withdrawn  | AMBER        || all   | all   | sup   | -       | -         | -               | -               | -            | -                  | -               | -            | -
withdrawn  | GREEN        || all   | all   | sup   | -       | -         | -               | -               | -            | -                  | -               | -            | -
withdrawn  | CLEAR        || all   | all   | sup   | -       | -         | -               | -               | -            | -                  | -               | -            | -
"""  # noqa: E501 - a table reads by columns
READING = {"officer", "author", "approver", "decider", "liaison_officer", "curator"}
ROLES_OF = {"all": READING, "sup": {"approver", "decider"}, "-": set[str]()}
Cells = dict[tuple[str, str], dict[str, str]]


def parse(table: str) -> Cells:
    """Return (state, marking) → relation → word."""
    heading, *lines = [line.split("||") for line in table.strip().splitlines()]
    relations = [word.strip() for word in heading[1].split("|")]
    return {
        tuple(word.strip() for word in key.split("|")): dict(  # type: ignore[misc]
            zip(relations, (word.strip() for word in words.split("|")), strict=True)
        )
        for key, words in lines
    }


EXPECTED = parse(TABLE)
KINDS = {"RED": {"user"}, "AMBER+STRICT": {"user", "organisation"}}


WHOLE = {**EXPECTED, ("public", "CLEAR"): dict.fromkeys(RELATIONS, "all")}
# who views a quarantined item: supervisors, and the person who put it there
PUT_THERE = ("stranger", "officer")
SUPERVISORS = {(relation, role) for relation in ("owner", "above") for role in ("approver", "decider")}


@dataclass(slots=True)
class World:
    """Everybody, everywhere; and each line of the table as a live item, as a draft and as a quarantined item."""

    places: Places
    items: dict[tuple[str, str, str], Sharing]


def line(places: Places, state: str, marking: str, **facts: Any) -> Row:
    """Return the facts of an item whose owner named everybody whom the marking allows, whatever the state."""
    named: dict[str, list[Any]] = {
        "organisation": [places.organisations["recipient"]],
        "group": [places.group],
        "user": [places.people["named person", role] for role in Role.values],
    }
    recipients = [target(each) for kind in sorted(KINDS.get(marking, set(named))) for each in named[kind]]
    owner_id = places.organisations["owner"].pk
    return Row(owner_id=owner_id, state=state, marking=marking, recipients=recipients, **facts)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The world, made once: the tests of this module only read it."""
    with django_db_blocker.unblock(), transaction.atomic():
        places = make_places()
        facts: dict[str, dict[str, Any]] = {
            "live": {},
            "draft": {"live": False},
            "quarantined": {"quarantined": True, "quarantined_by_id": places.people[PUT_THERE].pk},
        }
        keys = [(*key, kind) for key, kind in product(WHOLE, facts)]
        rows = [line(places, state, marking, **facts[kind]) for state, marking, kind in keys]
        items = dict(zip(keys, make_rows(rows, [make_page(revisions=False) for _ in rows]), strict=True))
        items_changed.send(sender=Sharing, sharing_ids=[row.pk for row in items.values()])
        yield World(places, items)
        transaction.set_rollback(True)


@pytest.fixture(scope="module", params=SURFACES)
def readers(world: World, request: pytest.FixtureRequest) -> dict[tuple[str, str, str], set[tuple[str, str]]]:
    """Return for each item who views it by one surface, as (relation, role)."""
    surface = SURFACES[request.param]
    seen = {who: surface(user, world.items.values(), NOW) for who, user in world.places.people.items()}
    return {key: {who for who, rows in seen.items() if item.pk in rows} for key, item in world.items.items()}


Readers = dict[tuple[str, str, str], set[tuple[str, str]]]


def test_the_table_is_whole() -> None:
    """Every state has a line for each marking that allows it, every relation a column."""
    every = set(product(("owner", "restricted", "withdrawn"), Marking.values))
    assert set(EXPECTED) == every | {("network", "GREEN"), ("network", "CLEAR")}
    assert {tuple(words) for words in EXPECTED.values()} == {RELATIONS}


@pytest.mark.parametrize("line", EXPECTED, ids=" ".join)
def test_who_views_live_items(readers: Readers, line: tuple[str, str]) -> None:
    assert readers[*line, "live"] == {
        (relation, role) for relation, word in EXPECTED[line].items() for role in ROLES_OF[word]
    }


def test_public_items_are_for_everybody(readers: Readers) -> None:
    assert readers["public", "CLEAR", "live"] == set(product(RELATIONS, Role.values))


@pytest.mark.parametrize("line", WHOLE, ids=" ".join)
def test_nobody_views_a_draft(readers: Readers, line: tuple[str, str]) -> None:
    assert readers[*line, "draft"] == set()


@pytest.mark.parametrize("line", WHOLE, ids=" ".join)
def test_quarantine_leaves_supervisors_and_who_put_it_there(readers: Readers, line: tuple[str, str]) -> None:
    assert readers[*line, "quarantined"] == SUPERVISORS | {PUT_THERE}


@pytest.mark.parametrize("role", ["officer", "approver"])
def test_what_is_listed_can_be_opened_and_nothing_else(world: World, role: str) -> None:
    people = [world.places.people[relation, role] for relation in RELATIONS]
    rows = list(world.items.values())
    assert [by_opening(user, rows, NOW) for user in people] == [by_queryset(user, rows, NOW) for user in people]


def test_the_api_shows_and_opens_what_is_listed(world: World) -> None:
    people = [world.places.people[relation, "officer"] for relation in RELATIONS]
    rows = [item for (_state, _marking, kind), item in world.items.items() if kind == "live"]
    assert [by_api(user, rows, NOW) for user in people] == [by_queryset(user, rows, NOW) for user in people]
