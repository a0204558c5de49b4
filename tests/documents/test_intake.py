"""What is taken in, what becomes of it, and what is refused with which words."""

import io
import zipfile
from pathlib import Path

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from cms.documents.intake import take_in
from tests.documents import corpus
from tests.documents.corpus import OLE, docx, odt, packed, pdf, picture, relations

EVIL = relations(("image", "http://evil.example/x.png", "External"))
TEMPLATE = relations(("attachedTemplate", "http://evil.example/x.dotm", "External"))
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def taken(tmp_path: Path, name: str, content: bytes, *, images_only: bool = False):
    """Take it in; return what is known about it, and its bytes as they are kept."""
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(content)
    target.mkdir()
    found = take_in(source=source, name=name, target=target, images_only=images_only)
    return found, (target / "file").read_bytes()


def red_at(shown: Image.Image, place: tuple[int, int]) -> int:
    """Return how red a place is, up to 255."""
    return shown.convert("RGB").split()[0].tobytes()[place[1] * shown.width + place[0]]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("drawing.svg", SVG, "files of this kind are not taken"),
        ("drawing.png", SVG, "not what the ending of its name says"),
        ("page.txt", SVG, "not what the ending of its name says"),
        ("old.doc", OLE + b"\0" * 600, "files of this kind are not taken"),
        ("old.docx", OLE + b"\0" * 600, "not what the ending of its name says"),
        ("archive.zip", packed({"a.txt": "a"}), "files of this kind are not taken"),
        ("archive.docx", packed({"a.txt": "a"}), "not what the ending of its name says"),
        ("text.odt", docx(), "not what the ending of its name says"),
        ("sheet.ods", odt(), "not what the ending of its name says"),
        ("slides.pptx", docx(), "not what the ending of its name says"),
        ("program.txt", b"MZ\x90\x00\x03" + b"\0" * 200, "not what the ending of its name says"),
        ("photo.pdf", picture(), "not what the ending of its name says"),
        ("photo.png", picture("JPEG"), "not what the ending of its name says"),
        ("report.txt", pdf(), "not what the ending of its name says"),
        ("macro.docx", docx(word__vbaProject_dot_bin=b"x"), "holds macros"),
        ("macro.docx", docx(main="document.macroEnabled.main+xml"), "holds macros"),
        ("macro.docm", docx(), "files of this kind are not taken"),
        ("macro.odt", odt(Basic__Standard__Module1_dot_xml="Sub Main"), "holds macros"),
        (
            "nested.docx",
            docx(word__media__image_dot_png=packed({"a": "b"})),
            "holds another file (word/media/image.png)",
        ),
        ("object.docx", docx(word__embeddings__a_dot_bin=b"x"), "holds another file (word/embeddings/a.bin)"),
        ("object.docx", docx(word__media__a_dot_emf=OLE), "holds another file"),
        ("remote.docx", docx(word___rels__document_dot_xml_dot_rels=EVIL), "fetches something from elsewhere"),
        ("entities.docx", docx(word___rels__x_dot_rels='<!DOCTYPE a [<!ENTITY b "c">]><a/>'), "cannot be read"),
        ("slip.docx", docx(**{"..__..__x_dot_xml": "x"}), "cannot be read"),
        ("bomb.docx", corpus.bomb(), "unpacks to far more"),
        ("huge.png", corpus.huge_picture(), "too large a picture (20000 × 20000)"),
        ("broken.png", picture("PNG")[:60], "cannot be read"),
        ("broken.pdf", b"%PDF-1.7\nnothing", "cannot be read"),
        ("locked.pdf", pdf(password="secret"), "protected by a password"),
        ("empty.txt", b"", "it is empty"),
        ("noending", b"text", "needs a name with an ending"),
        (".pdf", pdf(), "needs a name with an ending"),
    ],
)
def test_refused_with_the_name_and_what_would_be_right(tmp_path, name, content, told):
    with pytest.raises(ValidationError) as refused:
        taken(tmp_path, name, content)
    (message,) = refused.value.messages
    assert told in message
    assert message.startswith(f"“{name}”: ") or told == "needs a name with an ending"


def test_a_figure_is_a_picture(tmp_path):
    with pytest.raises(ValidationError, match=r"a figure is a picture. Take one of these: png, jpg, webp, gif"):
        taken(tmp_path, "report.pdf", pdf(), images_only=True)


def test_too_large_a_file_is_refused(tmp_path, settings):
    settings.FILE_MAX_MB = 1
    with pytest.raises(ValidationError, match="At most 1 MB are taken"):
        taken(tmp_path, "long.txt", b"a" * 1024 * 1024 + b"b")


def test_a_photograph_loses_place_maker_and_remark_and_stands_upright(tmp_path):
    found, kept = taken(tmp_path, "photo.JPEG", corpus.with_gps())
    assert (found.name, found.media_type, found.width, found.height) == ("photo.JPEG", "image/jpeg", 40, 60)
    for path in ("file", "320", "640", "1280"):
        with Image.open(tmp_path / "target" / path) as shown:
            assert not shown.getexif()
            assert "comment" not in shown.info
            assert red_at(shown, (20, 5)) > 200  # red was on the left, and is above now
    assert b"secret" not in kept.lower()


def test_what_follows_a_picture_is_not_kept(tmp_path):
    _found, kept = taken(tmp_path, "both.png", picture("PNG") + packed({"page.html": "<script>"}))
    assert not zipfile.is_zipfile(io.BytesIO(kept))
    assert b"script" not in kept


def test_a_moving_picture_is_kept_as_its_first_one(tmp_path):
    found, kept = taken(tmp_path, "moving.gif", picture("GIF"))
    assert (found.name, found.media_type) == ("moving.png", "image/png")
    assert kept.startswith(b"\x89PNG")


def test_widths_are_made_for_large_pictures(tmp_path):
    found, _kept = taken(tmp_path, "large.png", picture("PNG", (2000, 1000)))
    assert {name: (w, h) for name, (w, h, _size) in found.renditions.items()} == {
        320: (320, 160),
        640: (640, 320),
        1280: (1280, 640),
    }


def test_a_pdf_file_loses_properties_scripts_launches_and_files_inside(tmp_path):
    _found, kept = taken(tmp_path, "report.pdf", pdf() + packed({"page.html": "x"}))
    assert not zipfile.is_zipfile(io.BytesIO(kept))
    with pikepdf.open(io.BytesIO(kept)) as document:
        told = "".join(str(thing) for thing in document.objects) + str(document.trailer)
        (page,) = document.pages
        links = [note for note in page.obj["/Annots"] if "/A" in note]
        assert [str(link["/A"]["/URI"]) for link in links] == ["https://stays.example/"]
    for word in ("JavaScript", "alert", "Launch", "Ana Example", "EmbeddedFile", "inside.txt", "OpenAction"):
        assert word not in told


def test_a_word_document_loses_its_properties_and_the_places_of_its_pictures(tmp_path):
    content = docx(
        word__media__photo_dot_jpg=corpus.with_gps(),
        word___rels__settings_dot_xml_dot_rels=TEMPLATE,
        word__settings_dot_xml='<w:settings xmlns:w="x"><w:attachedTemplate r:id="r0"/></w:settings>',
    )
    _found, kept = taken(tmp_path, "report.docx", content)
    with zipfile.ZipFile(io.BytesIO(kept)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    whole = b"".join(members.values())
    assert b"Ana Example" not in whole
    assert b"secret" not in whole.lower()
    assert b"evil.example" not in whole
    assert b"attachedTemplate" not in whole
    assert "docProps/custom.xml" not in members
    with Image.open(io.BytesIO(members["word/media/photo.jpg"])) as photo:
        assert not photo.getexif()
        assert red_at(photo, (2, 2)) > 200


def test_an_open_document_loses_its_properties_and_its_small_picture(tmp_path):
    _found, kept = taken(tmp_path, "report.odt", odt())
    with zipfile.ZipFile(io.BytesIO(kept)) as archive:
        assert archive.namelist()[0] == "mimetype"
        assert archive.getinfo("mimetype").compress_type == zipfile.ZIP_STORED
        whole = b"".join(archive.read(name) for name in archive.namelist())
        assert "Thumbnails/thumbnail.png" not in archive.namelist()
    assert b"Ana Example" not in whole
    assert b"thumbnail" not in whole


def test_text_is_kept_in_utf_8_and_pages_without_scripts(tmp_path):
    (tmp_path / "one").mkdir()
    _found, kept = taken(tmp_path / "one", "note.txt", "Zoë\r\n".encode("cp1252"))
    assert kept == "Zoë\r\n".encode()
    page = b'<!DOCTYPE html><html><body onload="a()"><script>b()</script><img src="http://evil.example"><p>Said</p>'
    _found, kept = taken(tmp_path, "page.htm", page)
    assert b"<p>Said</p>" in kept
    assert b"a()" not in kept
    assert b"b()" not in kept
    assert b"evil.example" not in kept
    assert b"script" not in kept
