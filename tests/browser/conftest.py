"""What journeys share: people who are in already, on a desk or a telephone; a mail server whose mails lead there."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from cms.users.models import User
from tests.browser.post import PostOffice
from tests.browser.signing_in import bring_in
from tests.chromium import OpenPage
from tests.notifications.mailbox import Mailbox

Enter = Callable[..., Page]


@pytest.fixture
def enter(open_page: OpenPage, live_server: LiveServer) -> Enter:
    """A function that opens an address for somebody who is signed in; on a telephone when told so."""

    def open_address(user: User, address: str = "/cms/", *, narrow: bool = False) -> Page:
        page = open_page(viewport={"width": 390 if narrow else 1280, "height": 900})
        bring_in(page, user, live_server.url)
        page.goto(address)
        return page

    return open_address


@pytest.fixture
def post(live_server: LiveServer) -> Iterator[PostOffice]:
    """Return the post office of the running site; its workers are started by the test."""
    mailbox = Mailbox()
    mailbox.start()
    yield PostOffice(mailbox, live_server.url)
    mailbox.stop()
