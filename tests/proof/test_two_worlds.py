"""The reader site, the API and the files answer the same whether hidden items exist or not: status, headers, bytes.

The same requests are made in a world with hidden items, inside a savepoint, and in one without them.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client

from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from tests.documents.making import make_file, write
from tests.factories import make_item, make_organisation, make_participant, make_person, sign_in
from tests.proof.crawling import Answer, Viewer, asked
from tests.proof.words import new_word

pytestmark = pytest.mark.django_db

WORD = new_word()
ROLES = (Role.OFFICER, Role.AUTHOR, Role.DECIDER, Role.NATIONAL_ADMIN, Role.AUDITOR)
QUERIES = (
    "",
    "q=boats",
    "q=boatz",
    "q=boat*",
    f"q={WORD}",
    f"q=boats+{WORD}",
    f"q=boats+OR+{WORD}",
    'q="boats+here"',
    "q=-boats",
    "q=boats&sort=date",
    "q=boats&page=2",
    "element=early-warning",
    "owner=spain",
    "owner=spain-border",
    "q=boats+-owner:spain-border",
    "q=boats+owner:spain-border",
    "q=element:return",
    "marking=AMBER",
    "type=alert",
    "from=2026-01-01&to=2026-12-31",
    "q=boats&page=nonsense",
)


@pytest.fixture
def border(db: None) -> Organisation:
    return make_organisation(parent=make_participant("spain", country="ES"), key="spain-border")


@pytest.fixture
def visible(border: Organisation) -> list[Sharing]:
    """What everybody competent may see: so many that order, totals and pages have something to be wrong in."""
    items = [
        make_item(owner=border, state="network", marking="GREEN", title=f"boats here {number}", body="boats on the sea")
        for number in range(12)
    ]
    write(items[0], make_file(items[0], image=False, name="boats.pdf"), publish=True)
    return items


def plant(border: Organisation) -> list[Sharing]:
    """Give Spain items in every state that spares other people, full of the words that are searched for."""
    texts: dict[str, Any] = {"title": f"{WORD} boats here", "body": f"{WORD} boats boats boats"}
    states: tuple[dict[str, Any], ...] = (
        {"state": "owner"},
        {"state": "withdrawn"},
        {"state": "network", "quarantined": True},
        {"live": False},
    )
    rows = [make_item(owner=border, **texts, **state) for state in states for _twice in range(4)]
    rows += [make_item(owner=border, state="restricted", recipients=[make_person(border)], **texts)]
    write(rows[0], make_file(rows[0], image=False, name=f"{WORD}.pdf"), publish=True)
    return rows


def addresses(visible: list[Sharing], hidden: tuple[str, str]) -> list[str]:
    """Return every address of the reader site and the API, of visible, hidden and absent things."""
    item, file = hidden
    fixed = ["/", "/early-warning/", "/liaison-officers/", "/notices/", "/notices/settings/", "/audit/", "/alerts/"]
    fixed += [
        "/no/such/place/",
        "/audit/readings/",
        "/audit/trail/",
        "/audit/sign-ins/",
        "/audit/figures/",
        "/audit/figures/table/",
        "/api/v1/participation",
        "/api/v1/",
        "/desk/",
    ]
    places = ("/search/", "/api/v1/search", "/search/export/csv/", "/api/v1/search/export/json")
    asked_for = [f"{place}?{query}" for place in places for query in QUERIES]
    asked_for += [f"/api/v1/search?facets=true&{query}" for query in QUERIES]
    suggest = ("/search/suggest/", "/api/v1/search/suggest")
    asked_for += [f"{place}?q={typed}" for place in suggest for typed in ("boats", WORD[:-1])]
    # after the searches: what is kept of them
    asked_for += ["/search/saved/", "/api/v1/search/saved", "/api/v1/search/history"]
    identifiers = [str(visible[0].uuid), item, "00000000-0000-4000-8000-000000000000", "nonsense"]
    opened = [
        address
        for one in identifiers
        for address in (
            f"/i/{one}/",
            f"/i/{one}/print/",
            f"/search/like/{one}/",
            f"/search/like/{one}/list/",
            f"/api/v1/items/{one}",
            f"/api/v1/items/{one}/related",
            f"/api/v1/items/{one}/sharing",
        )
    ]
    files = [f"/f/{one}/" for one in (str(visible[0].files.get().uuid), file)]
    return [*fixed, *asked_for, *opened, *files]


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_hidden_items_change_nothing(border: Organisation, visible: list[Sharing], role: str) -> None:
    # at one instant: a printed page says when it was printed
    with time_machine.travel(datetime.now(UTC), tick=False):
        compare_worlds(border, visible, role)


def compare_worlds(border: Organisation, visible: list[Sharing], role: str) -> None:
    """Ask for everything in a world with hidden items, and in the same world without them."""
    viewer = Viewer("reader", sign_in(Client(), make_person(make_participant("france"), role)), set(), [], [])
    with transaction.atomic():
        rows = plant(border)
        hidden = str(rows[0].uuid), str(rows[0].files.get().uuid)
        asked_for = addresses(visible, hidden)
        with_them = [plain(asked(viewer, address)) for address in asked_for]
        transaction.set_rollback(True)
    connection.run_on_commit.clear()
    without = [plain(asked(viewer, address)) for address in asked_for]
    assert [address for address, one, other in zip(asked_for, with_them, without, strict=True) if one != other] == []
    statuses = {answer[0] for answer in with_them}
    assert {200, 404} <= statuses
    assert max(statuses) < 500


def plain(answer: Answer) -> Answer:
    """Return the answer without the search's own clock, which some answers tell."""
    status, headers, body = answer
    return status, {name: value for name, value in headers.items() if name != "Server-Timing"}, body
