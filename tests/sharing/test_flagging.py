"""A reader flags an item on the reader site; the owner is told, hides it or declines, and the reader hears of it."""

import pytest
from django.test import Client
from django.urls import reverse

from cms.notifications.models import OutboxRow
from cms.organisations.models import Organisation
from cms.sharing import services
from cms.sharing.models import PendingAct, Sharing
from cms.sharing.telling import who_proposed
from cms.users.models import User
from tests.factories import NOW, make_item, make_organisation, make_participant, make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def friend() -> Organisation:
    """A participant with whom the item is shared."""
    return make_participant("friend")


@pytest.fixture
def row(friend: Organisation) -> Sharing:
    """The item."""
    return make_item(owner=make_organisation(), state="restricted", recipients=[friend])


def told(kind: str) -> list[list[int]]:
    """Return who is told of this."""
    rows = OutboxRow.objects.filter(kind="notify", payload__kind=kind).order_by("pk")
    return [payload["users"] for payload in rows.values_list("payload", flat=True)]


def test_who_flags_and_who_hides(row: Sharing, friend: Organisation) -> None:
    commission = make_organisation("commission")
    open_item = make_item(owner=row.owner, state="network", marking="GREEN")
    people = {
        "officer": make_person(friend, "officer"),
        "author": make_person(friend, "author"),
        "approver": make_person(friend, "approver"),
        "curator": make_person(commission, "curator"),
        "owner": make_person(row.owner, "approver"),
    }
    flag, hide = reverse("flag", args=[open_item.uuid]), reverse("sharing:act", args=[open_item.uuid, "quarantine"])
    offers = {}
    for name, user in people.items():
        client = sign_in(Client(), user)
        text = client.get(reverse("item", args=[open_item.uuid])).content.decode()
        offers[name] = (flag in text, hide in text, client.get(flag).status_code)
    assert offers == {
        "officer": (True, False, 200),
        "author": (True, False, 200),
        "approver": (False, False, 404),
        "curator": (False, True, 404),
        "owner": (False, True, 404),
    }
    stranger = make_person(make_participant(), "officer")
    assert sign_in(Client(), stranger).get(reverse("flag", args=[row.uuid])).status_code == 404


def test_a_flag_is_answered(row: Sharing, friend: Organisation) -> None:
    officer = make_person(friend)
    approver, decider = make_person(row.owner, "approver"), make_person(row.owner, "decider")
    client, address = sign_in(Client(), officer), reverse("flag", args=[row.uuid])
    assert client.post(address, {"reason": ""}).status_code == 400
    assert client.post(address, {"reason": "a telephone number"}).status_code == 302
    assert client.post(address, {"reason": "again"}).status_code == 400
    assert "You flagged this item" in client.get(address).content.decode()
    assert told("confirm") == [sorted([approver.pk, decider.pk])]
    pending = PendingAct.objects.get()
    services.decline(pending=pending, actor=approver, at=NOW, reason="it is a duty number")
    assert told("declined") == [[officer.pk]]
    assert who_proposed(row.uuid, None, NOW) == {officer.pk}
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert who_proposed(row.uuid, [officer.pk], NOW) == set()


def test_the_owner_is_told_when_somebody_else_hides_an_item(row: Sharing) -> None:
    approver = make_person(row.owner, "approver")
    curator = make_person(make_organisation("commission"), "curator")
    item = make_item(owner=row.owner, state="network", marking="GREEN")
    services.quarantine(sharing=item, actor=curator, at=NOW, reason="malware")
    services.end_quarantine(sharing=item, actor=curator, at=NOW)
    assert (told("quarantined"), told("quarantine_ended")) == ([[approver.pk]], [[approver.pk]])
