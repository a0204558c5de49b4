"""What somebody with an account tried: to have something else confirmed than was shown, to learn by comparing what is
told in parts, to keep what has ended, to bring the service down with what is no text."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from cms.audit.enums import Event
from cms.audit.services import Entry, record_many
from cms.core.instants import current_instant, day_of
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.sharing import services as sharing_services
from cms.sharing.audience_templates import Audience
from cms.sharing.models import Sharing
from cms.sharing.services.pending import propose_correction
from cms.users.models import User
from content_types.drafts import DraftFacts, create_draft
from content_types.models import Alert
from tests.factories import make_group, make_item, make_membership, make_organisation, make_participant, make_person
from tests.factories import sign_in as signed_in
from tests.factories.items import page_of
from workflows import services
from workflows.alerts import duties
from workflows.alerts.enums import Function
from workflows.disclosures import services as disclosures
from workflows.enums import Status
from workflows.plans import set_plan
from workflows.selectors import status_now

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, slots=True)
class Lands:
    """Two Member States: an authority with its people here, an authority there."""

    here: Organisation
    there: Organisation
    author: User
    approver: User
    decider: User
    admin: User

    def draft(self) -> Sharing:
        """Make a text that waits for approval, proposed for its own organisation alone."""
        row = make_item(owner=self.here, author=self.author, live=False, title="Boats at night")
        page_of(row).save_revision(user=self.author)
        services.begin_review(sharing=row, requested_by=self.author, at=current_instant())
        return fresh(row)


@pytest.fixture
def lands(db: None) -> Lands:
    spain = make_participant("spain", country="ES")
    here = make_organisation(parent=spain, key="border")
    there = make_organisation(parent=make_participant("france", country="FR"), key="police")
    author, approver, decider = (make_person(here, role) for role in (Role.AUTHOR, Role.APPROVER, Role.DECIDER))
    return Lands(here, there, author, approver, decider, make_person(spain, Role.NATIONAL_ADMIN))


def fresh(row: Sharing) -> Sharing:
    """Return the row as it stands."""
    return Sharing.objects.select_related("page", "owner", "element").get(pk=row.pk)


def browser(user: User) -> Client:
    """Return somebody's browser."""
    return signed_in(Client(raise_request_exception=False), user)


def post(user: User, address: str, body: Any) -> Any:
    """Send a body to the API as it stands, or as JSON."""
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return browser(user).post(f"/api/v1/{address}", text, content_type="application/json")


# ---------------------------------------------------------------- something else is confirmed than was shown


@pytest.mark.parametrize("later", [False, True])
def test_nobody_publishes_a_proposal_that_was_changed_after_they_looked(lands: Lands, later: bool) -> None:
    row, at = lands.draft(), current_instant()
    seen = row.page.latest_revision_id
    if later:
        set_plan(sharing=row, publish_at=at + timedelta(days=1), expire_at=None, actor=lands.approver, at=at)
        services.approve(page=page_with(row), actor=lands.approver, at=at, revision_id=seen)
        assert status_now(fresh(row)) == Status.SCHEDULED
    wider = {"marking": "GREEN", "state": "network"}
    assert post(lands.author, f"items/{row.uuid}/sharing/propose?dry_run=1", wider).status_code == 200
    assert status_now(fresh(row)) == (Status.SCHEDULED if later else Status.WAITING)
    assert post(lands.author, f"items/{row.uuid}/sharing/propose", wider).json()["done"] is True
    assert status_now(fresh(row)) == Status.DRAFT
    with pytest.raises(ValidationError, match="does not wait"):
        services.approve(page=page_with(row), actor=lands.approver, at=current_instant(), revision_id=seen)


def page_with(row: Sharing) -> Any:
    """Return the item's page with its row."""
    page: Any = page_of(row)
    page.sharing = row
    return page


def test_nobody_changes_the_proposal_of_a_draft_that_somebody_keeps_locked(lands: Lands) -> None:
    row = lands.draft()
    assert browser(lands.approver).post(f"/cms/bulletins/{row.uuid}/lock/").status_code == 302
    answer = post(lands.author, f"items/{row.uuid}/sharing/draft-facts", {"countries": ["MA"]})
    assert (answer.status_code, fresh(row).countries) == (422, [])


def test_a_decider_permits_the_disclosure_that_was_shown_and_no_other(lands: Lands) -> None:
    item, second = make_item(owner=lands.here, state="network", marking="GREEN"), make_person(lands.here, Role.DECIDER)
    at = current_instant()
    request = disclosures.ask(
        sharing=item, third_party="A court", purpose="A trial", answer_by=day_of(at) + timedelta(days=9),
        actor=make_person(lands.there), at=at,
    )  # fmt: skip
    address, handle = f"/i/{item.uuid}/disclosures/", str(request.uuid)
    told: dict[str, Any] = {"request": request, "reason": "It helps", "valid_until": None, "actor": lands.decider}
    disclosures.propose(extent="part", conditions="The dates", **told, at=at)
    request.refresh_from_db()
    confirmed = {"request": handle, "act": "confirm", "stamp": request.stamp}
    assert f'value="{request.stamp}"' in browser(second).get(address).content.decode()
    disclosures.propose(extent="whole", conditions="", **told, at=current_instant())
    for wrong in (confirmed, {"request": handle, "act": "confirm"}):
        assert browser(second).post(address, wrong).status_code == 400
    request.refresh_from_db()
    assert request.status == "proposed"
    assert browser(second).post(address, confirmed | {"stamp": request.stamp}).status_code == 302


def test_an_undone_publication_does_not_bring_back_what_was_narrowed_since(lands: Lands) -> None:
    row, at = lands.draft(), current_instant()
    sharing_services.propose(sharing=row, marking="GREEN", state="network", targets=[], actor=lands.approver, at=at)
    services.submit(page=page_with(fresh(row)), actor=lands.author, at=at)
    services.approve(
        page=page_with(row), actor=lands.approver, at=at, revision_id=fresh(row).page.latest_revision_id or 0
    )
    sharing_services.narrow(sharing=fresh(row), state="owner", actor=lands.decider, at=at)
    with pytest.raises(ValidationError, match="has been changed since"):
        sharing_services.undo_publication(sharing=fresh(row), actor=lands.approver, at=at)


def test_a_correction_of_somebody_who_has_gone_is_not_confirmed(lands: Lands) -> None:
    item, at = make_item(owner=lands.here, state="network", marking="GREEN"), current_instant()
    pending = propose_correction(sharing=item, text="The date", actor=lands.author, at=at)
    lands.author.memberships.update(valid_until=date(2026, 1, 1))
    with pytest.raises(ValidationError, match="no right to it any more"):
        sharing_services.confirm(pending=pending, actor=lands.approver, at=at)


def test_what_is_written_about_an_alert_elsewhere_is_marked_as_strictly(lands: Lands) -> None:
    first = make_item(owner=lands.there, state="restricted", marking="AMBER", recipients=[lands.here])
    hidden = make_item(owner=lands.there, marking="AMBER")

    def write(about: Sharing, marking: str, state: str) -> Sharing:
        page = Alert(title="Again", summary="More boats", first_item=about.uuid, language="en")
        facts = DraftFacts(owner=lands.here, element=about.element)
        audience, at = Audience(marking=marking, state=state), current_instant()
        return create_draft(page=page, facts=facts, audience=audience, actor=lands.author, at=at)

    with pytest.raises(ValidationError, match="another owner's item: choose its marking"):
        write(first, "GREEN", "network")
    draft = write(first, "AMBER", "owner")
    answer = post(lands.author, f"items/{draft.uuid}/sharing/propose", {"marking": "CLEAR"})
    assert (answer.status_code, set(answer.json()["errors"])) == (422, {"marking"})
    # what one may not see tells nothing by a refusal
    assert fresh(write(hidden, "GREEN", "network")).proposal.marking == "GREEN"


# ---------------------------------------------------------------- what is told in parts, put together


def test_two_dry_runs_do_not_tell_who_the_few_readers_elsewhere_are(lands: Lands) -> None:
    item, reader = make_item(owner=lands.here, state="restricted", marking="AMBER"), make_person(lands.there)
    asked = [{"organisations": ["police"]}, {"persons": [reader.email]}]
    common = {"state": "restricted", "reason": "They need it"}
    found = [post(lands.decider, f"items/{item.uuid}/sharing/widen?dry_run=1", common | one).json() for one in asked]
    assert found[0]["gain"] == found[1]["gain"]
    assert found[0]["seal"] != found[1]["seal"]
    again = post(lands.decider, f"items/{item.uuid}/sharing/widen?dry_run=1", common | asked[0]).json()
    assert again["seal"] == found[0]["seal"]


def test_the_hour_at_which_somebody_elsewhere_read_is_not_told_by_order_or_cursor(lands: Lands) -> None:
    item, own = make_item(owner=lands.here, state="network", marking="GREEN"), make_person(lands.here)
    stranger, noon = make_person(lands.there), current_instant().replace(hour=12) - timedelta(days=3)
    rows = [(own, 0), (stranger, 30), (own, 60)] + [(stranger, 90)] * 60
    event, key = Event.ITEM_VIEWED, item.uuid
    record_many(
        [Entry(event=event, at=noon + timedelta(minutes=late), actor_id=who.pk, item=key) for who, late in rows]
    )
    answer = browser(lands.author).get("/audit/readings/")
    lines = [line.who for line in answer.context["lines"]]
    # in a day, first those of which the hour is told
    assert lines[:3] == [own.name, own.name, "France, Officer"]
    assert f"before={noon.date()}T00" in answer.context["older"]
    between = f"{(noon + timedelta(minutes=45)).isoformat()}~{key}"
    shown = browser(lands.author).get("/audit/readings/", {"before": between}).context["lines"]
    assert [line.who for line in shown[:2]] == [own.name, "France, Officer"]
    assert len(shown) == 50


def test_an_administrator_is_not_told_when_somebody_signs_in_who_has_moved_on(lands: Lands) -> None:
    gone, colleague = make_person(lands.here, name="Gone Example"), make_person(lands.here, name="Own Example")
    gone.memberships.update(valid_from=date(2026, 1, 1), valid_until=date(2026, 1, 31))
    make_membership(gone, lands.there)
    at = current_instant()
    record_many([Entry(event=Event.SIGNED_IN, at=at, actor_id=one.pk) for one in (gone, colleague)])
    lines = browser(lands.admin).get("/audit/sign-ins/").context["lines"]
    assert [line.who for line in lines if line.row.at == at] == ["Own Example"]


def test_trying_to_enrol_somebody_tells_neither_accounts_nor_groups_elsewhere(lands: Lands) -> None:
    stranger = make_person(lands.there, Role.NATIONAL_ADMIN)
    make_group(stranger, key="secret-routes")
    today = current_instant().date()
    body = {
        "name": "N", "email": "", "organisation": "border", "role": "officer", "competences": {"early-warning": []},
        "valid_until": (today + timedelta(days=9)).isoformat(), "need": "n", "briefed_on": today.isoformat(),
        "acknowledged_on": today.isoformat(),
    }  # fmt: skip
    told = [
        post(lands.admin, "people?dry_run=1", body | {"email": email}).json()
        for email in (stranger.email, "nobody@member.example")
    ]
    assert told[0] == told[1]
    assert told[0]["gains"]


def test_a_recipient_elsewhere_is_called_by_the_address_that_was_given(lands: Lands) -> None:
    reader = make_person(lands.there, name="Frank Foreign")
    item = make_item(owner=lands.here, state="restricted", marking="RED", recipients=[reader])
    for page in ("", "page/"):
        answer = browser(lands.approver).get(f"/cms/sharing/{item.uuid}/view-as/{page}", {"person": reader.email})
        assert answer.status_code == 200
        assert reader.email in answer.content.decode()
        assert "Frank Foreign" not in answer.content.decode()


# ---------------------------------------------------------------- what has ended


def test_whoever_has_left_sees_and_hands_over_no_duty(lands: Lands) -> None:
    at, participant = current_instant(), Organisation.objects.get(key="spain")
    leaver, stays = make_person(lands.here, Role.APPROVER), lands.approver
    for user, function in ((leaver, Function.CONTACT_POINT), (stays, Function.DEPUTY)):
        duties.assign(
            participant=participant, element=make_item(owner=lands.here).element, function=function, user=user,
            actor=stays, at=at,
        )  # fmt: skip
    assert browser(leaver).get("/duty/").status_code == 200
    leaver.memberships.update(valid_until=date(2026, 1, 31))
    make_membership(leaver, lands.there)
    assert browser(leaver).get("/duty/").status_code == 404
    for actor in (leaver, stays):
        with pytest.raises(ValidationError, match="Nobody else on the list"):
            duties.hand_over(actor=actor, at=at, until=None)


# ---------------------------------------------------------------- what is no text, and no number


@pytest.mark.parametrize(
    ("who", "address", "data", "status"),
    [
        ("approver", "/cms/retention/{}/", {"act": "hold", "reason": "a court\x00"}, 302),
        ("decider", "/cms/workflow/step/", {"element": "\x00EW", "organisation": "9" * 30, "on": "yes"}, 302),
        ("approver", "/alerts/keep/", {"a" * 20_000: "b", "title": "c"}, 400),
    ],
)
def test_forms_take_what_is_no_text_for_what_it_is(
    lands: Lands, who: str, address: str, data: dict[str, str], status: int
) -> None:
    item = make_item(owner=lands.here, state="network", marking="GREEN")
    assert browser(getattr(lands, who)).post(address.format(item.uuid), data).status_code == status


NOUGHT, TODAY = "00000000-0000-4000-8000-000000000000", "2026-01-01T00:00:00+00:00"
CURSORS: list[tuple[str, list[Any]]] = [
    ("date", [0, "0001-01-01T00:00:00+23:59", NOUGHT]),
    ("country", [0, "a\x00", TODAY, NOUGHT]),
    ("country", [0, "\ud800", TODAY, NOUGHT]),
    ("rank", [0, 10**30, 0, 1.0, TODAY, NOUGHT]),
]


@pytest.mark.parametrize(("sort", "key"), CURSORS, ids=range(len(CURSORS)))
def test_a_cursor_that_no_answer_gave_is_refused(lands: Lands, sort: str, key: list[Any]) -> None:
    order = "relevance" if sort == "rank" else sort
    after = urlsafe_b64encode(json.dumps([sort, *key]).encode()).decode().rstrip("=")
    answer = browser(lands.author).get("/api/v1/search", {"q": "boats", "sort": order, "after": after})
    assert (answer.status_code, set(answer.json()["errors"])) == (422, {"after"})


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_cursor_outside_the_calendar_counts_as_none(lands: Lands, instant: str) -> None:
    assert browser(lands.author).get("/audit/", {"before": f"{instant}~{NOUGHT}"}).status_code == 200


UNFIT = ('{"reason": "\\u0000"}', '{"reason": "\\ud800"}', '{"\\udc00": 1}', '{"persons": ["a\\u0000b"]}', "[" * 50_000)


@pytest.mark.parametrize("body", UNFIT, ids=range(len(UNFIT)))
def test_what_the_database_cannot_keep_is_refused_by_the_name_of_its_part(lands: Lands, body: str) -> None:
    item = make_item(owner=lands.here, state="restricted", marking="AMBER")
    answer = post(lands.decider, f"items/{item.uuid}/sharing/widen", body)
    assert answer.status_code == 422
    [name] = answer.json()["errors"]
    assert name in {"reason", "persons", "\\udc00", "body"}
