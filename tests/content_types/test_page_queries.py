"""No page of the reader site asks the database more than 25 times, whatever stands on it."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cms.core.instants import current_instant
from cms.desk.kinds import CHANGED
from cms.desk.services import watch
from cms.notifications.enums import Frequency, Urgency
from cms.notifications.models import Notice
from cms.organisations.models import Organisation
from cms.sharing.models import CorrectionNotice, Sharing, Supersession
from cms.sharing.services import propose_correction
from cms.users.models import User
from content_types.models import ElementPage, TopicPage
from tests.alerts.network import Network, hand_in, make_alert, make_draft, make_network
from tests.documents.making import blocks, make_file
from tests.factories import element, make_item, make_membership, make_person, sign_in
from tests.factories.items import page_of
from workflows import services
from workflows.alerts import questions
from workflows.enums import Frame
from workflows.models import ValidationFrame, ValidationStep

PAGE_QUERIES = 25


@pytest.fixture
def network(db: None) -> Network:
    """Return a small network."""
    return make_network()


def _dress(sharing: Sharing, newer: Sharing, readers: list[User]) -> None:
    """Put on the item whatever may stand on one: topic, figures, attachments, notices; watched, and not yet read."""
    at = current_instant()
    topic = ElementPage.objects.get(slug="early-warning").add_child(instance=TopicPage(title="Sea routes", slug="sea"))
    files = [make_file(sharing, image=number < 3) for number in range(5)]
    page = page_of(sharing)
    page.topic, page.review_date = topic, at.date()
    page.body = page._meta.get_field("body").to_python(blocks(*files))
    page.save()
    CorrectionNotice.objects.create(sharing=sharing, at=at, text="41, not 14.")
    Supersession.objects.create(older=sharing, newer=newer, made_at=at)
    for reader in readers:
        watch(sharing=sharing, user=reader, at=at)
        for item in (sharing, newer):
            _tell(reader, item)


def _tell(user: User, sharing: Sharing) -> None:
    at = current_instant()
    told: dict[str, Any] = {"kind": CHANGED.code, "urgency": Urgency.ROUTINE, "frequency": Frequency.DAILY}
    Notice.objects.create(
        user=user, item=sharing.uuid, reference=sharing.reference, element=sharing.element, at=at, told_at=at, **told
    )


def _expect(page: str, *words: str) -> None:
    assert [word for word in words if word not in page] == []


@pytest.mark.parametrize("reader", ["french", "approver"])
def test_a_bulletin_with_all_that_may_stand_on_it(
    network: Network, reader: str, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    shared: dict[str, Any] = {"owner": network.owner, "state": "restricted", "recipients": [network.france]}
    sharing, newer = make_item(**shared), make_item(**shared, title="The newer one")
    make_alert(network)
    _dress(sharing, newer, [network.french, network.approver])
    sign_in(client, getattr(network, reader))
    with django_assert_max_num_queries(PAGE_QUERIES):
        page = client.get(reverse("item", args=[sharing.uuid])).content.decode()
    _expect(page, "Sea routes", "<figure>", "report.pdf", "41, not 14.")
    _expect(page, "The newer one", "Stop watching", "Print view", "unread")


@pytest.mark.parametrize("reader", ["french", "approver"])
def test_an_alert_with_all_that_may_stand_on_it(
    network: Network, reader: str, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sharing, newer = make_alert(network), make_alert(network, title="The newer one")
    type(page_of(newer)).objects.filter(pk=newer.page_id).update(first_item=sharing.uuid)
    _dress(sharing, newer, [network.french, network.approver])
    make_membership(network.approver, network.finland, "approver")
    sign_in(client, getattr(network, reader))
    with django_assert_max_num_queries(PAGE_QUERIES):
        page = client.get(reverse("item", args=[sharing.uuid])).content.decode()
    _expect(page, "Sea routes", "<figure>", "report.pdf", "41, not 14.", "The newer one", "Stop watching")
    _expect(page, "Acknowledgement of", "Reports about the same event", "Follow up", "unread", "to acknowledge")


def test_a_desk_on_which_something_of_each_kind_waits(
    network: Network, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    at, approver = current_instant(), network.approver
    top = Organisation.objects.get(pk=network.owner.participant_id)
    make_membership(approver, network.france, "approver")
    published = [make_alert(network, title=f"Boats {number}") for number in range(2)]
    type(page_of(published[0])).objects.update(review_date=date(2026, 1, 1))
    questions.ask(sharing=published[0], actor=network.finnish, at=at, text="Which beach?")
    propose_correction(sharing=published[1], text="41, not 14.", actor=network.author, at=at)
    returned, validated, waiting = (make_draft(network, title=title) for title in ("Back", "Validated", "Waiting"))
    for sharing in (returned, validated, waiting):
        hand_in(sharing, network, at)
    Sharing.objects.filter(pk=returned.pk).update(author=approver)
    services.return_to_author(page=_page(returned), actor=approver, at=at, reason="A word is missing.")
    ValidationFrame.objects.create(element=element(), rule=Frame.REQUIRED)
    ValidationStep.objects.create(organisation=top, element=element())
    page = _page(validated)
    other = make_person(top, "approver")
    services.validate(page=page, actor=other, at=at, revision_id=page.latest_revision_id)
    _tell(approver, published[0])
    sign_in(client, approver)
    with django_assert_max_num_queries(PAGE_QUERIES):
        text = client.get(reverse("desk")).content.decode()
    _expect(text, "To acknowledge", "Questions to answer", "To validate for your State", "Waiting for your approval")
    _expect(text, "To confirm, as the second person", "Returned to you", "Reviews due", "unread", "New alert", "Duty")


def _page(sharing: Sharing) -> Any:
    page = page_of(sharing)
    page.sharing = Sharing.objects.select_related("page", "element", "owner").get(pk=sharing.pk)
    return page
