"""Early warning in the browser, with real workers and a real mail server: a first warning in under two minutes,
approved on duty with one confirmation, acknowledged from a telephone without scripts, escalated where nobody answers,
seen by its owner State by State, evaluated and closed; and what is typed, kept and compared meanwhile."""

import re
import time
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Request, expect

from cms.organisations.enums import Role
from cms.sharing.models import Sharing
from tests.alerts.network import Network, make_alert, make_network
from tests.browser.post import PostOffice
from tests.browser.signing_in import bring_in, give_second_factor, sign_in_by_hand
from tests.chromium import OpenPage
from tests.factories import make_person
from tests.factories.items import ItemFacts, set_facts
from tests.factories.organisations import element
from workflows.alerts.enums import Function
from workflows.alerts.models import Duty

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

NARROW = {"width": 390, "height": 844}
# what the first warning costs those who send it: more than this is a step back
MOST_FIELDS, MOST_CLICKS, MOST_ROUND_TRIPS = 8, 4, 6
LONGEST_SECONDS = 120.0
# a flash is to be acknowledged within 30 minutes; the step after that comes 15 minutes later
LATE, LATER = timedelta(minutes=31), timedelta(minutes=50)


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


def _evaluate(author: Page, address: str) -> None:
    """Write the final report from the alert's page, and hand it in."""
    author.goto(address)
    author.get_by_role("link", name="Final report", exact=True).click()
    author.get_by_label("Title", exact=True).fill("Boats from a new beach: no more of them")
    author.get_by_label("What came of it").fill("Patrols stopped it within two days.")
    author.get_by_label("reason of closing").select_option("ended")
    author.get_by_label("evaluation").fill("Yards that sell such boats are to be visited early.")
    author.get_by_label("Vessel").check()
    author.get_by_label("Country").first.fill("Morocco")
    author.get_by_label("Persons").first.fill("41")
    author.get_by_label("Who gets it").select_option("first")
    author.get_by_label(re.compile("It contains no names")).check()
    author.get_by_role("button", name="Hand in for release").click()
    expect(author.get_by_text("Handed in")).to_be_visible()


def _deputy(network: Network) -> str:
    """Give the Finns a deputy; return the address."""
    deputy = make_person(network.finland, Role.APPROVER, name="Daavid Example")
    for user, function in ((network.finnish, Function.CONTACT_POINT), (deputy, Function.DEPUTY)):
        Duty.objects.create(participant=network.finland, element=element(), function=function, user=user)
    return deputy.email


@pytest.fixture
def network(transactional_db: None) -> Network:
    return make_network()


@pytest.fixture
def people(network: Network, open_page: OpenPage) -> tuple[Page, Page, Page]:
    """Return the author, the approver and the French contact point, the last on a telephone without scripts."""
    pages = open_page(), open_page(), open_page(java_script_enabled=False, viewport=NARROW)
    for page, user in zip(pages, (network.author, network.approver, network.french), strict=True):
        sign_in_by_hand(page, user, give_second_factor(user))
        expect(page.get_by_role("link", name="Notices")).to_be_visible()
    return pages


def _send(author: Page, approver: Page, approver_address: str, post: PostOffice) -> None:
    """Write the warning and publish it; what that costs is counted."""
    counted = Counted()
    begun = time.monotonic()
    _warn(author, counted)
    counted.watch(approver)
    approver.goto(post.link_to(approver_address))
    counted.click(approver, "Publish now")
    expect(approver.get_by_text("Published.")).to_be_visible()
    assert time.monotonic() - begun < LONGEST_SECONDS
    assert counted.fields <= MOST_FIELDS
    assert counted.clicks <= MOST_CLICKS
    assert counted.round_trips <= MOST_ROUND_TRIPS


def test_a_first_warning_until_its_event_is_closed(
    network: Network, people: tuple[Page, Page, Page], post: PostOffice
) -> None:
    author, approver, telephone = people
    deputy = _deputy(network)
    with post.working():
        _send(author, approver, network.approver.email, post)
        telephone.goto(post.link_to(network.french.email))
        telephone.get_by_role("button", name="For action").click()
        expect(telephone.get_by_text("Acknowledged. The owner sees it now.")).to_be_visible()
        post.link_to(network.finnish.email)
    author.goto(telephone.url.replace("/i/", "/alerts/") + "board/")
    expect(author.get_by_role("row").filter(has_text="France")).to_contain_text("For action")
    finland = author.get_by_role("row").filter(has_text="Finland")
    expect(finland).to_contain_text("Sent to the contact point")

    with post.working(ahead=LATE):
        post.link_to(network.finnish.email, 2)
    author.reload()
    expect(finland).to_contain_text("Contact point reminded")
    with post.working(ahead=LATER):
        # the first one told that it was published
        post.link_to(deputy, 2)
    author.reload()
    expect(finland).to_contain_text("Deputy told")
    assert "boats" not in post.texts()

    _evaluate(author, telephone.url)
    approver.goto(author.url)
    approver.get_by_role("button", name="Publish now").click()
    expect(approver.get_by_text("Published.")).to_be_visible()
    telephone.reload()
    expect(telephone.get_by_text("Closed", exact=True)).to_be_visible()
    telephone.get_by_role("link", name="Boats from a new beach: no more of them").click()
    expect(telephone.get_by_role("main")).to_contain_text("Yards that sell such boats")
    expect(telephone.get_by_role("main")).to_contain_text("Morocco 41")


def _of_others(network: Network) -> Sharing:
    """Return an alert that is for the French alone."""
    sharing = make_alert(network, title="Boats from a secret beach")
    Sharing.objects.filter(pk=sharing.pk).update(owner=network.france)
    return set_facts(sharing, ItemFacts(marking="RED"))


def _add_a_nationality(author: Page) -> None:
    """Fill in a row that is added in the page."""
    author.get_by_text("More, if you know it already").click()
    rows = author.get_by_role("group", name="Nationalities")
    before = rows.get_by_label("Country").count()
    rows.get_by_role("button", name="Add a row").click()
    expect(rows.get_by_label("Country")).to_have_count(before + 1)
    expect(rows.get_by_label("Country").last).to_be_focused()
    rows.get_by_label("Country").last.fill("Morocco")
    rows.get_by_label("Persons").last.fill("12")


def test_what_is_typed_is_kept_and_compared(network: Network, open_page: OpenPage, post: PostOffice) -> None:
    first, hidden = make_alert(network), _of_others(network)
    author = open_page()
    bring_in(author, network.author, post.base_url)
    author.goto(f"/alerts/new/?follows={first.uuid}")
    _add_a_nationality(author)
    author.context.set_offline(True)
    author.get_by_label("Title", exact=True).fill("Half a sentence about boa")
    expect(author.get_by_text("No connection")).to_be_visible()
    author.context.set_offline(False)
    expect(author.get_by_text("What you typed is kept since")).to_be_visible()
    # the browser dies, and is opened again
    context = author.context
    author.close()
    author = context.new_page()
    author.goto("/alerts/new/")
    author.get_by_role("link", name=re.compile("Go on with what you typed")).click()
    expect(author.get_by_label("Title", exact=True)).to_have_value("Half a sentence about boa")
    # it is still a report about the same event
    expect(author.get_by_role("heading", level=1)).to_have_text("Follow-up")

    author.get_by_label("Title", exact=True).fill("Boats from a new beach, or from a secret beach")
    alike = author.locator("[data-similar-list]")
    expect(alike).to_contain_text(first.reference)
    expect(alike).not_to_contain_text(hidden.reference)
    author.get_by_label("What is new").fill("Two more boats.")
    author.get_by_label(re.compile("It contains no names")).check()
    author.get_by_role("button", name="Hand in for release").click()
    expect(author.get_by_text("Handed in")).to_be_visible()
    expect(author.get_by_role("main")).to_contain_text("Morocco 12")

    approver = open_page(viewport=NARROW)
    bring_in(approver, network.approver, post.base_url)
    approver.goto(author.url)
    approver.get_by_role("button", name="Publish in a minute").click()
    expect(approver.get_by_text("until then you can take it back")).to_be_visible()
    approver.get_by_role("button", name="Take back").click()
    expect(approver.get_by_text("it is a draft again, and nobody was told")).to_be_visible()
