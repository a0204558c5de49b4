"""A bulletin on its way: drafted, submitted, returned, mended, approved, as its people meet it."""

import pytest
from django.test import Client
from django.urls import reverse

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.organisations.enums import Role
from cms.sharing.models import Sharing
from content_types.models import Bulletin, ItemFolder
from tests.admin.forms import bulletin_form
from tests.factories import make_organisation, make_participant, make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def land():
    return make_participant("spain", country="ES")


@pytest.fixture
def authority(land):
    return make_organisation(parent=land, key="border")


@pytest.fixture
def author(authority):
    return make_person(authority, Role.AUTHOR, name="Aina Author")


@pytest.fixture
def approver(land):
    return make_person(land, Role.APPROVER, name="Ada Approver")


@pytest.fixture
def neighbour():
    return make_participant("france", country="FR")


def add_url() -> str:
    return reverse("wagtailadmin_pages:add", args=["content_types", "bulletin", ItemFolder.objects.get().pk])


def events(sharing: Sharing) -> list[str]:
    return list(AuditEvent.objects.filter(item=sharing.uuid).order_by("pk").values_list("event", flat=True))


def draft(author, authority, **fields) -> Sharing:
    """Write a draft through the form and return its sharing row."""
    client = sign_in(Client(), author)
    response = client.post(add_url(), bulletin_form(owner=authority, **fields))
    assert response.status_code == 302, response.content.decode()
    return Sharing.objects.get(author=author)


def test_an_author_drafts_and_submits_and_an_approver_publishes(author, approver, authority, neighbour):
    sharing = draft(author, authority, state="restricted", organisations=[neighbour.key])
    writing, deciding = sign_in(Client(), author), sign_in(Client(), approver)
    page_url = reverse("workflows:item", args=[sharing.uuid])

    assert writing.post(page_url + "submit/").status_code == 302
    assert b"Waiting for your approval" in deciding.get("/cms/").content
    revision = Bulletin.objects.get(pk=sharing.page_id).latest_revision_id
    assert deciding.post(page_url + "return/", {"reason": "Name the port."}).status_code == 302
    assert b"Name the port." in writing.get("/cms/").content

    edit_url = reverse("wagtailadmin_pages:edit", args=[sharing.page_id])
    mended = bulletin_form(owner=authority, state="restricted", organisations=[neighbour.key], title="Port named")
    assert writing.post(edit_url, mended | {"loaded_revision_id": revision}).status_code == 302
    assert writing.post(page_url + "submit/").status_code == 302

    revision = Bulletin.objects.get(pk=sharing.page_id).latest_revision_id
    assert deciding.post(page_url + "approve/", {"revision": revision}).status_code == 302
    page = Bulletin.objects.get(pk=sharing.page_id)
    sharing.refresh_from_db()
    assert (page.live, page.title, page.live_revision_id) == (True, "Port named", revision)
    assert (sharing.state, sharing.recipients.get().organisation) == ("restricted", neighbour)
    assert events(sharing) == [
        Event.ITEM_CREATED,
        Event.PROPOSAL_CHANGED,
        Event.ITEM_SUBMITTED,
        Event.ITEM_RETURNED,
        Event.ITEM_EDITED,
        Event.ITEM_SUBMITTED,
        Event.ITEM_PUBLISHED,
    ]
