"""An item's end, in Chromium and with real commands whose clock is moved: a dry run says what would be done, the owner
is told by mail, readers lose it, and what is left of it is proof that it was erased."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from cms.core.instants import current_instant
from cms.organisations.enums import Role
from cms.sharing.models import Sharing
from cms.users.models import User
from tests.admin.conftest import House, house
from tests.alerts.worker import run_command
from tests.browser.post import PostOffice
from tests.browser.signing_in import bring_in
from tests.chromium import OpenPage
from tests.factories import make_item, make_person
from workflows.retention.terms import term_of

__all__ = ["House", "house"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
TITLE = "Figures of a year long past"


@pytest.fixture
def ending(house: House) -> Sharing:
    """Return an item whose term ends in some weeks: it was published so long ago."""
    sharing = make_item(owner=house.border, author=house.author, title=TITLE)
    term = term_of(sharing.pk)
    assert term is not None
    age = term.due_on - current_instant().date()
    sharing.page.last_published_at -= age - timedelta(days=20)
    sharing.page.save(update_fields=["last_published_at"])
    return sharing


def test_a_term_is_announced_ends_and_leaves_proof(
    house: House, ending: Sharing, open_page: OpenPage, post: PostOffice
) -> None:
    def open_for(user: User) -> Page:
        page = open_page()
        bring_in(page, user, post.base_url)
        return page

    dry = run_command("apply_retention", "--dry-run")
    assert ending.reference in dry
    assert "Nothing was done." in dry
    author, reader = open_for(house.author), open_for(house.officer)
    reader.goto(f"/i/{ending.uuid}/")
    with post.working():
        # the worker tells, and takes nothing away: that is not switched on
        author.goto(post.link_to(house.author.email))
    expect(author.get_by_role("main")).to_contain_text("You were told on")

    assert "1 items done." in run_command("apply_retention", ahead=timedelta(days=75))
    assert "1 items done." in run_command("apply_retention", ahead=timedelta(days=150))
    response = reader.reload()
    assert response is not None
    assert response.status == 404
    auditor = open_for(make_person(house.commission, Role.AUDITOR))
    auditor.goto("/audit/keeping/")
    proof = auditor.get_by_role("row").filter(has_text=ending.reference)
    expect(proof).to_be_visible()
    expect(proof.locator("code")).to_have_text(re.compile("[0-9a-f]{64}"))
    assert TITLE not in auditor.content()
    assert TITLE.lower() not in post.texts()
