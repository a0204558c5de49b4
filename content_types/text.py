"""Plain text out of rich text and stream data."""

import html
import re
from collections.abc import Iterable, Iterator
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe

_TAG = re.compile(r"<[^>]*>")
_BLANKS = re.compile(r"\s+")

# what a body may be made of; everything else keeps its words and loses its tags
_TAGS = set(
    "p h2 h3 ul ol li b strong i em br blockquote footer div table caption thead tbody tr th td"
    " figure figcaption img".split()
)
_ATTRIBUTES = {
    "div": {"class"},
    "table": {"class"},
    "th": {"scope"},
    "img": {"src", "alt", "width", "height"},
}
# pictures are files of the item, each request for which is checked; none comes from elsewhere
_PICTURE = re.compile(r"/f/[0-9a-f-]{36}/[0-9]+/")


def clean_html(markup: str) -> SafeString:
    """Return the markup with nothing but the tags and attributes of a body."""
    cleaned = nh3.clean(str(markup), tags=_TAGS, attributes=_ATTRIBUTES, attribute_filter=_own_pictures)
    return mark_safe(cleaned)  # noqa: S308 - cleaned right here


def _own_pictures(_element: str, attribute: str, value: str) -> str | None:
    return None if attribute == "src" and not _PICTURE.fullmatch(value) else value


def plain(markup: str) -> str:
    """Return the words of a piece of HTML, one blank between them."""
    return _BLANKS.sub(" ", html.unescape(_TAG.sub(" ", markup))).strip()


def stream_text(blocks: Iterable[Any]) -> str:
    """Return the words of a stream's raw data (a list of `{"type", "value"}`), a line per block."""
    return "\n".join(line for block in blocks if (line := " ".join(_words(block["type"], block["value"]))))


def _words(kind: str, value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield plain(value) if kind in {"text", "list"} else value.strip()
    elif isinstance(value, dict):
        if kind == "table":
            yield from (str(cell).strip() for row in value.get("data") or [] for cell in row if cell)
            yield str(value.get("table_caption") or "")
        else:
            # a figure's picture is an identifier, not a word
            yield from (str(part).strip() for name, part in value.items() if part and name != "file")
