"""After publication: the page that shows the sharing, and the acts that change it."""

import pytest
from django.urls import reverse

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.sharing.models import Sharing
from cms.sharing.querysets import SharingQuerySet
from tests.factories import NOW, make_item, make_organisation, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared(house) -> Sharing:
    return make_item(
        owner=house.border,
        author=house.author,
        state="restricted",
        marking="GREEN",
        recipients=[house.france, make_organisation(key="greece-border")],
    )


def act(sharing: Sharing, name: str) -> str:
    return reverse("sharing:act", args=[sharing.uuid, name])


def confirmed(client, address: str, fields: dict[str, object]):
    """Post the act, and then the second yes to what was shown."""
    shown = client.post(address, fields)
    return client.post(address, fields | {"seal": shown.context["difference"].seal})


def reads(user, sharing: Sharing) -> bool:
    rows: SharingQuerySet = Sharing.objects.filter(pk=sharing.pk)
    return rows.visible_to(user, NOW).exists()


def test_the_page_tells_who_can_read_without_telling_names_of_others(house, shared):
    for number in range(5):
        make_person(house.france, name=f"Secret Name {number}")
    text = house.client("author").get(reverse("sharing:item", args=[shared.uuid])).content.decode()
    assert "Ada Approver" in text
    assert "France" in text
    assert "Secret Name" not in text
    assert "Otto Author" not in text


def test_small_numbers_cannot_be_subtracted(house, shared):
    text = house.client("author").get(reverse("sharing:item", args=[shared.uuid])).content.decode()
    assert "fewer than 5 people" in text
    assert "and a few more" in text
    assert "6 people" not in text  # five of Spain, one of France


def test_an_approver_revokes_a_recipient(house, shared):
    client = house.client("approver")
    page = client.get(reverse("sharing:item", args=[shared.uuid]))
    address = next(row["revoke"] for row in page.context["recipients"] if row["row"].organisation == house.france)
    assert reads(house.french_author, shared)
    assert client.get(address).status_code == 200
    assert reads(house.french_author, shared)
    assert client.post(address, {"reason": "no more need"}).status_code == 302
    assert not reads(house.french_author, shared)
    event = AuditEvent.objects.filter(item=shared.uuid).latest("pk")
    assert (event.event, event.reason) == (Event.RECIPIENT_REVOKED, "no more need")
    assert client.post(address, {}).status_code == 404


def test_an_approver_narrows_withdraws_and_tightens(house, shared):
    client = house.client("approver")
    assert client.post(act(shared, "tighten"), {"marking": "AMBER+STRICT"}).status_code == 302
    assert client.post(act(shared, "narrow"), {"state": "owner"}).status_code == 302
    assert not reads(house.french_author, shared)
    assert client.post(act(shared, "withdraw"), {}).status_code == 302
    shared.refresh_from_db()
    assert (shared.marking, shared.state) == ("AMBER+STRICT", "withdrawn")


@pytest.mark.parametrize("name", ["widen", "loosen"])
def test_only_a_decider_widens_and_loosens(house, shared, name):
    assert house.client("approver").post(act(shared, name), {"reason": "because"}).status_code == 404
    assert house.client("decider").get(act(shared, name)).status_code == 200


def test_a_decider_widens_with_a_reason(house, shared):
    client = house.client("decider")
    without = client.post(act(shared, "widen"), {"state": "network"})
    assert (without.status_code, set(without.context["form"].errors)) == (400, {"reason"})
    shown = client.post(act(shared, "widen"), {"state": "network", "reason": "asked for"})
    shared.refresh_from_db()
    assert (shown.status_code, shared.state) == (200, "restricted")
    assert confirmed(client, act(shared, "widen"), {"state": "network", "reason": "asked for"}).status_code == 302
    shared.refresh_from_db()
    assert shared.state == "network"


def test_a_refusal_of_the_service_stands_beside_its_field(house, shared):
    client = house.client("decider")
    fields = {"state": "restricted", "persons": "nobody@member.example", "reason": "asked for"}
    response = client.post(act(shared, "widen"), fields)
    assert (response.status_code, set(response.context["form"].errors)) == (400, {"persons"})


@pytest.mark.parametrize("name", ["widen", "loosen", "quarantine", "facts", "transfer", "public", "supersede"])
def test_an_author_does_not_act(house, shared, name):
    client = house.client("author")
    assert client.get(act(shared, name)).status_code == 404
    assert client.post(act(shared, name), {"reason": "because", "state": "owner"}).status_code == 404


def test_the_button_says_whether_it_is_done_at_once(house, shared):
    client = house.client("decider")
    texts = [client.get(act(shared, name)).content.decode() for name in ("withdraw", "widen", "transfer")]
    assert ["Show who gains and who loses" in text for text in texts] == [False, True, True]


@pytest.mark.parametrize("name", ["withdraw", "narrow", "tighten"])
def test_an_author_proposes_and_nothing_changes(house, shared, name):
    client = house.client("author")
    before = list(Sharing.objects.filter(pk=shared.pk).values())
    assert client.get(act(shared, name)).context["proposing"] is True
    fields = {"state": "owner", "marking": "RED"}
    assert client.post(act(shared, name), fields).status_code == 400
    assert client.post(act(shared, name), fields | {"reason": "too wide"}).status_code == 302
    assert list(Sharing.objects.filter(pk=shared.pk).values()) == before
    assert shared.pending_acts.get().kind == name


def test_quarantine_is_put_and_ended(house, shared):
    client = house.client("approver")
    assert client.post(act(shared, "quarantine"), {"reason": ""}).status_code == 400
    assert client.post(act(shared, "quarantine"), {"reason": "a name in the text"}).status_code == 302
    assert not reads(house.author, shared)
    assert house.client("author").get(reverse("sharing:item", args=[shared.uuid])).status_code == 404
    assert house.client("decider").post(act(shared, "end-quarantine"), {}).status_code == 404
    assert confirmed(client, act(shared, "end-quarantine"), {}).status_code == 302
    assert reads(house.author, shared)


def test_a_curator_quarantines_what_they_can_read_and_sees_no_sharing(house):
    everyones = make_item(owner=house.border, state="network", marking="GREEN")
    client = house.client("curator")
    assert client.get(reverse("sharing:item", args=[everyones.uuid])).status_code == 404
    assert client.post(act(everyones, "quarantine"), {"reason": "a name in the text"}).status_code == 302
    everyones.refresh_from_db()
    assert everyones.quarantined


def test_addresses_carry_no_numbers(house, shared):
    text = house.client("approver").get(reverse("sharing:item", args=[shared.uuid])).content.decode()
    numbers = [f"/{row.pk}/" for row in shared.recipients.all()]
    assert [number for number in numbers if number in text] == []
