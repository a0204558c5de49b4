"""The desk in Chromium: back to an older version, many drafts handed in."""

import pytest
from playwright.sync_api import Page, expect

from cms.sharing.models import Sharing
from cms.users.models import User
from tests.admin.conftest import House, house
from tests.browser.signing_in import bring_in
from tests.chromium import OpenPage
from tests.factories import make_item
from tests.workflows.scenes import afresh
from workflows.enums import Status
from workflows.selectors import status_now

__all__ = ["House", "house"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk_of(open_page: OpenPage, live_server):
    """A function that opens the desk of somebody who is signed in; on a telephone when told so."""

    def open_desk(user: User, *, narrow: bool = False) -> Page:
        page = open_page(viewport={"width": 390 if narrow else 1280, "height": 900})
        bring_in(page, user, live_server.url)
        page.goto("/cms/")
        return page

    return open_desk


def published(house: House, title: str) -> Sharing:
    return make_item(owner=house.border, author=house.author, title=title, body="Three boats were seen.")


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
