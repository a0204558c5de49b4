"""The words of documents, part by part: pages, sheets, slides."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from defusedxml import ElementTree as SafeTree
from defusedxml.common import DefusedXmlException
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from cms.documents.filetypes import FileType
from cms.documents.isolated.refusal import Refused
from cms.documents.isolated.zips import read_members

# characters of one file; what lies beyond is not searched
LONGEST = 2_000_000
PARTS = 2_000
_NUMBER = re.compile(r"(\d+)\.xml$")
_BLANKS = re.compile(r"[ \t\r\f\v\x00]+")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_ODF_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"

Part = tuple[str, str]


def parts(source: Path, kind: FileType) -> list[Part]:
    """Return pairs of a part's number (empty where there is but one) and its words, up to LONGEST characters in all;
    raises Refused where the file cannot be read."""
    found: list[Part] = []
    left = LONGEST
    try:
        for label, text in _READERS[kind.extension](source):
            words = _tidy(text)[:left]
            left -= len(words)
            if words:
                found.append((label, words))
            if left <= 0 or len(found) >= PARTS:
                break
    except (PyPdfError, ElementTree.ParseError, DefusedXmlException, RecursionError, ValueError, KeyError) as error:
        raise Refused("unreadable") from error
    return found


def _tidy(text: str) -> str:
    text = text.encode("utf-8", "ignore").decode("utf-8")
    lines = (_BLANKS.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _pdf(source: Path) -> Iterator[Part]:
    for number, page in enumerate(PdfReader(source).pages, start=1):
        yield str(number), page.extract_text()


def _tree(content: bytes) -> Any:
    return SafeTree.fromstring(content, forbid_dtd=True)


def _paragraphs(tree: Any, paragraph: str, run: str) -> str:
    return "\n".join("".join(piece.text or "" for piece in node.iter(run)) for node in tree.iter(paragraph))


def _docx(source: Path) -> Iterator[Part]:
    members = read_members(source.read_bytes())
    names = [
        name for name in members if re.fullmatch(r"word/(document|footnotes|endnotes|header\d*|footer\d*)\.xml", name)
    ]
    names.sort(key=lambda name: (name != "word/document.xml", name))
    yield "", "\n".join(_paragraphs(_tree(members[name]), f"{_WORD}p", f"{_WORD}t") for name in names)


def _xlsx(source: Path) -> Iterator[Part]:
    members = read_members(source.read_bytes())
    shared: list[str] = []
    if "xl/sharedStrings.xml" in members:
        entries = _tree(members["xl/sharedStrings.xml"]).iter(f"{_SHEET}si")
        shared = ["".join(piece.text or "" for piece in entry.iter(f"{_SHEET}t")) for entry in entries]
    for label, content in _numbered(members, "xl/worksheets/sheet"):
        yield label, "\n".join(" ".join(_cells(row, shared)) for row in _tree(content).iter(f"{_SHEET}row"))


def _cells(row: Any, shared: list[str]) -> Iterator[str]:
    for cell in row.iter(f"{_SHEET}c"):
        value = cell.find(f"{_SHEET}v")
        if cell.get("t") == "s" and value is not None and value.text:
            yield shared[int(value.text)]
        elif cell.get("t") == "inlineStr":
            yield "".join(piece.text or "" for piece in cell.iter(f"{_SHEET}t"))
        elif value is not None and value.text:
            yield value.text


def _pptx(source: Path) -> Iterator[Part]:
    members = read_members(source.read_bytes())
    notes = dict(_numbered(members, "ppt/notesSlides/notesSlide"))
    for label, content in _numbered(members, "ppt/slides/slide"):
        said = [content] + ([notes[label]] if label in notes else [])
        yield label, "\n".join(_paragraphs(_tree(one), f"{_DRAWING}p", f"{_DRAWING}t") for one in said)


def _numbered(members: dict[str, bytes], beginning: str) -> list[tuple[str, bytes]]:
    """Return the members `beginning1.xml`, `beginning2.xml`, … by their numbers."""
    found = [
        (int(number.group(1)), content)
        for name, content in members.items()
        if name.startswith(beginning)
        and (number := _NUMBER.search(name))
        and name == f"{beginning}{number.group(1)}.xml"
    ]
    return [(str(number), content) for number, content in sorted(found, key=lambda pair: pair[0])]


def _odf(source: Path) -> Iterator[Part]:
    tree = _tree(read_members(source.read_bytes())["content.xml"])
    wanted = {f"{_ODF_TEXT}p", f"{_ODF_TEXT}h"}
    yield "", "\n".join("".join(node.itertext()) for node in tree.iter() if node.tag in wanted)


def _plain(source: Path) -> Iterator[Part]:
    yield "", source.read_text(encoding="utf-8")


class _Words(HTMLParser):
    """Collects what is to be read of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        """Take words."""
        self.said.append(data)


def _html(source: Path) -> Iterator[Part]:
    reader = _Words()
    reader.feed(source.read_text(encoding="utf-8").partition("<body>")[2])
    yield "", "\n".join(reader.said)


_READERS = {
    "pdf": _pdf,
    "docx": _docx,
    "xlsx": _xlsx,
    "pptx": _pptx,
    "odt": _odf,
    "ods": _odf,
    "odp": _odf,
    "txt": _plain,
    "csv": _plain,
    "html": _html,
}
