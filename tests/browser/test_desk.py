"""The desk in Chromium: a working copy compared and published, a publication at its hour, many drafts handed in."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from cms.core.instants import current_instant
from cms.sharing.models import Sharing
from cms.users.models import User
from tests.admin.conftest import House, house
from tests.chromium import OpenPage
from tests.factories import make_item, sign_in
from tests.workflows.scenes import afresh
from workflows.clock import run_due
from workflows.enums import Status
from workflows.selectors import status_now

__all__ = ["House", "house"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk_of(open_page: OpenPage, live_server):
    """A function that opens the desk of somebody who is signed in; on a telephone when told so."""

    def open_desk(user: User, *, narrow: bool = False) -> Page:
        page = open_page(viewport={"width": 390 if narrow else 1280, "height": 900})
        session = sign_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page.goto("/cms/")
        return page

    return open_desk


def published(house: House, title: str) -> Sharing:
    return make_item(owner=house.border, author=house.author, title=title, body="Three boats were seen.")


def test_a_working_copy_is_compared_and_replaces_what_readers_see(house, desk_of):
    sharing = published(house, "Boats at the cape")
    author = desk_of(house.author)
    author.get_by_role("link", name="Boats at the cape").first.click()
    author.get_by_role("link", name="Edit").click()
    author.locator("[name=title]").fill("Boats beyond the cape")
    author.get_by_role("button", name="Save and go on to submit").click()
    author.get_by_role("button", name="Submit for approval").click()

    approver = desk_of(house.approver, narrow=True)
    approver.get_by_role("link", name="Boats beyond the cape").first.click()
    approver.get_by_role("link", name="Compare with what readers see").click()
    expect(approver.locator(".deletion")).to_contain_text("at")
    expect(approver.locator(".addition")).to_contain_text("beyond")
    assert afresh(sharing).page.title == "Boats at the cape"
    approver.get_by_role("link", name="Back to the item").click()
    approver.get_by_role("button", name="Approve and publish").click()
    expect(approver.get_by_role("main")).to_contain_text("Approved and published.")
    assert afresh(sharing).page.title == "Boats beyond the cape"


def test_a_changed_mind_goes_back_to_an_older_version(house, desk_of):
    sharing = published(house, "Boats at the cape")
    author = desk_of(house.author)
    author.goto(f"/cms/pages/{sharing.page_id}/edit/")
    author.locator("[name=title]").fill("A worse title")
    author.get_by_role("button", name="Save draft").click()
    author.goto(f"/cms/bulletins/{sharing.uuid}/")
    author.get_by_role("link", name="History").click()
    author.get_by_role("link", name="Go back to it").click()
    author.get_by_role("button", name="Make it the newest draft").click()
    expect(author.get_by_role("heading", level=1)).to_have_text("Boats at the cape")
    author.get_by_role("link", name="Discard the changes").click()
    author.get_by_role("button", name="Discard").click()
    expect(author.get_by_role("main")).to_contain_text("The changes are discarded.")
    assert status_now(afresh(sharing)) == Status.PUBLISHED


def test_what_is_approved_for_later_reaches_readers_at_its_hour(house, desk_of):
    sharing = make_item(owner=house.border, author=house.author, live=False, title="Weekly figures")
    hour: datetime = (current_instant() + timedelta(days=2)).replace(second=0, microsecond=0)
    author = desk_of(house.author)
    author.get_by_role("link", name="Weekly figures").first.click()
    author.get_by_role("link", name="Dates").click()
    author.locator("[name=publish_at]").fill(hour.strftime("%Y-%m-%dT%H:%M"))
    author.get_by_role("button", name="Keep the dates").click()
    author.get_by_role("button", name="Submit for approval").click()

    approver = desk_of(house.approver)
    approver.get_by_role("link", name="Weekly figures").first.click()
    expect(approver.get_by_role("main")).to_contain_text("To be published")
    approver.get_by_role("button", name="Approve for this hour").click()
    expect(approver.get_by_role("main")).to_contain_text("it will be published at its hour")
    reader = desk_of(house.officer)
    response = reader.goto(f"/i/{sharing.uuid}/")
    assert response is not None
    assert response.status == 404
    assert run_due(at=hour) == 1
    reader.reload()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Weekly figures")


def test_many_drafts_are_handed_in_at_once_on_a_narrow_screen(house, desk_of):
    drafts = [make_item(owner=house.border, author=house.author, live=False, title=f"Draft {name}") for name in "ABC"]
    author = desk_of(house.author, narrow=True)
    author.goto("/cms/bulletins/")
    for name in "ABC":
        author.get_by_label(f"Choose “Draft {name}”").check(force=True)
    author.get_by_label("With those ticked:").select_option("submit")
    author.get_by_role("button", name="Show what it would do").click()
    expect(author.get_by_role("main")).to_contain_text("Nothing has been done yet")
    author.get_by_role("button", name="Do it").click()
    expect(author.get_by_role("main")).to_contain_text("Done with 3 items.")
    assert {status_now(afresh(sharing)) for sharing in drafts} == {Status.WAITING}
