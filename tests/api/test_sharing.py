"""An item's sharing by the API: for its owner's people, as the sharing page and its acts are."""

import json
from typing import Any

import pytest
from django.test import Client

from cms.audit.models import AuditEvent
from cms.notifications.models import OutboxRow
from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from cms.users.models import User
from tests.factories import make_group, make_item, make_organisation, make_participant, make_person, sign_in

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
    assert (answer.status_code, told["state"], told["marking"], told["proposed"]) == (200, "restricted", "GREEN", None)
    assert told["acts"] == ["withdraw", "narrow", "tighten", "prepare-public", "flag", "correct", "revoke"]
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
    assert act(person(row, "author"), row, "widen", reason="r").status_code == 404
    assert act(person(row, "approver"), row, "transfer", reason="r").status_code == 404
    assert act(person(row, "decider"), row, "draft-facts", countries=[]).status_code == 404


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


def test_each_bad_part_of_a_body_is_named(row: Sharing) -> None:
    decider = person(row, "decider")
    wrong: dict[str, dict[str, Any]] = {
        "state": {"state": 3, "reason": "r"},
        "recipients": {"state": "network", "recipients": ["friend"], "reason": "r"},
        "organisations": {"state": "restricted", "organisations": "friend", "reason": "r"},
        "recipients_until": {
            "state": "restricted",
            "organisations": ["friend"],
            "recipients_until": "soon",
            "reason": "r",
        },
        "present_members": {"state": "restricted", "present_members": "yes", "reason": "r"},
    }
    answers = {name: act(decider, row, "widen", **body) for name, body in wrong.items()}
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(wrong, 422)
    assert {name: set(answer.json()["errors"]) for name, answer in answers.items()} == {name: {name} for name in wrong}
    address = f"/api/v1/items/{row.uuid}/sharing/withdraw"
    unread = browser(decider).post(address, "[1", content_type="application/json")
    assert (unread.status_code, set(unread.json()["errors"])) == (422, {"body"})
    assert Sharing.objects.get(pk=row.pk).state == "restricted"


def test_the_seal_of_a_dry_run_holds_the_act_to_it(row: Sharing, friend: Organisation) -> None:
    approver = person(row, "approver")
    seal = act(approver, row, "withdraw", "?dry_run=1").json()["seal"]
    make_person(friend)
    late = act(approver, row, "withdraw", f"?seal={seal}")
    assert (late.status_code, late.json()["done"], Sharing.objects.get(pk=row.pk).state) == (409, False, "restricted")
    assert act(approver, row, "withdraw", f"?seal={late.json()['seal']}").json()["done"] is True


def test_what_one_proposes_another_confirms(row: Sharing, friend: Organisation) -> None:
    author, approver, decider = (person(row, role) for role in ("author", "approver", "decider"))
    receiver = make_person(friend, "decider")
    proposed = act(author, row, "withdraw", reason="outdated").json()
    assert (proposed["done"], [line["people"] for line in proposed["loss"]["participants"]]) == (True, [6])
    handle = proposed["waits"]
    mine = browser(author).get("/api/v1/waiting").json()["items"]
    assert [(line["handle"], line["acts"]) for line in mine] == [(handle, ["take-back"])]
    assert browser(receiver).get(f"/api/v1/waiting/{handle}").status_code == 404
    told = browser(approver).get(f"/api/v1/waiting/{handle}").json()
    assert (told["acts"], told["reason"]) == (["confirm", "decline"], "outdated")
    assert answered(author, handle, "confirm").status_code == 404
    refused = answered(approver, handle, "decline")
    assert (refused.status_code, set(refused.json()["errors"])) == (422, {"reason"})
    assert answered(approver, handle, "decline", reason="still needed").json()["done"] is True
    assert OutboxRow.objects.filter(kind="notify", payload__kind="declined", payload__users=[author.pk]).count() == 1
    offered = act(decider, row, "transfer", new_owner="friend", reason="theirs").json()
    seal = browser(receiver).get(f"/api/v1/waiting/{offered['waits']}").json()["seal"]
    assert answered(receiver, offered["waits"], f"confirm?dry_run=1&seal={seal}").json()["done"] is False
    assert answered(receiver, offered["waits"], f"confirm?seal={seal}").json()["done"] is True
    assert Sharing.objects.get(pk=row.pk).owner == friend


def answered(user: User, handle: str, answer: str, **body: Any) -> Any:
    """Answer what waits."""
    address = f"/api/v1/waiting/{handle}/{answer}"
    return browser(user).post(address, json.dumps(body), content_type="application/json")


def test_public_is_prepared_taken_up_and_confirmed_by_three(friend: Organisation) -> None:
    row = make_item(owner=make_organisation(), state="network", marking="CLEAR")
    Organisation.objects.filter(pk__in=row.owner.lineage).update(ceiling="public")
    author, decider, second = person(row, "author"), person(row, "decider"), person(row, "decider")
    prepared = act(author, row, "prepare-public", reason="open data").json()
    assert prepared["gain"]["everyone"] is True
    assert answered(decider, prepared["waits"], "confirm").json()["done"] is True
    assert Sharing.objects.get(pk=row.pk).state == "network"
    taken_up = browser(second).get("/api/v1/waiting").json()["items"][0]
    assert taken_up["kind"] == "public"
    assert answered(decider, taken_up["handle"], "confirm").status_code == 404
    assert answered(second, taken_up["handle"], "confirm").json()["done"] is True
    assert Sharing.objects.get(pk=row.pk).state == "public"


def test_a_reader_flags_and_the_owner_hides(row: Sharing, friend: Organisation) -> None:
    officer, approver = make_person(friend), person(row, "approver")
    flagged = act(officer, row, "flag", reason="a telephone number").json()
    assert [line["people"] for line in flagged["loss"]["participants"]] == []
    assert browser(officer).get(f"/api/v1/items/{row.uuid}/sharing").status_code == 404
    address = f"/api/v1/waiting/{flagged['waits']}"
    losses = [browser(user).get(address).json()["loss"]["participants"] for user in (approver, officer)]
    # who flagged it learns nothing of its other readers
    assert ([line["people"] for line in losses[0]], losses[1]) == ([6], [])
    assert answered(approver, flagged["waits"], "confirm").json()["done"] is True
    row.refresh_from_db()
    assert (row.quarantined, row.quarantined_by, row.quarantine_reason) == (True, approver, "a telephone number")
    assert act(officer, row, "flag", reason="again").status_code == 404


def test_a_draft_takes_facts_and_a_proposal(friend: Organisation) -> None:
    owner = make_organisation()
    author, stranger = make_person(owner, "author"), make_person(friend, "author")
    row = make_item(owner=owner, author=author, live=False, countries=["MA"])
    assert act(author, row, "draft-facts", element="return").json()["done"] is True
    body: dict[str, Any] = {"marking": "GREEN", "state": "restricted", "organisations": ["friend"]}
    assert act(author, row, "propose", **body).json()["done"] is True
    told = read(author, row).json()
    assert (told["element"], told["countries"], told["readers"], told["acts"]) == (
        "return",
        ["MA"],
        [],
        ["draft-facts", "propose"],
    )
    assert (told["proposed"]["state"], told["proposed"]["recipients"][0]["name"]) == ("restricted", "friend")
    group = make_group(friend, stranger)
    dated: dict[str, Any] = {"recipients_from": "2027-01-01", "recipients_until": "2027-01-31"}
    named: dict[str, Any] = {"organisations": [], "groups": [group.key], "present_members": True}
    assert act(author, row, "propose", **named, **dated).json()["done"] is True
    assert [
        (line["kind"], line["name"], line["from"], line["until"])
        for line in read(author, row).json()["proposed"]["recipients"]
    ] == [
        ("organisation", "friend", "2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z"),
        ("user", stranger.email, "2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z"),
    ]
    backwards = act(author, row, "propose", recipients_from="2027-02-01")
    assert (backwards.status_code, set(backwards.json()["errors"])) == (422, {"recipients_until"})
    above = act(author, row, "propose", marking="RED", state="network")
    assert (above.status_code, set(above.json()["errors"])) == (422, {"state"})
    assert (read(stranger, row).status_code, act(stranger, row, "propose", state="owner").status_code) == (404, 404)


def test_a_newer_item_takes_the_place_and_no_more(row: Sharing) -> None:
    approver = person(row, "approver")
    newer = make_item(owner=row.owner)
    assert act(approver, row, "supersede", newer=newer.reference).json()["done"] is True
    assert "supersede" not in read(approver, row).json()["acts"]
    assert act(approver, row, "end-supersession", reason="a slip").json()["done"] is True
    assert AuditEvent.objects.filter(event="supersession_ended", actor_id=approver.pk).count() == 1
    assert "supersede" in read(approver, row).json()["acts"]
