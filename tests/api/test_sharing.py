"""An item's sharing by the API: for its owner's people, as the sharing page and its acts are."""

import json
from typing import Any

import pytest
from django.test import Client

from cms.audit.models import AuditEvent
from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from cms.users.models import User
from tests.factories import make_item, make_organisation, make_participant, make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def friend() -> Organisation:
    """A participant with five officers and an author."""
    friend = make_participant(key="friend")
    for number in range(5):
        make_person(friend, name=f"Secret Name {number}")
    return friend


@pytest.fixture
def row(friend: Organisation) -> Sharing:
    """An item shared with the friend."""
    return make_item(owner=make_organisation(), state="restricted", marking="GREEN", recipients=[friend])


def person(row: Sharing, role: str) -> User:
    """Return somebody with the role at the owner."""
    return make_person(row.owner, role, name=f"Ana {role}")


def browser(user: User, *, checks: bool = False) -> Client:
    """Return the person's session."""
    return sign_in(Client(enforce_csrf_checks=checks), user)


def read(user: User, row: Sharing) -> Any:
    """Ask how the item is shared."""
    return browser(user).get(f"/api/v1/items/{row.uuid}/sharing")


def act(user: User, row: Sharing, name: str, query: str = "", **body: Any) -> Any:
    """Do the act."""
    address = f"/api/v1/items/{row.uuid}/sharing/{name}{query}"
    return browser(user).post(address, json.dumps(body), content_type="application/json")


def test_the_owners_people_read_it(row: Sharing) -> None:
    answer = read(person(row, "author"), row)
    told = answer.json()
    assert (answer.status_code, told["state"], told["marking"], told["acts"]) == (200, "restricted", "GREEN", [])
    assert [(recipient["kind"], recipient["name"]) for recipient in told["recipients"]] == [("organisation", "friend")]
    rules = {reader["rule"]: reader["participants"] for reader in told["readers"]}
    assert rules["owner-organisation"][0]["names"] == ["Ana author"]
    assert rules["recipient-organisation"] == [
        {"participant": "Friend", "people": 5, "functions": ["Officer"], "names": []}
    ]
    assert "Secret Name" not in answer.content.decode()
    assert AuditEvent.objects.latest("pk").event == "readers_seen"


def test_hidden_and_absent_are_alike(row: Sharing, friend: Organisation) -> None:
    reader = make_person(friend, "approver")
    absent = browser(reader).get("/api/v1/items/00000000-0000-4000-8000-000000000000/sharing")
    hidden = read(reader, row)
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content) == (404, absent.content)
    assert Client().get(f"/api/v1/items/{row.uuid}/sharing").status_code == 404
    assert act(reader, row, "withdraw").status_code == 404
    assert act(person(row, "author"), row, "withdraw").status_code == 404
    assert act(person(row, "approver"), row, "transfer", reason="r").status_code == 404


def test_a_dry_run_tells_and_does_nothing(row: Sharing) -> None:
    approver = person(row, "approver")
    told = act(approver, row, "withdraw", "?dry_run=1").json()
    assert (told["done"], told["gain"]["participants"]) == (False, [])
    assert [(line["participant"], line["people"]) for line in told["loss"]["participants"]] == [("Friend", 5)]
    assert Sharing.objects.get(pk=row.pk).state == "restricted"
    assert not AuditEvent.objects.filter(event="withdrawn").exists()


def test_acts_are_done(row: Sharing) -> None:
    approver, decider = person(row, "approver"), person(row, "decider")
    handle = read(approver, row).json()["recipients"][0]["handle"]
    assert act(approver, row, "revoke", recipient=handle, reason="left").json()["done"] is True
    assert act(approver, row, "revoke", recipient=handle).status_code == 404
    assert act(approver, row, "tighten", marking="AMBER").json()["done"] is True
    assert act(approver, row, "narrow", state="owner").json()["done"] is True
    body: dict[str, Any] = {"state": "restricted", "organisations": ["friend"], "reason": "season"}
    told = act(decider, row, "widen", **body).json()
    assert [line["people"] for line in told["gain"]["participants"]] == [5]
    assert act(decider, row, "loosen", marking="GREEN", reason="mistaken").json()["done"] is True
    row.refresh_from_db()
    assert (row.state, row.marking) == ("restricted", "GREEN")


def test_what_is_wrong_is_said(row: Sharing) -> None:
    decider = person(row, "decider")
    answers = [
        act(decider, row, "widen", state="network"),
        act(decider, row, "narrow", state="network"),
        act(decider, row, "widen", state="restricted", persons=["nobody@member.example"], reason="asked for"),
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert [set(answer.json()["errors"]) for answer in answers] == [{"reason"}, {"state"}, {"persons"}]


def test_without_a_session_or_its_token_nothing_is_done(row: Sharing) -> None:
    approver = person(row, "approver")
    address = f"/api/v1/items/{row.uuid}/sharing/withdraw"
    assert Client().post(address, "{}", content_type="application/json").status_code == 401
    forged = browser(approver, checks=True).post(address, "{}", content_type="application/json")
    half = sign_in(Client(), approver, second_factor=False).post(address, "{}", content_type="application/json")
    assert (forged.status_code, half.status_code) == (403, 302)
    assert Sharing.objects.get(pk=row.pk).state == "restricted"


def test_with_the_token_it_is_done(row: Sharing) -> None:
    client = browser(person(row, "approver"), checks=True)
    token = str(client.get("/cms/").context["csrf_token"])
    address = f"/api/v1/items/{row.uuid}/sharing/withdraw"
    client.post(address, "{}", content_type="application/json", headers={"X-CSRFToken": token})
    assert Sharing.objects.get(pk=row.pk).state == "withdrawn"
