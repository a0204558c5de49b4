"""Searching in Chromium: words in an attachment, languages, facets, months, mistakes that are explained, a reference;
with the keyboard alone, on a telephone, without JavaScript; kept, taken along, told of what is new, forgotten. What
runs on either engine has one body."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from elasticsearch import Elasticsearch
from playwright.sync_api import Page, expect

from cms.core.instants import current_instant
from cms.notifications.draining import drain
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from cms.users.models import User
from search.external import ExternalIndex
from tests.chromium import OpenPage
from tests.documents.corpus import pdf
from tests.documents.making import upload, write
from tests.factories import make_item, make_organisation, make_participant, make_person, sign_in
from tests.search.outside.conftest import elastic_settings, index, index_prefix, server
from tests.search.worlds import rewrite

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["elastic_settings", "index", "index_prefix", "server"]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@dataclass
class Harbour:
    """Who owns, who reads, and the item with an attachment."""

    owner: Organisation
    officer: User
    skiffs: Sharing


def shared(owner: Organisation, title: str, month: int, **facts: Any) -> Sharing:
    at = datetime(2026, month, 10, tzinfo=UTC)
    return make_item(owner=owner, state="network", marking="GREEN", title=title, at=at, **facts)


@pytest.fixture
def postgres() -> None:
    """The database answers: so the settings of tests have it."""


@pytest.fixture
def elasticsearch(
    index: ExternalIndex, server: Elasticsearch, transactional_db: None, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """An index of Elasticsearch answers, and nothing else in its place."""
    before = searches_of(server, index.name)
    yield
    assert searches_of(server, index.name) > before
    assert [record.message for record in caplog.records if record.name == "iconet.search"] == []


def searches_of(server: Elasticsearch, name: str) -> int:
    """Return how many searches the index has answered."""
    return int(server.indices.stats(index=name, metric="search").body["_all"]["total"]["search"]["query_total"])


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """The engine of that name answers; the database's, unless a test chooses."""
    name: str = getattr(request, "param", "postgres")
    request.getfixturevalue(name)
    return name


@pytest.fixture
def harbour(engine: str, transactional_db: None, tmp_path: Path) -> Harbour:
    owner = make_organisation(parent=make_participant("spain", country="ES"), key="spanish-border")
    france = make_participant("france", country="FR")
    author = make_person(owner, Role.AUTHOR)
    skiffs = shared(owner, "Fuel skiffs off the cape", 1, countries=["MA"], body="Jerrycans of fuel.", author=author)
    file = upload(
        tmp_path,
        "harbour.pdf",
        pdf("Nothing of interest", "A ledger of bloodstone carriers"),
        actor=author,
        organisation=owner,
    )
    file.sharing, file.organisation = skiffs, None
    file.save()
    write(skiffs, file, publish=True)
    rewrite(shared(owner, "Bateaux près de Nîmes", 3, countries=["TR"], body="Du carburant."), language="fr")
    rewrite(shared(france, "Gefälschte Visa aus Köln", 3, element="RE", body="Treibstoff."), language="de")
    shared(france, "Fuel skiffs at the quay", 5, countries=["MA"], body="Jerrycans of fuel again.")
    make_item(owner=owner, title="Fuel skiffs that nobody else may see", body="bloodstone")
    drain(current_instant())
    return Harbour(owner, make_person(france), skiffs)


@pytest.fixture
def site_of(open_page: OpenPage, live_server: Any) -> Any:
    """A function that opens the reader site for somebody who is signed in."""

    def open_site(user: User, **options: Any) -> Page:
        page = open_page(**{"viewport": WIDE} | options)
        session = sign_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page.goto("/")
        return page

    return open_site


def search(page: Page, words: str) -> None:
    """Search from the box of whatever page is open, by Enter."""
    box = page.locator("#search-q, #header-q")
    box.fill(words)
    box.press("Enter")
    page.wait_for_url("**/search/?*")


def titles(page: Page) -> list[str]:
    return page.locator(".ic-hit__title").all_inner_texts()


def fits(page: Page) -> bool:
    """Whether nothing reaches beyond the right edge."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def step_to_next(page: Page) -> str:
    """Press Tab; return what has the focus then."""
    page.keyboard.press("Tab")
    return str(page.evaluate("document.activeElement.innerText"))


def results(page: Page, number: int) -> None:
    expect(page.locator("#results")).to_have_text(f"{number} result{'s' * (number != 1)}")


@pytest.mark.parametrize(
    ("engine", "viewport"), [("postgres", WIDE), ("elasticsearch", NARROW)], ids=["wide", "narrow"], indirect=["engine"]
)
def test_an_officer_finds_and_narrows(harbour: Harbour, site_of: Any, viewport: dict[str, int]) -> None:
    page = site_of(harbour.officer, viewport=viewport)
    search(page, "bloodstone ledgers")
    results(page, 1)
    hit = page.locator(".ic-hit")
    expect(hit).to_contain_text("From the attachment harbour.pdf, page 2")
    expect(hit.locator("mark")).to_have_text(["ledger", "bloodstone"])
    expect(hit.get_by_role("definition").get_by_text("attachment", exact=True)).to_be_visible()
    assert fits(page)

    search(page, harbour.skiffs.reference.lower())
    assert titles(page) == ["Fuel skiffs off the cape"]
    search(page, "Nimes")
    assert titles(page) == ["Bateaux près de Nîmes"]
    search(page, 'fuel "skiffs at the')
    expect(page.get_by_text("A closing quotation mark is missing")).to_be_visible()
    results(page, 1)
    search(page, "jerrycans country:Atlantis")
    expect(page.get_by_text("there is no country “Atlantis”; it was passed over")).to_be_visible()
    results(page, 1)
    search(page, "fuel -owner:france")
    assert titles(page) == ["Fuel skiffs off the cape"]
    narrow_down(page)


def narrow_down(page: Page) -> None:
    """Browse without words: languages, what the counts say, a month, and the way out of each."""
    page.goto("/search/")
    results(page, 4)
    filters = page.locator(".ic-filters")
    for language in ("français", "Deutsch"):
        filters.evaluate("fold => { fold.open = true; }")
        filters.get_by_role("link", name=language).click()
        expect(page.get_by_role("list", name="Filters at work")).to_contain_text(language)
    results(page, 2)
    filters.evaluate("fold => { fold.open = true; }")
    # counts of the facet itself stay, those of others are of what is found
    expect(filters.get_by_role("link", name="English")).to_contain_text("2")
    expect(filters.get_by_role("link", name="Morocco")).to_have_count(0)
    page.get_by_role("list", name="Filters at work").get_by_role("link", name="français").click()
    results(page, 1)
    page.get_by_role("list", name="Filters at work").get_by_role("link", name="Deutsch").click()
    results(page, 4)
    filters.evaluate("fold => { fold.open = true; }")
    page.locator(".ic-months__link[title='March 2026: 2']").click()
    results(page, 2)
    expect(page.get_by_role("list", name="Filters at work")).to_contain_text("1 March 2026 to 31 March 2026")
    expect(page.locator("[name=from]")).to_have_value("2026-03-01")
    assert fits(page)


def test_the_keyboard_is_enough(harbour: Harbour, site_of: Any) -> None:
    page = site_of(harbour.officer)
    box = page.get_by_role("combobox", name="Search the network")
    box.focus()
    page.keyboard.type("fuel ski")
    listed = page.get_by_role("listbox", name="Items with these words in the title")
    expect(listed.get_by_role("option")).to_have_count(2)
    expect(page.get_by_role("status").filter(has_text="2 items have this")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    expect(box).to_have_value("fuel ski")
    page.keyboard.press("ArrowUp")
    expect(box).to_have_attribute("aria-activedescendant", "header-q-suggested-1")
    page.keyboard.press("ArrowDown")
    expect(box).not_to_have_attribute("aria-activedescendant", "header-q-suggested-1")
    page.keyboard.press("ArrowDown")
    chosen = listed.get_by_role("option", selected=True).locator("[lang]").inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(chosen)
    other = {"Fuel skiffs off the cape": "Fuel skiffs at the quay"}.get(chosen, "Fuel skiffs off the cape")
    expect(page.locator(".ic-related")).to_contain_text(other)
    expect(page.locator(".ic-related")).not_to_contain_text("nobody else")

    page.keyboard.press("Control+Home")
    search(page, "fuel")
    results(page, 2)
    steps = takewhile(lambda text: not text.startswith("Spanish-Border"), (step_to_next(page) for _ in range(80)))
    assert len(list(steps)) < 60
    page.keyboard.press("Enter")
    page.wait_for_url("**owner=spanish-border**")
    results(page, 1)


@pytest.mark.parametrize("engine", ["postgres", "elasticsearch"], indirect=True)
def test_a_search_is_kept_told_of_taken_along_and_forgotten(harbour: Harbour, site_of: Any) -> None:
    page = site_of(harbour.officer)
    search(page, "fuel skiff")
    address = urlsplit(page.url)
    stranger = site_of(make_person(make_organisation()))
    stranger.goto(f"{address.path}?{address.query}")
    assert titles(stranger) == titles(page)
    owner = site_of(make_person(harbour.owner))
    owner.goto(f"{address.path}?{address.query}")
    results(owner, 3)

    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    rows = Path(taken.value.path()).read_text(encoding="utf-8").splitlines()
    assert len(rows) == 3
    assert not any("nobody else" in row for row in rows)

    page.get_by_text("Save it, and be told of what is new").click()
    page.get_by_label("Name").fill("Fuel at sea")
    page.get_by_label("Tell me").select_option(label="At once")
    page.get_by_role("button", name="Save the search").click()
    expect(page.get_by_text("The search is saved.")).to_be_visible()
    expect(page.get_by_role("link", name="fuel skiff", exact=True)).to_be_visible()
    page.get_by_label("Name").fill("Fuel at sea, in all seasons")
    page.get_by_role("button", name="Change").click()
    page.get_by_role("button", name="Empty the history").click()
    expect(page.get_by_text("Your search history is empty.")).to_be_visible()
    expect(page.get_by_role("link", name="fuel skiff", exact=True)).to_have_count(0)

    new = shared(harbour.owner, "Another skiff with fuel", 6)
    shared(harbour.owner, "Another matter", 6)
    make_item(owner=harbour.owner, title="Another skiff with fuel, for nobody else")
    drain(current_instant())
    drain(current_instant())
    page.get_by_role("link", name="Notices").click()
    expect(page.get_by_role("main")).to_contain_text(new.reference)
    expect(page.get_by_role("main").get_by_text("Newly found by a saved search")).to_have_count(1)
    page.goto("/search/saved/")
    page.get_by_role("link", name="Fuel at sea, in all seasons").click()
    results(page, 3)


def test_nothing_needs_javascript(harbour: Harbour, site_of: Any) -> None:
    page = site_of(harbour.officer, java_script_enabled=False, viewport=NARROW)
    page.locator("#header-q").fill("fuel skifs")
    page.locator("#header-q").press("Enter")
    page.wait_for_url("**/search/?*")
    expect(page.get_by_text("Did you mean")).to_be_visible()
    page.get_by_role("link", name="fuel skiffs", exact=True).click()
    results(page, 2)
    page.locator(".ic-filters__toggle").click()
    page.get_by_role("link", name="Spanish-border").click()
    results(page, 1)
    page.get_by_role("link", name="Fuel skiffs off the cape", exact=True).click()
    page.get_by_role("link", name="Look for items like this").click()
    expect(page.get_by_role("heading", name="More like this", level=1)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Fuel skiffs at the quay")
    expect(page.get_by_role("main")).not_to_contain_text("nobody else")
