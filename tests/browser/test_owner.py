"""The owner's acts in Chromium: proposed by an author, accepted by an approver; shared with more by a decider; given to
another owner by two deciders; who has read it, who could when, as a recipient sees it."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from cms.users.models import User
from tests.browser.signing_in import give_second_factor, sign_in_by_hand
from tests.chromium import OpenPage
from tests.factories import make_item, make_membership, make_organisation, make_participant, make_user

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Fuel skiffs waiting off the cape"


@dataclass
class Cast:
    """Who takes part, each with the secret of an authenticator app, and the item."""

    author: tuple[User, str]
    approver: tuple[User, str]
    decider: tuple[User, str]
    receiving: tuple[User, str]
    item: Sharing


def person(name: str, organisation: Organisation, role: str) -> tuple[User, str]:
    user = make_user(name)
    make_membership(user, organisation, role)
    return user, give_second_factor(user)


@pytest.fixture
def cast(transactional_db) -> Cast:
    spain, france = make_participant("spain", country="ES"), make_participant("france", country="FR")
    border = make_organisation(parent=spain, key="spanish-border")
    return Cast(
        author=person("Ana Example", border, Role.AUTHOR),
        approver=person("Carlos Ejemplo", border, Role.APPROVER),
        decider=person("Dora Ejemplo", spain, Role.DECIDER),
        receiving=person("Marie Exemple", france, Role.DECIDER),
        item=make_item(owner=border, state="network", marking="GREEN", title=TITLE),
    )


def come_in(open_page: OpenPage, who: tuple[User, str], path: str) -> Page:
    page = open_page(viewport={"width": 1280, "height": 900})
    sign_in_by_hand(page, *who)
    page.get_by_role("link", name="Write and manage").click()
    page.goto(path)
    return page


def test_an_author_proposes_and_an_approver_accepts(open_page: OpenPage, cast: Cast) -> None:
    author = come_in(open_page, cast.author, f"/i/{cast.item.uuid}/")
    author.get_by_role("link", name="Sharing").click()
    author.get_by_role("link", name="Share with fewer").click()
    expect(author.get_by_role("heading", name="With “Owner only”")).to_be_visible()
    author.get_by_label("Owner only").check()
    author.get_by_label("Reason").fill("The operation is over")
    author.get_by_role("button", name="Propose").click()
    expect(author.get_by_text("Proposed, and waiting:")).to_be_visible()

    approver = come_in(open_page, cast.approver, "/cms/")
    approver.get_by_role("main").get_by_role("link", name="Waiting for your confirmation").click()
    approver.get_by_role("link", name="Share with fewer").click()
    expect(approver.get_by_text("The operation is over")).to_be_visible()
    approver.get_by_role("button", name="Confirm").click()
    expect(approver.get_by_text("Confirmed.")).to_be_visible()
    cast.item.refresh_from_db()
    assert cast.item.state == "owner"


def test_a_decider_looks_twice_and_gives_the_item_away(open_page: OpenPage, cast: Cast) -> None:
    decider = come_in(open_page, cast.decider, f"/cms/sharing/{cast.item.uuid}/")
    decider.get_by_role("link", name="Transfer to another owner").click()
    decider.get_by_label("New owner").select_option(label="France, as a whole")
    decider.get_by_label("Reason").fill("It was written there")
    decider.get_by_role("button", name="Show who gains and who loses").click()
    expect(decider.get_by_role("heading", name="Lose access")).to_be_visible()
    decider.get_by_role("button", name="Propose it").click()
    cast.item.refresh_from_db()
    assert cast.item.owner.key == "spanish-border"

    receiving = come_in(open_page, cast.receiving, "/cms/sharing/waiting/")
    receiving.get_by_role("link", name="Transfer of ownership").click()
    expect(receiving.get_by_role("heading", name="Gain access")).to_be_visible()
    receiving.get_by_role("button", name="Confirm").click()
    expect(receiving.get_by_text("Confirmed.")).to_be_visible()
    cast.item.refresh_from_db()
    assert cast.item.owner.key == "france"


def test_the_owner_sees_who_has_read_it_and_who_could_when(open_page: OpenPage, cast: Cast) -> None:
    page = come_in(open_page, cast.author, f"/i/{cast.item.uuid}/")
    page.get_by_role("link", name="Sharing").click()
    page.get_by_role("link", name="Who has read it").click()
    expect(page.get_by_role("cell", name="Ana Example")).to_be_visible()
    page.get_by_role("link", name="Who could see it when").click()
    page.get_by_label("Day and time (UTC)").fill("2020-01-01T00:00:00")
    page.get_by_role("button", name="Show who could see it then").click()
    expect(page.get_by_text("The item was not here yet")).to_be_visible()
    page.get_by_role("link", name="As a recipient sees it").click()
    page.get_by_label("An organisation").select_option(label="France, as a whole")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Would see it.")).to_be_visible()
    page.get_by_role("link", name="The page as they get it").click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
