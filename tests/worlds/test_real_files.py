"""The shipped demo, and a file of real texts where it stands beside the project."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from cms.sharing.models import Sharing
from cms.sharing.oracle import decide
from cms.sharing.querysets import facts_of
from cms.sharing.selectors import network_facts, person_facts
from cms.users.models import User
from cms.worlds.audience_check import check_audience
from cms.worlds.parsing import parse_file
from cms.worlds.selectors import world_ids
from search.models import SearchEntry
from search.queries import SearchRequest
from search.selectors import search
from tests.worlds.worlds import load

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

AT = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
DEMO = Path(settings.BASE_DIR) / "cms" / "worlds" / "demo" / "world.json"
REAL = Path(settings.BASE_DIR).parent / "shared" / "data" / "real-world.json"
REACHES = [
    ("fi-border", "officer", "visas-borders-documents", []),
    ("fi", "decider", "early-warning", []),
    ("es", "officer", "return", ["MA", "SN"]),
    ("de", "approver", "return", []),
    ("pt", "author", "visas-borders-documents", ["FI", "SE"]),
    ("fr", "national_admin", "return", []),
]


def _people():
    """Return people for a world file, one per reach."""
    return [
        {
            "email": f"person-{number}@member.example",
            "name": f"Person {number}",
            "memberships": [
                {
                    "organisation": organisation,
                    "role": role,
                    "competences": [{"element": element, "countries": countries}],
                }
            ],
        }
        for number, (organisation, role, element, countries) in enumerate(REACHES)
    ]


def _allowed_by_the_facts(user):
    person, network = person_facts(user, AT), network_facts()
    rows = Sharing.objects.with_facts()
    return {row.uuid for row in rows if decide(facts_of(row), person, network, AT).allowed}


def _found(user):
    """Return everything the person finds without a word, page after page."""
    pages = [search(user, SearchRequest(page=page, size=100), AT) for page in range(1, 9)]
    assert pages[0].total == sum(len(page.hits) for page in pages)
    return {hit.id for page in pages for hit in page.hits}


@pytest.fixture(scope="module")
def real_world():
    """The file of real texts."""
    if not REAL.exists():
        pytest.skip(f"the file of real texts is not beside the project: {REAL}")
    return parse_file(REAL)


def test_real_texts_are_found_and_withheld_as_their_facts_say(real_world):
    outcome = load(real_world, at=AT)
    load({"users": _people()}, at=AT)

    assert outcome.items.added == len(real_world["items"]) == len(world_ids())
    assert SearchEntry.objects.count() == len(real_world["items"])
    assert check_audience(AT).differences == ()
    for user in [None, *User.objects.order_by("email")]:
        allowed = _allowed_by_the_facts(user)
        assert set(Sharing.objects.visible_to(user, AT).values_list("uuid", flat=True)) == allowed
        assert _found(user) == allowed
    assert not load(real_world, at=AT).changed_anything


def test_the_demo_loads_whole_and_twice():
    world = json.loads(DEMO.read_text())

    outcome = load(world, at=AT)

    for section, counts in outcome.sections.items():
        assert counts.added == len(world[section]), section
    live = [item for item in world["items"] if item["status"] == "published"]
    assert SearchEntry.objects.count() == len(live)
    assert not load(world, at=AT).changed_anything


def test_the_demo_is_what_it_promises():
    world = json.loads(DEMO.read_text())
    participants = [organisation for organisation in world["organisations"] if organisation["parent"] is None]

    assert len(participants) >= 30
    assert len(world["users"]) == 80
    assert sum(item["type"] == "bulletin" for item in world["items"]) == 150
    assert sum(item["type"] == "alert" for item in world["items"]) == 3
    assert {item["language"] for item in world["items"]} == {"en", "fr", "de"}
    assert {item["state"] for item in world["items"]} == {"owner", "restricted", "network", "public", "withdrawn"}
    assert len({item["marking"] for item in world["items"]}) == 5
    roles = {membership["role"] for user in world["users"] for membership in user["memberships"]}
    assert len(roles) == 9
