"""What tests of alerts share."""

from collections.abc import Iterator

import pytest

from tests.alerts.network import Network, make_network
from tests.notifications.mailbox import Mailbox


@pytest.fixture
def network(db: None) -> Network:
    """Return a small network."""
    return make_network()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Return a running mail server."""
    box = Mailbox()
    box.start()
    yield box
    box.stop()
