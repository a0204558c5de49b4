"""The story of the first version in Chromium: a bulletin is written, returned, approved, found, withheld, revoked."""

import re
from dataclasses import dataclass
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Response, expect

from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from cms.users.models import User
from tests.browser.signing_in import give_second_factor, sign_in_by_hand
from tests.chromium import OpenPage
from tests.factories import make_membership, make_organisation, make_participant, make_user

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Fuel skiffs waiting off the cape"
BODY = "Night fishermen report jerrycans and unlit skiffs."


@dataclass
class Cast:
    """Who takes part, each with the secret of an authenticator app."""

    author: tuple[User, str]
    approver: tuple[User, str]
    recipient: tuple[User, str]
    stranger: tuple[User, str]


def person(name: str, organisation: Organisation, role: str, *, terms: bool = True) -> tuple[User, str]:
    user = make_user(name, terms=terms)
    make_membership(user, organisation, role)
    return user, give_second_factor(user)


@pytest.fixture
def cast(transactional_db) -> Cast:
    authorities = {
        key: make_organisation(parent=make_participant(key, country=key.upper()), key=f"{key}-border")
        for key in ("es", "fr", "it", "de")
    }
    return Cast(
        author=person("Ana Example", authorities["es"], Role.AUTHOR, terms=False),
        approver=person("Carlos Ejemplo", authorities["es"], Role.APPROVER),
        recipient=person("Marie Exemple", authorities["fr"], Role.OFFICER),
        stranger=person("Lena Beispiel", authorities["de"], Role.OFFICER),
    )


def come_in(open_page: OpenPage, who: tuple[User, str]) -> Page:
    page = open_page(viewport={"width": 1280, "height": 900})
    sign_in_by_hand(page, *who)
    return page


def accept_the_terms(page: Page) -> None:
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Go on").click()


def write_and_submit(page: Page) -> None:
    page.get_by_role("link", name="Write and manage").click()
    page.get_by_role("link", name="Write a bulletin").first.click()
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=summary]").fill("Two skiffs with fuel wait at night south of the cape.")
    page.locator("[data-contentpath=body] [contenteditable=true]").first.fill(BODY)
    page.locator("[name=element]").select_option(label="Early warning")
    page.locator("[name=marking][value=AMBER]").check(force=True)
    page.locator("[name=state][value=restricted]").check(force=True)
    for name in ("Fr, as a whole", "It, as a whole"):
        page.get_by_label(name).check()
    page.get_by_role("button", name="Save and go on to submit").click()
    expect(page.get_by_role("main")).to_contain_text("Who will be able to read it")
    page.get_by_role("button", name="Submit for approval").click()


def send_back(page: Page) -> None:
    page.goto("/cms/")
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_label(re.compile("reason|changed", re.IGNORECASE)).fill("Say when it was seen.")
    page.get_by_role("button", name="Return to the author").click()


def mend_and_submit(page: Page) -> None:
    page.goto("/cms/")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_role("main")).to_contain_text("Say when it was seen.")
    page.get_by_role("link", name="Edit").click()
    page.locator("[name=summary]").fill("In the night to Sunday two skiffs with fuel waited south of the cape.")
    page.get_by_role("button", name="Save and go on to submit").click()
    page.get_by_role("button", name="Submit for approval").click()


def approve(page: Page) -> None:
    page.goto("/cms/")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_role("main")).to_contain_text("fewer than 5 people")
    page.get_by_role("button", name="Approve and publish").click()
    expect(page.get_by_role("main")).to_contain_text("Published")


def find(page: Page, words: str) -> None:
    page.goto("/")
    page.locator("#header-q").fill(words)
    page.locator("#header-q").press("Enter")
    page.wait_for_url("**/search/**")


def shown_for(page: Page, word: str) -> str:
    """Return what a search for the word shows, without the word itself."""
    find(page, word)
    return page.get_by_role("main").inner_text().replace(word, "…")


def answer(response: Response | None) -> tuple[int, str, dict[str, str]]:
    """Return what a stranger could compare: status, body, headers without the clock."""
    assert response is not None
    headers = {name: value for name, value in response.headers.items() if name not in {"date", "set-cookie"}}
    return response.status, response.text(), headers


def test_the_story(cast, open_page):
    author = come_in(open_page, cast.author)
    accept_the_terms(author)
    write_and_submit(author)
    approver = come_in(open_page, cast.approver)
    send_back(approver)
    mend_and_submit(author)
    approve(approver)

    sharing = Sharing.objects.get()
    assert sharing.recipients.count() == 2
    reader = come_in(open_page, cast.recipient)
    find(reader, "unlit skiffs")
    reader.get_by_role("link", name=TITLE, exact=True).click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(reader.get_by_role("main")).to_contain_text("TLP:AMBER")
    expect(reader.get_by_role("main")).to_contain_text("In the night to Sunday")

    stranger = come_in(open_page, cast.stranger)
    assert shown_for(stranger, "skiffs") == shown_for(stranger, "ospreys")
    for address in ("/i/{}/", "/i/{}/print/", "/api/v1/items/{}"):
        hidden = answer(stranger.goto(address.format(sharing.uuid)))
        absent = answer(stranger.goto(address.format(uuid4())))
        assert hidden == absent
        assert hidden[0] == 404

    approver.goto(f"/cms/sharing/{sharing.uuid}/")
    approver.get_by_role("row", name=re.compile("Fr")).get_by_role("link", name="Revoke").click()
    approver.get_by_role("main").get_by_role("button", name="Revoke").click()
    assert answer(reader.reload())[0] == 404
    assert answer(reader.goto(f"/api/v1/items/{sharing.uuid}"))[0] == 404
