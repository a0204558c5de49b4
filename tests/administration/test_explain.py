"""Explanations: for approvers inside their own participant and their own items, for auditors, and for nobody else."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cms.audit.models import AuditEvent
from cms.organisations.enums import Role
from cms.sharing.models import Sharing
from cms.sharing.words import RULES
from tests.administration.conftest import Land
from tests.factories import NOW, make_item, make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def item(land: Land) -> Sharing:
    """An item of the border authority, for its owner."""
    return make_item(owner=land.border)


def ask(land: Land, who: str, person: str, reference: str):
    """Return the answer to the question."""
    return land.client(who).post(reverse("explain"), {"person": person, "reference": reference})


def test_an_approver_learns_which_rule_lets_a_colleague_in(land: Land, item: Sharing) -> None:
    response = ask(land, "approver", land.officer.email, item.reference.lower())
    assert response.context["decision"].rule == "owner-organisation"
    assert "may read it" in response.content.decode()
    assert "Officer, Border" in response.content.decode()
    event = AuditEvent.objects.latest("pk")
    assert (event.event, event.rule, event.item) == ("access_explained", "owner-organisation", item.uuid)


def test_and_which_condition_is_missing(land: Land, item: Sharing) -> None:
    response = ask(land, "approver", land.police_officer.email, item.reference)
    assert response.context["decision"].rule == "outside-audience-owner"
    assert "may not read it" in response.content.decode()


def test_people_and_items_of_others_are_absent_alike(land: Land, item: Sharing) -> None:
    foreign = make_item(owner=land.france, state="network", marking="GREEN", title="canary")
    questions = [
        (land.french_officer.email, item.reference),
        (land.officer.email, foreign.reference),
        ("nobody@member.example", item.reference),
        (land.officer.email, "EW-FR-2026-NONE"),
    ]
    answers = [ask(land, "approver", *question) for question in questions]
    assert [answer.status_code for answer in answers] == [400] * 4
    assert len({tuple(answer.context["form"].non_field_errors()) for answer in answers}) == 1
    assert all("decision" not in answer.context for answer in answers)
    assert not AuditEvent.objects.filter(event="access_explained").exists()


def test_an_auditor_asks_about_everybody(land: Land, item: Sharing) -> None:
    response = ask(land, "auditor", land.french_officer.email, item.reference)
    assert response.context["decision"].rule == "outside-audience-owner"
    assert item.page.title not in response.content.decode()


def test_an_auditor_of_a_participant_asks_about_its_items_alone(land: Land, item: Sharing) -> None:
    french = make_person(land.france, Role.AUDITOR)
    own = make_item(owner=land.france)
    client = sign_in(Client(), french)
    fields = {"person": land.officer.email, "reference": item.reference}
    assert client.post(reverse("explain"), fields).status_code == 400
    assert client.post(reverse("explain"), fields | {"reference": own.reference}).status_code == 200


@pytest.mark.parametrize("who", ["admin", "decider", "officer", "operator", "curator", "superuser"])
def test_it_is_for_nobody_else(land: Land, item: Sharing, who: str) -> None:
    assert ask(land, who, land.officer.email, item.reference).status_code == 404


def test_every_word_of_the_oracle_is_explained() -> None:
    said = (
        "no-live-version public account-not-in-good-standing no-membership membership-not-valid-today "
        "role-does-not-read not-competent-for-element not-competent-for-country quarantined outside-audience-owner "
        "outside-audience-restricted outside-audience-withdrawn outside-audience-network owner-organisation "
        "supervising-role supervising-role-quarantine put-in-quarantine network recipient-organisation "
        "recipient-group recipient-user"
    )
    assert set(said.split()) <= set(RULES)
