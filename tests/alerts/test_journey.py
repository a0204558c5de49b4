"""A first warning in the browser, with the real worker and a real mail server: written, approved on duty, acknowledged
from a telephone without scripts, and seen by its owner. Fields, clicks and round trips are counted."""

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from tests.alerts.network import Network, make_network
from tests.alerts.worker import start_worker
from tests.browser.signing_in import give_second_factor, sign_in_by_hand
from tests.chromium import OpenPage
from tests.notifications.mailbox import Mailbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PATIENCE_SECONDS = 180.0
NARROW = {"width": 390, "height": 844}
# what the first warning costs those who send it: more than this is a step back
MOST_FIELDS, MOST_CLICKS, MOST_ROUND_TRIPS = 8, 4, 6
LONGEST_SECONDS = 120.0


@dataclass(slots=True)
class Counted:
    """What a person did, and how often the page asked the server for another one."""

    fields: int = 0
    clicks: int = 0
    round_trips: int = 0

    def watch(self, page: Page) -> None:
        """Count pages and forms, not pictures and what is kept while one types."""

        def note(request: Request) -> None:
            self.round_trips += request.is_navigation_request()

        page.on("request", note)

    def fill(self, page: Page, label: str, text: str) -> None:
        """Fill in one field."""
        page.get_by_label(label, exact=True).fill(text)
        self.fields += 1

    def click(self, page: Page, name: str) -> None:
        """Press one button."""
        page.get_by_role("main").get_by_role("button", name=name).click()
        self.clicks += 1


@pytest.fixture
def sent(mailbox: Mailbox, live_server: LiveServer) -> Iterator[Mailbox]:
    """Return the mail server of a worker that runs."""
    worker = start_worker(mailbox.port, base_url=live_server.url)
    yield mailbox
    worker.terminate()
    worker.wait(PATIENCE_SECONDS)


def _link_in_mail(mailbox: Mailbox, address: str, arrived: threading.Event) -> str:
    """Wait for the person's newest mail, and return where it leads."""
    assert arrived.wait(PATIENCE_SECONDS)
    message = [message for to, message in mailbox.taken if to == address][-1]
    assert "boats" not in message.as_string().lower()
    found = re.search(r"https?://\S+", message.get_content())
    assert found is not None
    return found.group()


def _when(mailbox: Mailbox, address: str) -> threading.Event:
    """Return what is set when the person gets a mail from now on."""
    arrived = threading.Event()
    before = mailbox.before_answer

    def note(number: int) -> None:
        before(number)
        if mailbox.taken[-1][0] == address:
            arrived.set()

    mailbox.before_answer = note
    return arrived


def _warn(page: Page, counted: Counted) -> None:
    counted.watch(page)
    page.goto("/alerts/new/")
    page.get_by_label("Flash", exact=True).check()
    counted.fields += 1
    counted.fill(page, "Title", "Boats from a new beach")
    counted.fill(page, "What happened", "Three boats in one night.")
    page.get_by_label("Where (country)").select_option("ES")
    counted.fields += 1
    page.get_by_label("Who gets it").select_option("network")
    counted.fields += 1
    page.get_by_label(re.compile("It contains no names")).check()
    counted.fields += 1
    counted.click(page, "Hand in for release")
    expect(page.get_by_text("Handed in")).to_be_visible()


def test_a_first_warning_goes_out_in_under_two_minutes_and_is_acknowledged(open_page: OpenPage, sent: Mailbox) -> None:
    network: Network = make_network()
    people = (network.author, network.approver, network.french)
    author_secret, approver_secret, french_secret = (give_second_factor(user) for user in people)
    author, approver = open_page(), open_page()
    sign_in_by_hand(author, network.author, author_secret)
    sign_in_by_hand(approver, network.approver, approver_secret)
    expect(approver.get_by_role("link", name="Notices")).to_be_visible()
    to_approve, to_acknowledge = _when(sent, network.approver.email), _when(sent, network.french.email)
    counted = Counted()

    begun = time.monotonic()
    _warn(author, counted)
    counted.watch(approver)
    approver.goto(_link_in_mail(sent, network.approver.email, to_approve))
    counted.click(approver, "Publish now")
    expect(approver.get_by_text("Published.")).to_be_visible()
    taken = time.monotonic() - begun

    assert taken < LONGEST_SECONDS
    assert counted.fields <= MOST_FIELDS
    assert counted.clicks <= MOST_CLICKS
    assert counted.round_trips <= MOST_ROUND_TRIPS

    telephone = open_page(java_script_enabled=False, viewport=NARROW)
    sign_in_by_hand(telephone, network.french, french_secret)
    telephone.goto(_link_in_mail(sent, network.french.email, to_acknowledge))
    telephone.get_by_role("button", name="For action").click()
    expect(telephone.get_by_text("Acknowledged. The owner sees it now.")).to_be_visible()

    author.goto(telephone.url.replace("/i/", "/alerts/") + "board/")
    row = author.get_by_role("row").filter(has_text="France")
    expect(row).to_contain_text("For action")
    expect(author.get_by_role("row").filter(has_text="Finland")).to_contain_text("–")


def test_what_was_typed_survives_a_lost_connection(open_page: OpenPage, sent: Mailbox) -> None:
    network = make_network()
    secret = give_second_factor(network.author)
    page = open_page()
    sign_in_by_hand(page, network.author, secret)
    expect(page.get_by_role("link", name="Notices")).to_be_visible()
    page.goto("/alerts/new/")
    page.context.set_offline(True)
    page.get_by_label("Title", exact=True).fill("Half a sentence about boa")
    expect(page.get_by_text("No connection")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("What you typed is kept since")).to_be_visible()
    page.goto("/alerts/new/")
    page.get_by_role("link", name=re.compile("Go on with what you typed")).click()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Half a sentence about boa")
