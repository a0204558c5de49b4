"""The words of attachments, for search."""

import pytest

from cms.core.instants import current_instant
from cms.documents import sandbox
from cms.documents.enums import Scan, TextState
from cms.documents.models import FileText
from cms.documents.selectors import attachment_texts
from cms.notifications.draining import drain
from cms.sharing.signals import items_changed
from tests.documents.corpus import WORDS, docx, odt, pdf, pptx, xlsx
from tests.documents.making import make_file, upload, write
from tests.factories import make_item

pytestmark = pytest.mark.django_db


def attached(house, tmp_path, name, content, *, publish=True):
    """Make an item of which a version shows this upload, its words read."""
    author = house.people["author"]
    file = upload(tmp_path, name, content, actor=author, organisation=house.border)
    sharing = make_item(owner=house.border, author=author, state="network")
    file.sharing, file.organisation = sharing, None
    file.save()
    write(sharing, file, publish=publish)
    drain(current_instant())
    file.refresh_from_db()
    return sharing, file


@pytest.mark.parametrize(
    ("name", "content", "parts"),
    [
        ("a.pdf", pdf("First page", "Second page"), [("1", "First page"), ("2", "Second page")]),
        ("a.docx", docx(), [("", WORDS)]),
        ("a.xlsx", xlsx(), [("1", f"{WORDS} 42 inline"), ("2", "7")]),
        ("a.pptx", pptx(), [("2", f"{WORDS}\nsaid aside"), ("10", "the tenth")]),
        ("a.odt", odt(), [("", WORDS)]),
        ("a.txt", "Zoë\n\n  at   sea ".encode(), [("", "Zoë\nat sea")]),
        ("a.csv", b"a,b\n1,2\n", [("", "a,b\n1,2")]),
        ("a.html", b"<!DOCTYPE html><p>Said <b>aloud</b></p><script>no()</script>", [("", "Said\naloud")]),
    ],
)
def test_words_are_read_part_by_part(house, tmp_path, name, content, parts):
    sharing, file = attached(house, tmp_path, name, content)
    assert file.text_state == TextState.READ
    (found,) = attachment_texts([sharing.pk])[sharing.pk]
    assert (found.uuid, found.name) == (file.uuid, name)
    assert [(part.label, part.text) for part in found.parts] == parts


def test_words_are_those_of_the_live_version_and_of_what_is_given_out(house, tmp_path, django_assert_num_queries):
    sharing, file = attached(house, tmp_path, "a.txt", b"words", publish=False)
    assert attachment_texts([sharing.pk]) == {}
    write(sharing, file, publish=True)
    with django_assert_num_queries(4):
        assert list(attachment_texts([sharing.pk])) == [sharing.pk]
    file.scan = Scan.INFECTED
    file.save()
    assert attachment_texts([sharing.pk]) == {}
    file.scan = Scan.CLEAN
    file.save()
    write(sharing, publish=True)
    assert attachment_texts([sharing.pk]) == {}


def test_pictures_in_the_list_count_as_attachments_and_figures_do_not(house):
    sharing = make_item(owner=house.border, state="network")
    figure, listed = make_file(sharing), make_file(sharing, name="listed.png")
    page = write(sharing, figure, publish=True)
    assert attachment_texts([sharing.pk]) == {}
    page.body = page._meta.get_field("body").to_python([{"type": "attachments", "value": [str(listed.uuid)]}])
    page.save_revision().publish(skip_permission_checks=True)
    (found,) = attachment_texts([sharing.pk])[sharing.pk]
    assert (found.name, found.parts) == ("listed.png", ())


def test_search_is_told_when_words_were_read_of_what_the_live_version_shows(house, tmp_path):
    told: list[list[int]] = []

    def hear(sharing_ids, **_signal):
        told.append(sharing_ids)

    author = house.people["author"]
    file = upload(tmp_path, "a.txt", b"words", actor=author, organisation=house.border)
    sharing = make_item(owner=house.border, author=author, state="network")
    file.sharing, file.organisation = sharing, None
    file.save()
    write(sharing, file, publish=True)
    items_changed.connect(hear)
    try:
        drain(current_instant())
        drain(current_instant())
    finally:
        items_changed.disconnect(hear)
    assert told == [[sharing.pk]]


def test_what_cannot_be_read_is_published_all_the_same_and_its_owner_is_told(house):
    sharing = make_item(owner=house.border, author=house.people["author"], state="network")
    file = make_file(sharing, image=False, content=b"%PDF-1.7 broken beyond reading")
    write(sharing, file, publish=True)
    drain(current_instant())
    file.refresh_from_db()
    assert file.text_state == TextState.FAILED
    assert not FileText.objects.exists()
    desk = house.client("author").get(f"/cms/bulletins/{sharing.uuid}/").content.decode()
    assert "Its text could not be read" in desk
    page = house.client("finn").get(f"/i/{sharing.uuid}/").content.decode()
    assert "report.pdf" in page
    assert "could not be read" not in page


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [("WALL_SECONDS", 0.01, "time"), ("MEMORY_BYTES", 300 * 1024 * 1024, "exit code")],
)
def test_the_process_that_reads_has_limits(tmp_path, monkeypatch, setting, value, told):
    (tmp_path / "file").write_bytes(b"a" * 100 * 1024 * 1024)
    monkeypatch.setattr(sandbox, setting, value)
    with pytest.raises(sandbox.SandboxFailed, match=told):
        sandbox.read(tmp_path / "file", "text/plain")
