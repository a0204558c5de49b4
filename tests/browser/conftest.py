"""What journeys share: a mail server whose mails lead to the running site."""

from collections.abc import Iterator

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.browser.post import PostOffice
from tests.notifications.mailbox import Mailbox


@pytest.fixture
def post(live_server: LiveServer) -> Iterator[PostOffice]:
    """Return the post office of the running site; its workers are started by the test."""
    mailbox = Mailbox()
    mailbox.start()
    yield PostOffice(mailbox, live_server.url)
    mailbox.stop()
