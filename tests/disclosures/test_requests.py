"""Passing an item on: a reader asks, two deciders of the owner permit it, one refuses, nobody's silence counts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.models import Page

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.core.instants import current_instant, day_of
from cms.desk.waiting import waiting_for_me
from cms.notifications.draining import drain
from cms.notifications.models import Notice
from cms.organisations.enums import OrganisationKind, Role
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.services import narrow, quarantine, widen
from cms.users.models import User
from tests.factories import make_item, make_membership, make_organisation, make_participant, make_person, sign_in
from tests.factories.items import page_of, target
from workflows.disclosures import services
from workflows.disclosures.clock import remind
from workflows.disclosures.enums import Status
from workflows.disclosures.models import DisclosureRequest
from workflows.disclosures.rights import requests_on, to_decide

pytestmark = pytest.mark.django_db
PART: dict[str, Any] = {
    "extent": "part", "conditions": "Without the second paragraph", "reason": "It helps", "valid_until": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scene:
    """An item of the network, its owner's people, and a reader elsewhere."""

    sharing: Sharing
    author: User
    first: User
    second: User
    reader: User
    stranger: User

    def ask(self, **facts: Any) -> DisclosureRequest:
        """Have the reader ask, or whoever is named as `actor`."""
        at = current_instant()
        told: dict[str, Any] = {
            "third_party": "A court",
            "purpose": "A trial",
            "answer_by": day_of(at) + timedelta(days=21),
            "actor": self.reader,
        }
        return services.ask(sharing=self.sharing, **(told | facts), at=at)


@pytest.fixture
def scene(db: None) -> Scene:
    """A Member State's item, two deciders, an author; an officer of another State."""
    spain, france = make_participant("spain", country="ES"), make_participant("france", country="FR")
    border = make_organisation(parent=spain, key="border")
    author = make_person(border, Role.AUTHOR)
    sharing = make_item(owner=border, state="network", marking="GREEN", author=author, title="Boats at night")
    return Scene(
        sharing=sharing,
        author=author,
        first=make_person(border, Role.DECIDER),
        second=make_person(spain, Role.DECIDER),
        reader=make_person(france, Role.OFFICER),
        stranger=make_person(make_participant("finland", country="FI"), Role.OFFICER),
    )


def act(name: Callable[..., Any], request: DisclosureRequest, actor: User, **told: Any) -> None:
    """Do it now."""
    name(request=request, actor=actor, at=current_instant(), **told)


def kinds_told(user: User, at: datetime | None = None) -> set[str]:
    """Return the kinds of notice that the person got, once the worker has worked."""
    drain(at)
    return set(Notice.objects.filter(user=user).values_list("kind", flat=True))


def waits_for(user: User) -> bool:
    """Tell whether a request stands among what waits for the person."""
    return "Disclosure requests" in [str(part.title) for part in waiting_for_me(user, current_instant())]


def test_two_deciders_permit_what_a_reader_asks(scene: Scene) -> None:
    request = scene.ask()
    assert "disclosure_asked" in kinds_told(scene.first)
    assert [waits_for(user) for user in (scene.first, scene.second, scene.author, scene.reader)] == [
        True, True, False, False,
    ]  # fmt: skip
    act(services.prepare, request, scene.author, extent="part", conditions="Only the dates", reason="")
    act(services.propose, request, scene.first, **PART)
    assert [waits_for(scene.first), waits_for(scene.second)] == [False, True]
    assert "disclosure_proposed" in kinds_told(scene.second)
    with pytest.raises(NotAllowed):
        act(services.confirm, request, scene.first)
    act(services.confirm, request, scene.second)
    request.refresh_from_db()
    assert (request.status, request.proposed_by, request.decided_by) == (Status.GRANTED, scene.first, scene.second)
    assert request.revision_id == scene.sharing.page.live_revision_id
    assert "disclosure_answered" in kinds_told(scene.reader)
    with pytest.raises(ValidationError):
        act(services.revoke, request, scene.first, reason=" ")
    act(services.revoke, request, scene.first, reason="The trial is over")
    request.refresh_from_db()
    assert request.status == Status.REVOKED
    assert "disclosure_revoked" in kinds_told(scene.reader)
    events = AuditEvent.objects.filter(item=scene.sharing.uuid, event__startswith="disclosure_").order_by("pk")
    assert list(events.values_list("event", flat=True)) == [
        Event.DISCLOSURE_ASKED, Event.DISCLOSURE_PREPARED, Event.DISCLOSURE_PROPOSED, Event.DISCLOSURE_GRANTED,
        Event.DISCLOSURE_REVOKED,
    ]  # fmt: skip


def test_one_decider_refuses_with_a_reason_and_it_cannot_be_answered_again(scene: Scene) -> None:
    request = scene.ask()
    with pytest.raises(ValidationError):
        act(services.refuse, request, scene.first, reason=" ")
    act(services.refuse, request, scene.first, reason="It would harm a source")
    with pytest.raises(ValidationError):
        act(services.propose, request, scene.second, **PART)
    with pytest.raises(ValidationError):
        act(services.take_back, request, scene.reader)
    request.refresh_from_db()
    assert (request.status, request.extent, request.reason) == (Status.REFUSED, "", "It would harm a source")
    assert "disclosure_answered" in kinds_told(scene.reader)


@pytest.mark.parametrize("name", ["author", "reader", "stranger"])
def test_nobody_else_decides(scene: Scene, name: str) -> None:
    request, somebody = scene.ask(), getattr(scene, name)
    for decide, told in (
        (services.propose, PART), (services.refuse, {"reason": "No"}), (services.revoke, {"reason": "No"}),
        (services.confirm, {}),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            act(decide, request, somebody, **told)
    request.refresh_from_db()
    assert request.status == Status.OPEN


def test_nobody_decides_on_the_own_request_nor_as_the_last_editor(scene: Scene) -> None:
    own = scene.ask(actor=scene.first)
    with pytest.raises(NotAllowed):
        act(services.propose, own, scene.first, **PART)
    # the other decider proposes; the first one asked, so there is nobody to confirm
    with pytest.raises(NotAllowed, match="Another decider must confirm"):
        act(services.propose, own, scene.second, **PART)
    edited = scene.ask()
    page = page_of(scene.sharing)
    page.save_revision(user=scene.second)
    with pytest.raises(NotAllowed, match="Another decider must confirm"):
        act(services.propose, edited, scene.first, **PART)


def test_nor_does_whoever_edited_the_text_since_it_was_proposed(scene: Scene) -> None:
    request = scene.ask()
    act(services.propose, request, scene.first, **PART)
    page_of(scene.sharing).save_revision(user=scene.second)
    with pytest.raises(NotAllowed):
        act(services.confirm, request, scene.second)


def test_somebody_of_two_participants_asks_for_the_one_that_reads_the_item(scene: Scene) -> None:
    friend = scene.reader.memberships.get().organisation
    both = make_person(make_participant("malta"), Role.OFFICER)
    make_membership(both, friend, Role.OFFICER)
    narrow(sharing=scene.sharing, state="restricted", actor=scene.second, at=current_instant())
    named: dict[str, Any] = {"targets": [target(friend)], "reason": "asked for", "state": "restricted"}
    widen(sharing=Sharing.objects.get(pk=scene.sharing.pk), actor=scene.second, at=current_instant(), **named)
    assert scene.ask(actor=both).asked_for == friend


def test_what_waits_for_a_decider_and_what_is_read_of_an_item(scene: Scene) -> None:
    at, elsewhere = current_instant(), make_item(owner=scene.sharing.owner, state="network", marking="GREEN")
    refused, waits, own = scene.ask(), scene.ask(), scene.ask(actor=scene.first)
    act(services.refuse, refused, scene.second, reason="It would harm a source")
    other = replace(scene, sharing=elsewhere).ask()
    assert set(to_decide(scene.first, at)) == {waits, other}
    assert set(requests_on(scene.sharing, scene.first, at)) == {refused, waits, own}
    assert set(requests_on(elsewhere, scene.reader, at)) == {other}


def test_another_version_or_a_lost_right_makes_the_proposal_void(scene: Scene) -> None:
    request = scene.ask()
    act(services.propose, request, scene.first, **PART)
    page_of(scene.sharing).save_revision(user=scene.author).publish(user=scene.author, skip_permission_checks=True)
    with pytest.raises(ValidationError, match="Another version"):
        act(services.confirm, request, scene.second)
    act(services.propose, request, scene.first, **PART)
    scene.first.memberships.update(valid_until=date(2026, 1, 1))
    with pytest.raises(ValidationError, match="no right to it any more"):
        act(services.confirm, request, scene.second)
    page = Page.objects.filter(pk=scene.sharing.page_id)
    page.update(live=False)
    with pytest.raises(ValidationError, match="without a published version"):
        act(services.propose, request, scene.second, **PART)
    page.update(live=True)
    quarantine(sharing=scene.sharing, actor=scene.second, at=current_instant(), reason="Names in it")
    for decide, told in ((services.confirm, {}), (services.propose, PART)):
        with pytest.raises(ValidationError, match="quarantine"):
            act(decide, request, scene.second, **told)


def test_only_readers_ask_and_bad_input_is_named(scene: Scene) -> None:
    at = current_instant()
    wrongs: list[dict[str, Any]] = [{"third_party": " "}, {"purpose": ""}, {"third_party": "x" * 201}]
    for wrong in wrongs + [{"answer_by": day_of(at) + timedelta(days=days)} for days in (0, 366)]:
        with pytest.raises(ValidationError):
            scene.ask(**wrong)
    narrow(sharing=scene.sharing, state="owner", actor=scene.second, at=at)
    with pytest.raises(NotAllowed):
        scene.ask()
    for _ in range(services.MOST_OPEN):
        scene.ask(actor=scene.author)
    with pytest.raises(ValidationError, match="Wait for an answer"):
        scene.ask(actor=scene.author)
    # what others ask, elsewhere, and what was taken back does not count
    replace(scene, sharing=make_item(owner=scene.sharing.owner)).ask(actor=scene.author)
    scene.ask(actor=scene.second, answer_by=day_of(at) + timedelta(days=365))
    act(services.take_back, DisclosureRequest.objects.filter(asked_by=scene.author)[0], scene.author)
    scene.ask(actor=scene.author)


def test_what_is_out_of_order_is_refused_at_each_step(scene: Scene) -> None:
    own, request, today = scene.ask(actor=scene.author), scene.ask(), day_of(current_instant())
    prepared: dict[str, Any] = {"extent": "part", "conditions": "Only the dates", "reason": ""}
    wrongs: list[dict[str, Any]] = [{"extent": "all"}, {"conditions": " "}, {"reason": " "}, {"valid_until": today}]
    for somebody, asked in ((scene.author, own), (scene.reader, request), (scene.stranger, request)):
        with pytest.raises(NotAllowed):
            act(services.prepare, asked, somebody, **prepared)
    for wrong in wrongs[:2]:
        with pytest.raises(ValidationError):
            act(services.prepare, request, scene.author, **(prepared | wrong))
    for wrong in wrongs:
        with pytest.raises(ValidationError):
            act(services.propose, request, scene.first, **(PART | wrong))
    with pytest.raises(NotAllowed):
        act(services.take_back, request, scene.first)
    with pytest.raises(ValidationError, match="no permission to revoke"):
        act(services.revoke, request, scene.first, reason="It is over")
    act(services.propose, request, scene.first, **(PART | {"valid_until": today + timedelta(days=1)}))
    act(services.prepare, request, scene.author, **prepared)
    request.refresh_from_db()
    assert (request.status, request.proposed_by, request.conditions) == (Status.OPEN, None, "Only the dates")
    with pytest.raises(NotAllowed):
        act(services.confirm, request, scene.second)


def test_the_clock_reminds_and_never_answers(scene: Scene) -> None:
    request, at = scene.ask(), current_instant()
    assert remind(at=at) == 0
    soon, late = at + timedelta(days=17), at + timedelta(days=400)
    assert [remind(at=soon), remind(at=soon), remind(at=late), remind(at=late)] == [1, 0, 1, 0]
    request.refresh_from_db()
    assert request.status == Status.OPEN
    assert "disclosure_reminder" in kinds_told(scene.first, late)
    assert "disclosure_overdue" in kinds_told(scene.reader, late)


def test_the_pages_lead_each_side_through_it(scene: Scene) -> None:
    address = f"/i/{scene.sharing.uuid}/disclosures/"
    reader, first, second = (sign_in(Client(), user) for user in (scene.reader, scene.first, scene.second))
    asked = {"third_party": "The court of Nantes", "purpose": "A trial", "answer_by": "2001-01-01"}
    refused = reader.post(address, asked)
    assert (refused.status_code, "lies ahead" in refused.content.decode()) == (400, True)
    asked["answer_by"] = (day_of(current_instant()) + timedelta(days=9)).isoformat()
    assert reader.post(address, asked).status_code == 302
    request = DisclosureRequest.objects.get()
    named = {"request": str(request.uuid)}
    assert "The court of Nantes" in first.get(f"{address}?decide={request.uuid}").content.decode()
    assert "The court of Nantes" not in sign_in(Client(), scene.stranger).get(address).content.decode()
    assert reader.post(address, named | {"act": "refuse", "reason": "No"}).status_code == 400
    assert sign_in(Client(), scene.stranger).post(address, named | {"act": "refuse", "reason": "No"}).status_code == 404
    proposed = named | {"act": "propose", "extent": "whole", "reason": "It helps"}
    assert first.post(address, proposed | {"extent": "part"}).status_code == 400
    assert first.post(address, proposed).status_code == 302
    # what is proposed is nobody's to read yet on the asking side
    assert "It helps" not in reader.get(address).content.decode()
    assert "as the second decider" in second.get(address).content.decode()
    request.refresh_from_db()
    assert second.post(address, named | {"act": "confirm", "stamp": request.stamp}).status_code == 302
    assert "It helps" in reader.get(address).content.decode()
    assert first.post(address, named | {"act": "no-such-act"}).status_code == 404
    for browser in (reader, first):
        assert "The court of Nantes" in browser.get("/disclosures/").content.decode()
    narrow(sharing=scene.sharing, state="owner", actor=scene.second, at=current_instant())
    assert reader.get(address).status_code == 404
    assert "The court of Nantes" not in reader.get("/disclosures/").content.decode()


def test_nothing_waits_for_a_curator_who_may_not_see_the_item(db: None) -> None:
    commission = make_participant("commission", kind=OrganisationKind.COMMISSION)
    units = [make_organisation(OrganisationKind.UNIT, commission) for _ in range(2)]
    sharing = make_item(owner=units[0], state="network", marking="GREEN")
    curators, reader = [make_person(unit, Role.CURATOR) for unit in units], make_person(units[0])
    day = day_of(current_instant()) + timedelta(days=9)
    services.ask(
        sharing=sharing, third_party="A court", purpose="A trial", answer_by=day, actor=reader, at=current_instant()
    )
    assert [waits_for(curator) for curator in curators] == [True, True]
    narrow(sharing=sharing, state="owner", actor=curators[0], at=current_instant())
    assert [waits_for(curator) for curator in curators] == [True, False]


def test_curators_release_what_the_commission_owns(db: None) -> None:
    commission = make_participant("commission", kind=OrganisationKind.COMMISSION)
    sharing = make_item(owner=commission, state="network", marking="GREEN")
    reader = make_person(make_participant("france", country="FR"), Role.OFFICER)
    curators = [make_person(commission, Role.CURATOR) for _ in range(2)]
    request = services.ask(
        sharing=sharing, third_party="The press", purpose="An article",
        answer_by=day_of(current_instant()) + timedelta(days=9), actor=reader, at=current_instant(),
    )  # fmt: skip
    act(services.propose, request, curators[0], **PART)
    act(services.confirm, request, curators[1])
    request.refresh_from_db()
    assert request.status == Status.GRANTED
