"""What tests of alerts share."""

import pytest

from tests.alerts.network import Network, make_network


@pytest.fixture
def network(db: None) -> Network:
    """Return a small network."""
    return make_network()
