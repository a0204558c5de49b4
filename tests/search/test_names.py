"""Names typed into the query that are none: told, passed over, and telling nothing of what is hidden."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.organisations.models import Organisation
from tests.factories import make_item, make_organisation, make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Organisation:
    """An owner with one item that an officer of theirs may see."""
    owner = make_organisation(key="harbour-police")
    make_item(owner=owner, title="Quay", element="RE", countries=["MA"])
    return owner


@pytest.fixture
def client(owner: Organisation) -> Client:
    """The officer's session."""
    return sign_in(Client(), make_person(owner))


def asked(client: Client, q: str, **parameters: str) -> dict[str, Any]:
    """Return what the API answers, which is what the page shows."""
    found: dict[str, Any] = client.get("/api/v1/search", {"q": q} | parameters).json()
    page = client.get("/search/", {"q": q}).context["result"]
    assert (page.total, page.notices) == (found["total"], found["notices"])
    return found


@pytest.mark.parametrize(
    ("q", "told"),
    [
        ("quay country:Atlantis", "country: there is no country “Atlantis”; it was passed over."),
        ("quay NOT country:Atlantis", "country: there is no country “Atlantis”; it was passed over."),
        ('quay type:"old letter"', "type: there is no type “old letter”; it was passed over."),
        ("quay owner:harbor-police", "owner: no item that you may see is of “harbor-police”; it was passed over."),
        ("quay -owner:harbor-police", "owner: no item that you may see is of “harbor-police”; it was passed over."),
        ("quay element:retrun", "element: no item that you may see is of “retrun”; it was passed over."),
        ("onwer:quay", "There is no field onwer: the words after it were looked for. "),
    ],
)
def test_a_name_that_is_none_is_told_and_the_words_are_looked_for(client: Client, q: str, told: str) -> None:
    found = asked(client, q)
    assert found["total"] == 1
    (notice,) = found["notices"]
    assert notice.startswith(told)


@pytest.mark.parametrize(
    "q",
    ["owner:harbour-police", "-owner:nobody owner:HARBOUR-POLICE", "element:Return type:bulletin country:Morocco"],
)
def test_names_that_the_person_knows_by_items_are_filters(client: Client, q: str) -> None:
    asked_for = f"{q} -quay"
    assert asked(client, q)["total"] == 1
    # of the name there is an item, only not with these words: nothing is found, and nothing is wrong with the name
    assert (asked(client, asked_for)["total"], len(asked(client, asked_for)["notices"])) == (0, q.count("nobody"))
    assert asked(client, f"owner:harbour-police {q}", facets="0")["total"] == 1


def test_a_hidden_name_is_answered_like_one_that_is_not(client: Client) -> None:
    hidden = make_organisation(key="coastguard")
    Organisation.objects.filter(pk=hidden.pk).update(name="Coastguard of the north")
    make_item(owner=hidden, title="Quay of theirs", element="EW")
    theirs = sign_in(Client(), make_person(hidden))
    assert [item["title"] for item in asked(theirs, "quay owner:coastguard")["items"]] == ["Quay of theirs"]
    for q, absent in (
        ("quay owner:coastguard", "lighthouse"),
        ("quay -owner:coastguard", "lighthouse"),
        ('owner:"Coastguard of the north"', "Coastguard of the south"),
        ("quay element:early-warning", "late-warning"),
    ):
        name = q.partition(":")[2].strip('"')
        with CaptureQueriesContext(connection) as of_hidden:
            told = asked(client, q)
        with CaptureQueriesContext(connection) as of_absent:
            told_of_absent = asked(client, q.replace(name, absent))
        assert (told["total"], len(told["notices"])) == (1, 1)
        assert str(told).replace(name, absent) == str(told_of_absent)
        assert len(of_hidden) == len(of_absent)


def test_many_names_are_not_all_looked_up(client: Client) -> None:
    found = asked(client, " ".join(f"owner:nobody{number}" for number in range(30)))
    assert (found["total"], len(found["notices"])) == (0, 3)
