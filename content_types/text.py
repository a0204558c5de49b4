"""Plain text out of rich text and stream data."""

import html
import re
from collections.abc import Iterable, Iterator
from typing import Any

_TAG = re.compile(r"<[^>]*>")
_BLANKS = re.compile(r"\s+")


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
            yield from (str(part).strip() for part in value.values() if part)
