"""Parts of a body while it is read: a line of rich text, a list, a table, a quotation."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

QUOTATION_LENGTH = 4000  # characters, as the blocks have it
SOURCE_LENGTH = 200
LIST_DEPTH = 5
# rows of unequal length are filled up unless that would make so many cells
MOST_CELLS = 50_000

BLANKS = re.compile(r"\s+")
# tags inside a line of text: they do not end it
WITHIN = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q rp rt ruby s samp small span "
    "strike strong sub sup time tt u var wbr img".split()
)


def tidy(text: str) -> str:
    """Return the words of a text with one blank between them."""
    return BLANKS.sub(" ", text).strip()


def pieces(text: str, longest: int) -> Iterator[str]:
    """Yield a text in pieces of at most so many characters, divided between words where there is a blank."""
    while len(text) > longest:
        end = text.rfind(" ", 1, longest + 1)
        end = longest if end <= 0 else end
        yield text[:end]
        text = text[end:].lstrip(" ")
    if text:
        yield text


class Line:
    """A line of rich text: words, bold, italic, line breaks. Tags are always closed."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._blank_last = True
        self.length = 0

    def words(self, data: str, styles: tuple[str, ...]) -> None:
        """Add words in these styles; blanks are one, and none stands at the beginning."""
        text = BLANKS.sub(" ", data)
        if self._blank_last:
            text = text.lstrip(" ")
        if not text:
            return
        self._blank_last = text.endswith(" ")
        self.length += len(text)
        opening = "".join(f"<{style}>" for style in styles)
        closing = "".join(f"</{style}>" for style in reversed(styles))
        self._parts.append(f"{opening}{html.escape(text, quote=False)}{closing}")

    def line_break(self) -> None:
        """Go to the next line, where there is one to leave."""
        if self.length:
            self._parts.append("<br/>")
            self._blank_last = True

    def separate(self) -> None:
        """Part what comes from what was, where nothing does yet."""
        if self._parts and self._parts[-1] != "<br/>":
            self.line_break()

    def take(self) -> str:
        """Return the line (empty where it has no words) and begin a new one."""
        parts, has_words = self._parts, self.length > 0
        while parts and parts[-1] == "<br/>":
            parts.pop()
        self._parts, self.length, self._blank_last = [], 0, True
        return "".join(parts).rstrip() if has_words else ""


@dataclass(slots=True)
class _Level:
    """One list inside another; it and its items are written when their first words come."""

    tag: str
    written: bool = False
    item_open: bool = False


class ListReader:
    """A list, with lists inside it down to a depth; deeper ones become items of the deepest."""

    def __init__(self) -> None:
        self.line = Line()
        self._parts: list[str] = []
        self._levels: list[_Level] = []
        self._too_deep = 0

    @property
    def open(self) -> bool:
        """Whether words go into the list."""
        return bool(self._levels)

    def start(self, tag: str) -> None:
        """Begin a list, inside the present item where there is one."""
        self._flush()
        if len(self._levels) == LIST_DEPTH:
            self._too_deep += 1
            self._end_item()
        else:
            self._levels.append(_Level(tag))

    def end(self, tag: str) -> None:
        """End the innermost list of this kind, with those that were left open inside it."""
        self._flush()
        if self._too_deep:
            self._too_deep -= 1
            self._end_item()
            return
        if any(level.tag == tag for level in self._levels):
            while self._end_level() != tag:
                pass

    def _end_level(self) -> str:
        self._end_item()
        level = self._levels.pop()
        if level.written:
            self._parts.append(f"</{level.tag}>")
        return level.tag

    def start_inside(self, tag: str) -> None:
        """Meet a tag inside the list: an item begins, anything else is a new line of the present one."""
        if tag == "li":
            self._flush()
            self._end_item()
        else:
            self.line.separate()

    def end_inside(self, tag: str) -> None:
        """Meet a closing tag inside the list."""
        self.start_inside(tag)

    def _flush(self) -> None:
        if line := self.line.take():
            self._write_item()
            self._parts.append(line)

    def _write_item(self) -> None:
        """Write the tags of all lists and items around the words that come."""
        for level in self._levels:
            if not level.written:
                self._parts.append(f"<{level.tag}>")
                level.written = True
            if not level.item_open:
                self._parts.append("<li>")
                level.item_open = True

    def _end_item(self) -> None:
        if self._levels and self._levels[-1].item_open:
            self._parts.append("</li>")
            self._levels[-1].item_open = False

    def take(self) -> str | None:
        """Close whatever is open; return the list, or None where it has no words."""
        self._flush()
        while self._levels:
            self._end_level()
        self._too_deep = 0
        parts, self._parts = self._parts, []
        return "".join(parts) or None


@dataclass(slots=True)
class _Cell:
    header: bool
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return tidy("".join(self.parts))


class TableReader:
    """A table of plain cells; what stands inside a cell becomes its words."""

    def __init__(self) -> None:
        self._rows: list[list[_Cell]] = []
        self._row_open = self._cell_open = self._in_head = self._in_caption = False
        self._caption: list[str] = []

    def start(self, tag: str) -> None:
        """Meet an opening tag of the table itself or inside a cell."""
        if tag in {"td", "th"}:
            self._start_cell(header=tag == "th" or self._in_head)
        elif tag == "tr":
            self._row_open = self._cell_open = False
        elif tag in {"thead", "tbody", "tfoot"}:
            self._in_head = tag == "thead"
            self._row_open = self._cell_open = False
        elif tag == "caption":
            self._in_caption = True
        elif tag not in WITHIN:
            self.separate()

    def end(self, tag: str) -> None:
        """Meet a closing tag of the table itself or inside a cell."""
        if tag in {"td", "th"}:
            self._cell_open = False
        elif tag == "caption":
            self._in_caption = False
        else:
            self.start("tbody" if tag == "thead" else tag)

    def separate(self) -> None:
        """Part the words before from those that come."""
        if self._in_caption:
            self._caption.append(" ")
        elif self._cell_open:
            self._rows[-1][-1].parts.append(" ")

    def words(self, data: str) -> None:
        """Add words; where no cell is open one begins."""
        if self._in_caption:
            self._caption.append(data)
        elif self._cell_open or data.strip():
            if not self._cell_open:
                self._start_cell(header=False)
            self._rows[-1][-1].parts.append(data)

    def _start_cell(self, *, header: bool) -> None:
        self._in_caption = False
        if not self._row_open:
            self._rows.append([])
        self._row_open = self._cell_open = True
        self._rows[-1].append(_Cell(header))

    def value(self) -> dict[str, Any] | None:
        """Return the table as its block stores it, or None where it has no words."""
        caption = tidy("".join(self._caption))
        data = [[cell.text for cell in row] for row in self._rows]
        if not any(cell for row in data for cell in row):
            data, self._rows = ([[caption]], [[_Cell(header=False)]]) if caption else ([], [])
        if not data:
            return None
        width = max(map(len, data))
        if width * len(data) <= MOST_CELLS:
            data = [row + [""] * (width - len(row)) for row in data]
        first_row = len(data) > 1 and all(cell.header for cell in self._rows[0])
        first_column = all(row[0].header for row in self._rows[1 if first_row else 0 :])
        choices = {(True, True): "both", (True, False): "row", (False, True): "column", (False, False): "neither"}
        return {
            "data": data,
            "cell": [],
            "first_row_is_table_header": first_row,
            "first_col_is_header": first_column,
            "table_caption": caption,
            "table_header_choice": choices[first_row, first_column],
        }


class QuotationReader:
    """A quotation: its words, a line for each paragraph, and where they come from (`cite` or `footer`)."""

    def __init__(self) -> None:
        self._lines: list[list[str]] = [[]]
        self._source: list[str] = []
        self._in_source = False

    def start(self, tag: str) -> None:
        """Meet an opening tag inside the quotation."""
        if tag in {"cite", "footer"}:
            self._in_source = True
            self._source.append(" ")
        elif tag not in WITHIN:
            self._separate()

    def end(self, tag: str) -> None:
        """Meet a closing tag inside the quotation."""
        if tag in {"cite", "footer"}:
            self._in_source = False
        elif tag not in WITHIN:
            self._separate()

    def _separate(self) -> None:
        if self._in_source:
            self._source.append(" ")
        else:
            self._lines.append([])

    def words(self, data: str) -> None:
        """Add words."""
        (self._source if self._in_source else self._lines[-1]).append(data)

    def values(self) -> list[dict[str, str]]:
        """Return the quotation as its block stores it; several where it is too long for one, none without words."""
        lines = [line for parts in self._lines if (line := tidy("".join(parts)))]
        source = tidy("".join(self._source))
        if len(source) > SOURCE_LENGTH or not lines:
            lines, source = [line for line in (*lines, source) if line], ""
        texts = [piece.strip() for piece in pieces("\n".join(lines), QUOTATION_LENGTH)]
        found = [{"text": text, "source": ""} for text in texts if text]
        if found:
            found[-1]["source"] = source
        return found
