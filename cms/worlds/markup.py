"""From a body in HTML to the blocks of an item's body. No word of the text is lost; what is unknown keeps its words."""

import html
import re
from html.parser import HTMLParser
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from cms.worlds.markup_parts import WITHIN, Line, ListReader, QuotationReader, TableReader, pieces, tidy

Block = dict[str, Any]

HEADING_LENGTH = 200  # characters, as the block has it
TEXT_LENGTH = 18_000  # the block holds 20,000

_INLINE = {"b": "b", "strong": "b", "i": "i", "em": "i"}
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# their text is no text of the item
_HIDDEN = frozenset({"script", "style"})
_DECLARATION = re.compile(r"<[!?][^<>]*>")
_NO_TAG = re.compile(r"<(?!/?[a-zA-Z][^<>]*>)")


def to_blocks(markup: str) -> list[Block]:
    """Return the blocks of a body in HTML, as a stream field stores them; equal bodies give equal blocks."""
    reader = _BodyReader()
    reader.feed(_prepared(markup))
    reader.close()
    return [
        {"type": kind, "value": value, "id": str(uuid5(NAMESPACE_OID, f"{number}:{kind}:{value}"))}
        for number, (kind, value) in enumerate(reader.finished())
    ]


def _prepared(markup: str) -> str:
    """Return the markup without comments and declarations, and with every “<” that opens no tag as a character.

    Python's parser reads from such a “<” to the end of the text, each time: a large body would take hours.
    """
    if "<![CDATA[" in markup:
        markup = markup.replace("<![CDATA[", "").replace("]]>", "")
    kept: list[str] = []
    position = 0
    while (start := markup.find("<!--", position)) >= 0 and (end := markup.find("-->", start + 4)) >= 0:
        kept.append(markup[position:start])
        position = end + 3
    kept.append(markup[position:])
    return _NO_TAG.sub("&lt;", _DECLARATION.sub("", "".join(kept)))


class _BodyReader(HTMLParser):
    """Reads HTML as a stream of tags and words, so that no nesting is too deep; whatever is open decides where words
    go: a heading, a cell of a table, a quotation, an item of a list, or else a paragraph."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[str, Any]] = []
        self.line = Line()
        self.paragraphs: list[str] = []
        self.paragraphs_length = 0
        self.bold = self.italic = self.hidden = 0
        self.heading = False
        self.list = ListReader()
        self.table: TableReader | None = None
        self.tables_open = 0
        self.quotation: QuotationReader | None = None
        self.quotations_open = 0

    # what the parser calls

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self.hidden += 1
        elif tag in _INLINE:
            self._style(_INLINE[tag], 1)
        elif self.table is not None:
            self._start_in_table(self.table, tag)
        elif self.quotation is not None:
            self._start_in_quotation(self.quotation, tag)
        elif tag not in WITHIN:
            self._start_block(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in {"br", "hr", "img", "wbr"}:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag in _INLINE:
            self._style(_INLINE[tag], -1)
        elif self.table is not None:
            self._end_in_table(self.table, tag)
        elif self.quotation is not None:
            self._end_in_quotation(self.quotation, tag)
        elif tag not in WITHIN:
            self._end_block(tag)

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        if self.table is not None:
            self.table.words(data)
        elif self.quotation is not None:
            self.quotation.words(data)
        elif self.list.open:
            self.list.line.words(data, self._styles())
        elif not self.heading and len(data) + self.line.length > TEXT_LENGTH:
            self._long_words(data)
        else:
            self.line.words(data, self._styles())

    # blocks

    def _start_block(self, tag: str) -> None:
        if tag == "br":
            (self.list.line if self.list.open else self.line).line_break()
        elif tag in {"ul", "ol"}:
            self._end_paragraph()
            self.list.start(tag)
        elif self.list.open and tag not in {"table", "blockquote"}:
            self.list.start_inside(tag)
        else:
            self._end_list()
            self._end_paragraph()
            self._open(tag)

    def _open(self, tag: str) -> None:
        if tag in _HEADINGS:
            self.heading = True
        elif tag == "table":
            self._end_texts()
            self.table, self.tables_open = TableReader(), 1
        elif tag == "blockquote":
            self._end_texts()
            self.quotation, self.quotations_open = QuotationReader(), 1

    def _end_block(self, tag: str) -> None:
        if not self.list.open:
            self._end_paragraph()
        elif tag in {"ul", "ol"}:
            self.list.end(tag)
            if not self.list.open:
                self._end_list()
        else:
            self.list.end_inside(tag)

    def _start_in_table(self, table: TableReader, tag: str) -> None:
        if tag == "table":
            self.tables_open += 1
        if self.tables_open == 1:
            table.start(tag)
        elif tag not in WITHIN:
            table.separate()

    def _end_in_table(self, table: TableReader, tag: str) -> None:
        if tag == "table":
            self.tables_open -= 1
        if self.tables_open == 0:
            self._keep_table()
        elif self.tables_open == 1 and tag != "table":
            table.end(tag)
        elif tag not in WITHIN:
            table.separate()

    def _keep_table(self) -> None:
        if self.table is not None and (value := self.table.value()) is not None:
            self.blocks.append(("table", value))
        self.table = None

    def _start_in_quotation(self, quotation: QuotationReader, tag: str) -> None:
        self.quotations_open += tag == "blockquote"
        quotation.start(tag)

    def _end_in_quotation(self, quotation: QuotationReader, tag: str) -> None:
        self.quotations_open -= tag == "blockquote"
        quotation.end(tag)
        if self.quotations_open == 0:
            self._keep_quotation()

    def _keep_quotation(self) -> None:
        if self.quotation is not None:
            self.blocks += [("quotation", value) for value in self.quotation.values()]
        self.quotation = None

    # lines

    def _style(self, style: str, step: int) -> None:
        if style == "b":
            self.bold = max(0, self.bold + step)
        else:
            self.italic = max(0, self.italic + step)

    def _styles(self) -> tuple[str, ...]:
        return (("b",) if self.bold and not self.heading else ()) + (("i",) if self.italic and not self.heading else ())

    def _long_words(self, data: str) -> None:
        """Divide what is too long for one block between words, or within a word that is itself too long."""
        self._end_paragraph()
        for piece in pieces(tidy(data), TEXT_LENGTH):
            self._end_paragraph()
            self.line.words(piece, self._styles())

    def _end_paragraph(self) -> None:
        length, line = self.line.length, self.line.take()
        if self.heading:
            self._end_heading(line)
        elif line:
            self._add_paragraph(line, length)

    def _end_heading(self, line: str) -> None:
        self.heading = False
        text = tidy(html.unescape(line.replace("<br/>", " ")))
        if not text:
            return
        if len(text) <= HEADING_LENGTH:
            self._end_texts()
            self.blocks.append(("heading", text))
            return
        for part in pieces(text, TEXT_LENGTH):
            self._add_paragraph(f"<b>{html.escape(part, quote=False)}</b>", len(part))

    def _add_paragraph(self, line: str, length: int) -> None:
        if self.paragraphs_length + length > TEXT_LENGTH:
            self._end_texts()
        self.paragraphs.append(f"<p>{line}</p>")
        self.paragraphs_length += length

    def _end_list(self) -> None:
        if (markup := self.list.take()) is not None:
            self._end_texts()
            self.blocks.append(("list", markup))

    def _end_texts(self) -> None:
        """Close the block of paragraphs that is open."""
        if self.paragraphs:
            self.blocks.append(("text", "".join(self.paragraphs)))
        self.paragraphs, self.paragraphs_length = [], 0

    def finished(self) -> list[tuple[str, Any]]:
        """Close whatever is open; return the blocks."""
        self._keep_table()
        self._keep_quotation()
        self._end_list()
        self._end_paragraph()
        self._end_texts()
        return self.blocks
