"""Figures and attachments in Chromium: chosen, refused with a reason, saved, published, seen and kept."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.users.models import User
from tests.browser.signing_in import give_second_factor, sign_in_by_hand
from tests.chromium import OpenPage
from tests.documents.corpus import docx, pdf, picture
from tests.factories import make_membership, make_organisation, make_participant, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part, each with the secret of an authenticator app."""

    author: tuple[User, str]
    approver: tuple[User, str]


@pytest.fixture
def cast(transactional_db) -> Cast:
    border = make_organisation(parent=make_participant("es", country="ES"), key="es-border")
    return Cast(_person("Ana Example", border, Role.AUTHOR), _person("Carlos Ejemplo", border, Role.APPROVER))


def _person(name: str, organisation: Organisation, role: str) -> tuple[User, str]:
    user = make_user(name)
    make_membership(user, organisation, role)
    return user, give_second_factor(user)


def _come_in(open_page: OpenPage, who: tuple[User, str]) -> Page:
    page = open_page(viewport={"width": 1280, "height": 900})
    sign_in_by_hand(page, *who)
    return page


def _add(page: Page, block: str, *, fields: int) -> None:
    """Add a block, after which there are so many fields for files."""
    page.locator("button.c-sf-add-button").last.click()
    page.get_by_role("option", name=block).click()
    expect(page.locator(".ic-upload")).to_have_count(fields)


def _write(page: Page, folder: Path) -> None:
    """Write a bulletin with a figure and attachments, of which one is refused."""
    page.goto("/cms/bulletins/new/")
    page.locator("[name=title]").fill("Boats with a sketch")
    page.locator("[name=summary]").fill("Two boats were seen.")
    page.locator("[data-contentpath=body] [contenteditable=true]").first.fill("Invented text.")
    _add(page, "Figure", fields=1)
    page.locator(".ic-upload__input").last.set_input_files(folder / "sketch.png")
    expect(page.locator(".ic-upload__name")).to_have_text("sketch.png")
    page.locator("input[name$='-value-alt']").fill("Red on the left, blue on the right")
    _add(page, "Attachments", fields=2)
    page.locator(".ic-upload__input").last.set_input_files([folder / "report.pdf", folder / "macro.docx"])
    expect(page.locator(".ic-upload").last).to_contain_text("“macro.docx”: it holds macros")
    expect(page.locator(".ic-upload__name").last).to_have_text("report.pdf")
    expect(page.locator("[name=title]")).to_have_value("Boats with a sketch")
    page.locator("[name=copies_allowed]").check(force=True)
    page.get_by_role("button", name="Save and go on to submit").click()
    page.get_by_role("button", name="Submit for approval").click()
    page.wait_for_url("**/cms/")


def test_a_figure_and_an_attachment_from_the_editor_to_the_reader(cast, open_page, tmp_path):
    (tmp_path / "sketch.png").write_bytes(picture("PNG", (800, 400)))
    (tmp_path / "report.pdf").write_bytes(pdf("Boats at dawn"))
    (tmp_path / "macro.docx").write_bytes(docx(word__vbaProject_dot_bin=b"x"))
    _write(_come_in(open_page, cast.author), tmp_path)
    page = _come_in(open_page, cast.approver)
    page.goto("/cms/")
    page.get_by_role("link", name="Boats with a sketch").first.click()
    page.get_by_role("button", name="Approve and publish").click()
    page.wait_for_url("**/cms/")
    page.get_by_role("link", name="Look at it").first.click()
    page.get_by_role("link", name="As readers see it").click()
    figure = page.get_by_role("img", name="Red on the left, blue on the right")
    expect(figure).to_be_visible()
    assert figure.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 800
    with page.expect_download() as download:
        page.get_by_role("link", name="report.pdf").click()
    assert download.value.suggested_filename == "report.pdf"
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
