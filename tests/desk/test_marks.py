"""What somebody has not read is marked in every list, for them alone, in one query however long the list is."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from cms.core.instants import current_instant
from cms.desk.marks import NEWS, Mark, marks
from cms.desk.models import ReadVersion
from cms.desk.services import forget_read, mark_everything_read
from cms.notifications.draining import drain
from cms.sharing.models import Sharing
from cms.users.models import User
from tests.alerts.network import Network, hand_in, make_alert, make_draft, make_network
from tests.factories.people import sign_in
from workflows.services import approve

NEW, UNREAD, CHANGED = (f">{mark.label}<" for mark in Mark)


@pytest.fixture
def network(db: None) -> Network:
    """Return a small network."""
    return make_network()


def _text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def _publish_again(sharing: Sharing, network: Network) -> None:
    page: Any = Sharing.objects.get(pk=sharing.pk).page.specific
    page.title = "Boats, corrected"
    page.save_revision(user=network.author, clean=False)
    hand_in(Sharing.objects.get(pk=sharing.pk), network, current_instant())
    page = Sharing.objects.get(pk=sharing.pk).page.specific
    page.sharing = sharing
    approve(page=page, actor=network.approver, at=current_instant(), revision_id=page.latest_revision_id)


def _marks_of(user: User, sharing: Sharing, *, newest: bool = False) -> Mark | None:
    return marks(user.pk, [sharing.uuid], current_instant(), newest=newest).get(sharing.uuid)


READERS_LISTS = (
    "/", "/early-warning/", "/search/?q=boats", "/alerts/", "/desk/", "/notices/",
    "/alerts/similar/?title=boats&place_country=ES",
)  # fmt: skip


def test_a_reader_sees_in_every_list_what_is_new_and_what_has_changed(network: Network, client: Client) -> None:
    sharing = make_alert(network, title="Boats")
    drain()
    sign_in(client, network.french)
    assert [address for address in READERS_LISTS if NEW not in _text(client, address)] == []
    _text(client, f"/i/{sharing.uuid}/")
    drain()
    assert [address for address in READERS_LISTS if NEW in _text(client, address)] == []
    _publish_again(sharing, network)
    assert [address for address in READERS_LISTS if CHANGED not in _text(client, address)] == []
    # nobody else's reading took part
    assert _marks_of(network.finnish, sharing) == Mark.NEW


def test_what_stands_for_long_is_unread_and_then_no_news(network: Network) -> None:
    sharing = make_alert(network)
    for days, mark in ((8, Mark.UNREAD), (NEWS.days + 1, None)):
        Page.objects.filter(pk=sharing.page_id).update(last_published_at=current_instant() - timedelta(days=days))
        assert _marks_of(network.french, sharing) == mark


def test_a_reader_is_not_told_that_a_newer_version_is_written(network: Network, client: Client) -> None:
    sharing = make_alert(network)
    sign_in(client, network.french)
    _text(client, f"/i/{sharing.uuid}/")
    drain()
    page: Any = Sharing.objects.get(pk=sharing.pk).page.specific
    page.save_revision(user=network.author, clean=False)
    assert _marks_of(network.french, sharing) is None
    assert [address for address in READERS_LISTS if CHANGED in _text(client, address)] == []


def test_who_works_on_an_item_sees_what_others_changed_in_it(network: Network, client: Client) -> None:
    sharing = Sharing.objects.get(pk=make_draft(network).pk)
    sign_in(client, network.approver)
    assert _marks_of(network.approver, sharing, newest=True) == Mark.NEW
    assert NEW in _text(client, "/cms/bulletins/")
    _text(client, f"/cms/bulletins/{sharing.uuid}/")
    drain()
    assert NEW not in _text(client, "/cms/bulletins/")
    page: Any = Sharing.objects.get(pk=sharing.pk).page.specific
    page.save_revision(user=network.author, clean=False)
    assert CHANGED in _text(client, "/cms/bulletins/")


def test_everything_is_marked_as_read_at_once(network: Network, client: Client) -> None:
    shown, hidden = make_alert(network, title="Boats"), make_draft(network)
    sign_in(client, network.french)
    assert "One item counts as read now." in client.post("/desk/read/", follow=True).content.decode()
    assert _marks_of(network.french, shown) is None
    assert not ReadVersion.objects.filter(sharing=hidden).exists()
    assert mark_everything_read(user=network.french, at=current_instant()) == 0
    _publish_again(shown, network)
    assert _marks_of(network.french, shown) == Mark.CHANGED


def test_what_is_kept_goes_with_its_time_and_with_the_account(network: Network) -> None:
    sharing = make_alert(network)
    for user in (network.french, network.finnish):
        mark_everything_read(user=user, at=current_instant())
    network.finnish.delete()
    assert list(ReadVersion.objects.values_list("user", flat=True)) == [network.french.pk]
    assert forget_read(at=current_instant()) == 0
    long_ago = current_instant() - NEWS
    Page.objects.filter(pk=sharing.page_id).update(last_published_at=long_ago, latest_revision_created_at=long_ago)
    assert forget_read(at=current_instant()) == 1


def _asked(client: Client, address: str) -> int:
    """Return how often the page asks what somebody has read."""
    with CaptureQueriesContext(connection) as context:
        _text(client, address)
    return sum("desk_readversion" in str(query["sql"]) for query in context.captured_queries)


def test_a_list_asks_once_however_long_it_is(network: Network, client: Client) -> None:
    sign_in(client, network.french)
    for number in range(4):
        make_alert(network, title=f"Boats {number}")
        drain()
        assert (_asked(client, "/early-warning/"), _asked(client, "/notices/")) == (1, 1)
    assert _asked(Client(), "/") == 0
