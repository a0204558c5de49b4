"""From a draft to what takes its place, in Chromium, with real workers and a real mail server: returned with a reason
and handed in again, published by the worker at its hour, changed by a working copy that is compared, superseded."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from cms.core.instants import current_instant
from cms.notifications.models import Subscription
from cms.sharing.models import Sharing
from cms.users.models import User
from tests.admin.conftest import House, house
from tests.browser.post import PostOffice
from tests.browser.signing_in import bring_in
from tests.chromium import OpenPage
from tests.factories import make_item
from tests.workflows.scenes import afresh

__all__ = ["House", "house"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# a worker so far ahead finds what was approved for the next but one minute due
AHEAD = timedelta(minutes=3)


def _press(page: Page, button: str, said: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("main")).to_contain_text(said)


def _hand_in(page: Page, *, title: str) -> None:
    """Change the title, and hand it in."""
    page.get_by_role("link", name="Edit", exact=True).click()
    page.locator("[name=title]").fill(title)
    page.get_by_role("button", name="Save and go on to submit").click()
    _press(page, "Submit for approval", "Handed in for approval.")


def _set_the_hour(page: Page) -> None:
    page.get_by_role("link", name="Dates").click()
    hour = (current_instant() + timedelta(minutes=2)).replace(second=0, microsecond=0)
    page.locator("[name=publish_at]").fill(hour.strftime("%Y-%m-%dT%H:%M"))
    _press(page, "Keep the dates", "The dates are kept.")


def _return_and_schedule(author: Page, approver: Page, house: House, post: PostOffice) -> None:
    """Hand in, get it back with a reason, hand in again for an hour, and have that approved; every step by its mail."""
    author.goto("/cms/")
    author.get_by_role("link", name="Weekly figures").first.click()
    _press(author, "Submit for approval", "Handed in for approval.")
    approver.goto(post.link_to(house.approver.email))
    approver.locator("[name=reason]").fill("Say of which week.")
    _press(approver, "Return to the author", "Returned to the author.")

    author.goto(post.link_to(house.author.email))
    expect(author.get_by_role("main")).to_contain_text("Say of which week.")
    _set_the_hour(author)
    _hand_in(author, title="Figures of week 47")
    approver.goto(post.link_to(house.approver.email, 2))
    _press(approver, "Approve for this hour", "it will be published at its hour")


def _compare_and_publish(author: Page, approver: Page, item: str, house: House, post: PostOffice) -> None:
    """Change what readers see by a working copy."""
    author.goto(item)
    _hand_in(author, title="Figures of week 48")
    approver.goto(post.link_to(house.approver.email, 3))
    approver.get_by_role("link", name="Compare with what readers see").click()
    expect(approver.locator(".deletion")).to_contain_text("47")
    expect(approver.locator(".addition")).to_contain_text("48")
    approver.get_by_role("link", name="Back to the item").click()
    _press(approver, "Approve and publish", "Approved and published.")


def _supersede(approver: Page, older: Sharing, newer: Sharing) -> None:
    approver.goto(f"/cms/sharing/{older.uuid}/")
    approver.get_by_role("link", name="A newer item takes its place").click()
    approver.locator("[name=newer]").fill(newer.reference)
    approver.get_by_role("button", name="A newer item takes its place").click()
    expect(approver.get_by_role("main")).to_contain_text("Done: A newer item takes its place.")


@pytest.fixture
def people(house: House, open_page: OpenPage, post: PostOffice) -> tuple[Page, Page, Page]:
    """Return the author, the approver, and a reader on a telephone who wants mails at once."""

    def open_for(user: User, width: int) -> Page:
        page = open_page(viewport={"width": width, "height": 900})
        bring_in(page, user, post.base_url)
        return page

    Subscription.objects.create(user=house.officer, frequency="at_once")
    return open_for(house.author, 1280), open_for(house.approver, 1280), open_for(house.officer, 390)


def test_from_a_returned_draft_to_what_takes_its_place(
    house: House, people: tuple[Page, Page, Page], post: PostOffice
) -> None:
    author, approver, reader = people
    sharing = make_item(owner=house.border, author=house.author, live=False, title="Weekly figures")
    item = f"/cms/bulletins/{sharing.uuid}/"
    with post.working():
        _return_and_schedule(author, approver, house, post)
    response = reader.goto(f"/i/{sharing.uuid}/")
    assert response is not None
    assert response.status == 404

    with post.working(ahead=AHEAD):
        reader.goto(post.link_to(house.officer.email))
        expect(reader.get_by_role("heading", level=1)).to_have_text("Figures of week 47")
        _compare_and_publish(author, approver, item, house, post)
        reader.reload()
        expect(reader.get_by_role("heading", level=1)).to_have_text("Figures of week 48")

        newer = make_item(owner=house.border, author=house.author, title="Figures of the month")
        before = post.number_to(house.officer.email)
        _supersede(approver, afresh(sharing), newer)
        reader.goto(post.link_to(house.officer.email, before + 1))
    expect(reader.get_by_role("main")).to_contain_text("A newer item takes its place:")
    reader.get_by_role("link", name="Figures of the month").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Figures of the month")
    assert "figures" not in post.texts()
