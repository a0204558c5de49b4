"""Notices on the reader site: of items that may be seen now, counted, read by opening, chosen by their reader."""

import pytest
from django.test import Client

from cms.core.instants import current_instant
from cms.notifications.draining import drain
from cms.notifications.models import Notice, NoticeSettings, Subscription
from cms.notifications.services import notify
from cms.organisations.enums import Role
from cms.organisations.models import Membership, Organisation
from cms.sharing.models import Sharing
from cms.users.models import User
from tests.factories.items import make_item
from tests.factories.organisations import element, make_organisation
from tests.factories.people import make_membership, make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Organisation:
    """Return an authority."""
    return make_organisation()


@pytest.fixture
def item(owner: Organisation) -> Sharing:
    """Return an item of the authority."""
    return make_item(owner=owner, title="Canary title")


@pytest.fixture
def reader(owner: Organisation, item: Sharing) -> User:
    """Return an officer who was told of the item."""
    user = make_person(owner)
    notify(
        kind="alert_released",
        users=[user.pk],
        item=item.uuid,
        reference=item.reference,
        element=item.element,
        urgency="urgent",
        at=current_instant(),
    )
    drain()
    return user


@pytest.fixture
def browser(client: Client, reader: User) -> Client:
    """Return the reader's browser."""
    return sign_in(client, reader)


def test_a_notice_is_counted_and_listed_until_its_item_is_opened(browser: Client, item: Sharing) -> None:
    assert 'class="ic-count">1<' in browser.get("/search/").content.decode()
    assert "Canary title" in browser.get("/notices/").content.decode()
    browser.get(f"/i/{item.uuid}/")
    drain()
    assert "ic-count" not in browser.get("/search/").content.decode()
    assert "Canary title" in browser.get("/notices/").content.decode()


def test_a_notice_of_what_may_not_be_seen_any_more_is_absent(browser: Client, item: Sharing, reader: User) -> None:
    Membership.objects.filter(user=reader).delete()
    make_membership(reader, make_organisation(), Role.OFFICER)
    page = browser.get("/notices/").content.decode()
    assert item.reference not in page
    assert "ic-count" not in page


def test_all_are_read_at_once(browser: Client) -> None:
    assert browser.post("/notices/read/").status_code == 302
    assert not Notice.objects.filter(read_at__isnull=True).exists()


def test_others_notices_are_nobodys_business(client: Client, reader: User, owner: Organisation) -> None:
    sign_in(client, make_person(owner))
    assert "Canary title" not in client.get("/notices/").content.decode()
    client.post("/notices/read/")
    assert Notice.objects.filter(read_at__isnull=True).exists()


def test_strangers_are_led_to_the_door(client: Client) -> None:
    assert client.get("/notices/").status_code in {302, 404}


def test_everybody_chooses_language_and_frequency(browser: Client, reader: User) -> None:
    assert browser.post("/notices/settings/", {"language": "fr", "personal": "weekly"}).status_code == 302
    kept = NoticeSettings.objects.get(user=reader)
    assert (kept.language, kept.personal) == ("fr", "weekly")


def test_a_subscription_is_made_and_removed_by_its_person_alone(
    browser: Client, reader: User, owner: Organisation
) -> None:
    posted = {"element": element().pk, "country": "ES", "urgency": "routine", "frequency": "weekly"}
    assert browser.post("/notices/settings/subscribe/", posted).status_code == 302
    row = Subscription.objects.get()
    assert (row.user, row.country, row.frequency) == (reader, "ES", "weekly")
    other = sign_in(Client(), make_person(owner))
    assert other.post(f"/notices/settings/{row.pk}/remove/").status_code == 404
    assert browser.post(f"/notices/settings/{row.pk}/remove/").status_code == 302
    assert not Subscription.objects.exists()


def test_an_element_that_is_not_ones_own_is_not_offered(client: Client, owner: Organisation) -> None:
    user = make_person(owner, competences=["EW"])
    sign_in(client, user)
    answer = client.post(
        "/notices/settings/subscribe/", {"element": element("RE").pk, "urgency": "routine", "frequency": "daily"}
    )
    assert answer.status_code == 200
    assert not Subscription.objects.exists()
