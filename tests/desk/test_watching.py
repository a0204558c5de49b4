"""Whoever watches an item is told of its new versions, for as long as they may see it."""

import pytest
from django.test import Client

from cms.core.instants import current_instant
from cms.desk.models import Watch
from cms.notifications.draining import drain
from cms.notifications.models import Notice
from cms.sharing.models import Sharing
from tests.alerts.network import Network, hand_in, make_alert, make_draft, make_network
from tests.factories.people import sign_in
from workflows.services import approve


@pytest.fixture
def network(db: None) -> Network:
    """Return a small network."""
    return make_network()


def _publish_again(sharing: Sharing, network: Network) -> None:
    at = current_instant()
    page = sharing.page.specific
    page.title = "Boats, corrected"
    page.save_revision(user=network.author, clean=False)
    hand_in(Sharing.objects.get(pk=sharing.pk), network, at)
    page = Sharing.objects.get(pk=sharing.pk).page.specific
    page.sharing = sharing
    approve(page=page, actor=network.approver, at=at, revision_id=page.latest_revision_id)


def test_a_watcher_is_told_of_a_new_version_and_then_no_more(network: Network, client: Client) -> None:
    sharing = make_alert(network)
    sign_in(client, network.french)
    address = f"/i/{sharing.uuid}/"
    assert b"Watch this item" in client.get(address).content
    client.post(f"{address}watch/")
    assert b"Stop watching" in client.get(address).content
    _publish_again(sharing, network)
    drain()
    assert Notice.objects.filter(kind="watched_changed", user=network.french).count() == 1
    client.post(f"{address}watch/", {"stop": "1"})
    assert not Watch.objects.exists()


def test_what_may_not_be_seen_is_not_watched(network: Network, client: Client) -> None:
    draft = make_draft(network)
    assert sign_in(client, network.french).post(f"/i/{draft.uuid}/watch/").status_code == 404
