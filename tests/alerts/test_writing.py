"""One page for a first warning: few fields, kept while typed, compared with what may be seen, approved by another."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from cms.core.instants import current_instant
from cms.notifications.draining import drain
from cms.notifications.models import Notice
from cms.organisations.enums import Role
from cms.sharing.audience_templates import Audience
from cms.sharing.models import Sharing
from content_types.alert_facts import facts_of_alert
from content_types.models import Alert
from tests.alerts.network import Network, hand_in, make_alert, make_draft
from tests.factories.people import make_person, sign_in
from workflows.alerts.models import KeptForm, Receipt, Release
from workflows.clock import run_due

WRITTEN: dict[str, Any] = {
    "urgency": "flash",
    "title": "Boats from a new beach",
    "summary": "Three boats in one night.",
    "alert_kind": "route_change",
    "place_country": "ES",
    "detected_at": "2026-06-15T11:00",
    "audience": "network",
    "no_personal_data": "on",
    "border_type": "unknown",
    "direction": "unknown",
    "persons_count": "estimate",
    "asked": "nothing",
    "language": "en",
}


@pytest.fixture
def author(network: Network, client: Client) -> Client:
    """Return the author's browser."""
    return sign_in(client, network.author)


def _written(network: Network, **more: Any) -> dict[str, Any]:
    return {**WRITTEN, "owner": network.owner.pk, "form": str(uuid4()), **more}


def test_written_handed_in_approved_and_out(network: Network, author: Client) -> None:
    handed_in = author.post("/alerts/new/", _written(network, act="submit"))
    sharing = Sharing.objects.get()
    assert handed_in.status_code == 302
    assert handed_in["Location"] == f"/alerts/{sharing.uuid}/"
    drain()
    assert Notice.objects.get(user=network.approver).kind == "alert_to_approve"
    approver = sign_in(Client(), network.approver)
    assert b"Publish now" in approver.get(f"/alerts/{sharing.uuid}/").content
    revision = Sharing.objects.get().page.latest_revision_id
    approver.post(f"/alerts/{sharing.uuid}/publish/", {"revision": revision, "when": "now"})
    assert Release.objects.get().urgency == "flash"
    page = sign_in(Client(), network.french).get(f"/i/{sharing.uuid}/").content.decode()
    assert "Boats from a new beach" in page
    assert "Change of route" in page


def test_what_nobody_said_is_not_stated(network: Network, author: Client) -> None:
    author.post("/alerts/new/", _written(network, act="submit"))
    stated = {title for group in facts_of_alert(Alert.objects.get()) for title, _value in group.rows}
    assert stated == {"Urgency", "What is reported", "Detected at", "Country of the place"}


def test_who_wrote_it_does_not_publish_it(network: Network, author: Client) -> None:
    sharing = make_draft(network)
    hand_in(sharing, network, current_instant())
    revision = Sharing.objects.get().page.latest_revision_id
    author.post(f"/alerts/{sharing.uuid}/publish/", {"revision": revision, "when": "now"})
    assert not Release.objects.exists()


def test_a_draft_may_have_gaps_and_what_is_handed_in_may_not(network: Network, author: Client) -> None:
    gaps = {"summary": "", "place_country": "", "detected_at": "", "no_personal_data": ""}
    refused = author.post("/alerts/new/", _written(network, act="submit", **gaps))
    assert (refused.status_code, Alert.objects.count()) == (200, 0)
    assert author.post("/alerts/new/", _written(network, act="draft", **gaps)).status_code == 302
    sharing = Sharing.objects.get()
    finished = author.post(f"/alerts/{sharing.uuid}/edit/", {
        **_written(network, act="submit"), "revision": sharing.page.latest_revision_id,
    })  # fmt: skip
    assert finished.status_code == 302
    assert Sharing.objects.get().countries == ["ES"]


def test_in_a_minute_means_it_can_be_taken_back(network: Network) -> None:
    at = current_instant()
    sharing = make_draft(network, at=at)
    hand_in(sharing, network, at)
    approver = sign_in(Client(), network.approver)
    revision = Sharing.objects.get().page.latest_revision_id
    approver.post(f"/alerts/{sharing.uuid}/publish/", {"revision": revision, "when": "later"})
    assert not Release.objects.exists()
    approver.post(f"/alerts/{sharing.uuid}/take-back/")
    with time_machine.travel(at + timedelta(minutes=2), tick=False):
        run_due(at=current_instant())
    assert not Release.objects.exists()


def test_in_a_minute_it_goes_out(network: Network) -> None:
    at = current_instant()
    sharing = make_draft(network, at=at)
    hand_in(sharing, network, at)
    approver = sign_in(Client(), network.approver)
    revision = Sharing.objects.get().page.latest_revision_id
    approver.post(f"/alerts/{sharing.uuid}/publish/", {"revision": revision, "when": "later"})
    with time_machine.travel(at + timedelta(minutes=2), tick=False):
        run_due(at=current_instant())
    assert Release.objects.exists()


def test_what_is_typed_is_kept_for_who_typed_it_until_it_is_saved(network: Network, author: Client) -> None:
    form = str(uuid4())
    typed = {"form": form, "title": "Half a tit"}
    assert author.post("/alerts/keep/", typed).status_code == 200
    again = author.get(f"/alerts/new/?form={form}").content.decode()
    assert "Half a tit" in again
    other = sign_in(Client(), network.approver)
    assert "Half a tit" not in other.get(f"/alerts/new/?form={form}").content.decode()
    author.post("/alerts/new/", {**_written(network, act="draft"), "form": form})
    assert not KeptForm.objects.exists()


def test_alerts_that_look_alike_are_shown_if_they_may_be_seen(network: Network, author: Client) -> None:
    make_alert(network, title="Small boats from a beach", audience=Audience(marking="AMBER", state="owner"))
    seen = make_person(network.owner, Role.AUTHOR)
    asked = "/alerts/similar/?title=Boats+from+some+beach&place_country=ES"
    assert b"Small boats" in sign_in(Client(), seen).get(asked).content
    stranger = make_person(network.france, Role.AUTHOR)
    assert b"Small boats" not in sign_in(Client(), stranger).get(asked).content
    assert b"Small boats" not in author.get("/alerts/similar/?title=Forged+visas").content


def test_a_follow_up_is_an_own_item_and_both_lead_to_each_other(network: Network, author: Client) -> None:
    first = make_alert(network)
    writer = make_person(network.france, Role.AUTHOR)
    french = sign_in(Client(), writer)
    posted = {**_written(network, act="draft"), "owner": network.france.pk, "follows": str(first.uuid)}
    french.post("/alerts/new/", posted)
    follow_up = Alert.objects.exclude(pk=first.page_id).get()
    assert (follow_up.report_kind, follow_up.first_item) == ("follow_up", first.uuid)


def test_a_final_report_is_its_owners_says_what_is_missing_and_closes_the_alert(
    network: Network, author: Client
) -> None:
    first = make_alert(network)
    address = f"/alerts/new/?follows={first.uuid}&final=1"
    assert sign_in(Client(), network.french).get(address).status_code == 404
    posted = _written(network, act="submit", closing_reason="ended", lesson="")
    refused = author.post(address, posted).content.decode()
    assert all(f"Fill in “{name}”" in refused for name in ("means of transport", "nationalities"))
    posted |= {
        "lesson": "Look earlier.", "transport": "vessel", "nationalities-0-country": "morocco",
        "nationalities-0-number": "41", "nationalities-1-country": "Atlantis", "audience": "first",
    }  # fmt: skip
    assert "Row 2, Country: “Atlantis” is no country" in author.post(address, posted).content.decode()
    author.post(address, posted | {"nationalities-1-country": ""})
    report = Alert.objects.exclude(pk=first.page_id).get()
    assert (report.item_type, report.first_item) == ("final_report", first.uuid)
    assert [dict(block.value) for block in report.nationalities] == [
        {"country": "MA", "number": 41, "confirmed": False}
    ]
    revision = report.latest_revision_id
    approver = sign_in(Client(), network.approver)
    approver.post(f"/alerts/{report.slug}/publish/", {"revision": revision, "when": "now"})
    assert first.closing.reason == "It has ended"
    assert not Receipt.objects.filter(release__sharing=first, rings_at__isnull=False).exists()


def test_what_may_not_be_seen_is_not_followed_up(network: Network) -> None:
    hidden = make_alert(network, audience=Audience(marking="AMBER", state="owner"))
    french = sign_in(Client(), make_person(network.france, Role.AUTHOR))
    answer = french.get(f"/alerts/new/?follows={hidden.uuid}")
    absent = french.get(f"/alerts/new/?follows={uuid4()}")
    assert (answer.status_code, answer.content) == (404, absent.content)


@pytest.mark.parametrize("address", ["/alerts/{}/", "/alerts/{}/edit/", "/alerts/{}/board/", "/i/{}/questions/"])
def test_hidden_is_absent(network: Network, address: str) -> None:
    sharing = make_draft(network)
    french = sign_in(Client(), network.french)
    hidden, absent = french.get(address.format(sharing.uuid)), french.get(address.format(uuid4()))
    assert (hidden.status_code, hidden.content) == (404, absent.content)


def test_officers_write_no_alerts(network: Network) -> None:
    assert sign_in(Client(), make_person(network.france)).get("/alerts/new/").status_code == 404


def test_an_alert_is_about_the_countries_that_were_chosen_and_no_other(network: Network, author: Client) -> None:
    page = author.get("/alerts/new/").content.decode()
    names = set(re.findall(r'name="(country_\d|place_country|countries)"', page))
    assert names == {"country_2", "country_3", "country_4", "place_country"}
    author.post("/alerts/new/", _written(network, act="draft", country_2="MA"))
    assert Sharing.objects.get().countries == ["ES", "MA"]


def test_odd_input_is_no_error(network: Network, author: Client) -> None:
    odd = "a\x00b"
    assert author.post("/alerts/keep/", {"form": str(uuid4()), "title": odd, odd: "x"}).status_code == 200
    assert author.post("/alerts/keep/", {"form": "no identifier"}).status_code == 404
    assert author.get("/alerts/similar/", {"title": odd, "place_country": odd}).status_code == 200
    sharing = make_alert(network)
    french = sign_in(Client(), network.french)
    assert french.post(f"/alerts/{sharing.uuid}/acknowledge/", {"answer": "noted", "note": odd}).status_code == 302
    assert french.post(f"/alerts/{sharing.uuid}/acted/", {"acted_note": odd}).status_code == 302
    assert french.post(f"/i/{sharing.uuid}/questions/", {"text": odd}).status_code == 302
    approver = sign_in(Client(), network.approver)
    assert approver.post(f"/alerts/{sharing.uuid}/publish/", {"revision": "9" * 5000}).status_code == 302
