"""A decider's day in Chromium: who reads an item and why, less, more, by two, many at once; and an approver's:
returned, approved, undone, put right, explained."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from cms.core.instants import current_instant
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from tests.admin.conftest import House, house
from tests.browser.conftest import Enter
from tests.factories import make_item, make_person
from tests.workflows.scenes import afresh, waiting_item

__all__ = ["house"]
pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Fuel skiffs waiting off the cape"


def act(page: Page, item: Sharing, label: str) -> None:
    """Open the item's sharing page and choose an act there."""
    page.goto(f"/cms/sharing/{item.uuid}/")
    page.get_by_role("link", name=label, exact=True).click()


def press(page: Page, label: str) -> None:
    """Press a button of the page, and wait for the answer."""
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=label, exact=True).click()


def state(item: Sharing) -> str:
    return afresh(item).state


@pytest.fixture
def item(house: House) -> Sharing:
    """What was shared with France two hours ago and may go as far as its owner likes."""
    Organisation.objects.update(ceiling="public")
    make_person(house.france, Role.OFFICER, name="Marie Exemple")
    return make_item(
        owner=house.border,
        author=house.author,
        state="restricted",
        marking="CLEAR",
        recipients=[house.france],
        title=TITLE,
        at=current_instant() - timedelta(hours=2),
    )


def test_a_decider_shares_with_fewer_and_with_more(house: House, item: Sharing, enter: Enter) -> None:
    page = enter(house.decider, f"/i/{item.uuid}/")
    page.get_by_role("link", name="Sharing").first.click()
    reasons = page.get_by_role("region", name="Who can read it now, and why")
    expect(reasons).to_contain_text("Dora Decider")
    expect(reasons).to_contain_text("France")
    expect(page.get_by_text("Marie Exemple")).to_have_count(0)

    act(page, item, "Withdraw")
    expect(page.get_by_role("heading", name="Lose access")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("France")
    press(page, "Withdraw")
    assert state(item) == "withdrawn"

    act(page, item, "Share with more")
    page.locator("[name=state][value=network]").check(force=True)
    page.get_by_label("Reason").fill("Every State asked for it")
    press(page, "Show who gains and who loses")
    expect(page.get_by_role("heading", name="Gain access")).to_be_visible()
    assert state(item) == "withdrawn"
    press(page, "Confirm")
    assert state(item) == "network"

    page.get_by_role("link", name="Who could see it when").click()
    then = current_instant() - timedelta(hours=1)
    page.get_by_label("Day and time (UTC)").fill(then.strftime("%Y-%m-%dT%H:%M:%S"))
    press(page, "Show who could see it then")
    expect(page.get_by_role("region", name=re.compile("^On "))).to_contain_text("France")


def test_two_deciders_make_an_item_public(house: House, item: Sharing, enter: Enter) -> None:
    second = make_person(house.spain, Role.DECIDER, name="Sol Second")
    page = enter(house.decider)
    act(page, item, "Make public")
    page.get_by_label("Reason").fill("Press release")
    press(page, "Show who gains and who loses")
    expect(page.get_by_text("Everyone, without signing in, gains access.")).to_be_visible()
    press(page, "Propose it")
    expect(page.get_by_text("Proposed, and waiting:")).to_be_visible()
    assert state(item) == "restricted"
    other = enter(second, "/cms/sharing/waiting/", narrow=True)
    other.get_by_role("link", name="Make public").first.click()
    press(other, "Confirm")
    assert state(item) == "public"
    page.context.clear_cookies()
    page.goto(f"/i/{item.uuid}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def test_a_decider_narrows_many_after_a_dry_run(house: House, enter: Enter) -> None:
    items = [
        make_item(owner=house.border, state="network", marking="GREEN", title=f"Weekly figures {number}")
        for number in range(3)
    ]
    page = enter(house.decider, "/cms/sharing/bulk/")
    for number in range(3):
        page.get_by_label(f"Weekly figures {number}").check()
    press(page, "Share with fewer, or withdraw")
    page.locator("[name=state][value=withdrawn]").check(force=True)
    press(page, "Show who gains and who loses")
    expect(page.get_by_role("heading", name="Lose access")).to_be_visible()
    assert {state(item) for item in items} == {"network"}
    press(page, "Do it for all 3 items")
    assert {state(item) for item in items} == {"withdrawn"}


def test_an_approver_returns_publishes_and_undoes(house: House, enter: Enter) -> None:
    item = waiting_item(house, title=TITLE)
    page = enter(house.approver)
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_label(re.compile("changed", re.IGNORECASE)).fill("Say when it was seen.")
    press(page, "Return to the author")
    author = enter(house.author, f"/cms/bulletins/{item.uuid}/", narrow=True)
    expect(author.get_by_role("main")).to_contain_text("Say when it was seen.")
    press(author, "Submit for approval")
    page.goto(f"/cms/bulletins/{item.uuid}/")
    press(page, "Approve and publish")
    expect(page.get_by_role("main")).to_contain_text("Approved and published.")

    act(page, item, "Undo the publication")
    press(page, "Undo the publication")
    assert afresh(item).first_shared_at is None
    page.goto(f"/cms/bulletins/{item.uuid}/")
    expect(page.get_by_role("main")).to_contain_text(TITLE)


def test_an_approver_replaces_corrects_and_explains(house: House, enter: Enter) -> None:
    older = make_item(owner=house.border, author=house.author, state="network", marking="GREEN", title="Older figures")
    page = enter(house.approver)
    newer = make_item(owner=house.border, author=house.author, state="network", marking="GREEN", title="Newer figures")
    act(page, older, "A newer item takes its place")
    page.get_by_label("Reference of the newer item").fill(newer.reference)
    press(page, "A newer item takes its place")
    page.goto(f"/i/{older.uuid}/")
    expect(page.get_by_role("link", name="Newer figures").first).to_be_visible()

    writing = enter(house.author, f"/cms/sharing/{newer.uuid}/correct/")
    writing.get_by_label(re.compile("correct", re.IGNORECASE)).first.fill("Two boats, not three.")
    press(writing, "Add a correction notice")
    page.goto("/cms/sharing/waiting/")
    page.get_by_role("link", name="Correction").first.click()
    press(page, "Confirm")
    page.goto(f"/i/{newer.uuid}/")
    expect(page.get_by_role("main")).to_contain_text("Two boats, not three.")

    page.goto("/cms/explain/")
    page.get_by_label("Person").fill(house.officer.email)
    page.get_by_label("Reference of the item").fill(newer.reference)
    press(page, "Explain")
    expect(page.get_by_role("main")).to_contain_text("may read it")
