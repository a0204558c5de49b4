"""Bodies in HTML become blocks, and no word is lost."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.worlds.markup import TEXT_LENGTH, to_blocks
from content_types.blocks import BodyBlock
from content_types.text import stream_text

BLOCK = BodyBlock(required=False)
_TAGS = re.compile(r"<(/?)(\w+)/?>")


def shape(markup):
    """Return kind and value of each block."""
    return [(block["type"], block["value"]) for block in to_blocks(markup)]


@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        ("", []),
        ("<p>  </p><br>", []),
        ("Plain & simple", [("text", "<p>Plain &amp; simple</p>")]),
        ("<p>One</p><p>Two</p>", [("text", "<p>One</p><p>Two</p>")]),
        ("<p>a <strong>b</strong><em>c</em> d</p>", [("text", "<p>a <b>b</b><i>c</i> d</p>")]),
        ("<p>one<br>two<br></p>", [("text", "<p>one<br/>two</p>")]),
        ("<h3>Head</h3>tail", [("heading", "Head"), ("text", "<p>tail</p>")]),
        ("<ul><li>a</li><li>b</li></ul>", [("list", "<ul><li>a</li><li>b</li></ul>")]),
        (
            "<ol>a<li>b<ul><li>c</ol>d",
            [("list", "<ol><li>a</li><li>b<ul><li>c</li></ul></li></ol>"), ("text", "<p>d</p>")],
        ),
        ("<ul><li><p>a</p><p>b</p></li></ul>", [("list", "<ul><li>a<br/>b</li></ul>")]),
        ("<blockquote>q<cite>s</cite></blockquote>", [("quotation", {"text": "q", "source": "s"})]),
        ("<blockquote><p>a</p><p>b</p></blockquote>", [("quotation", {"text": "a\nb", "source": ""})]),
        ("<blockquote><cite>s</cite></blockquote>", [("quotation", {"text": "s", "source": ""})]),
        ("<div>a<article>b</article></div><x-y>c</x-y>", [("text", "<p>a</p><p>b</p><p>c</p>")]),
        ("fo<span>o</span><a href='https://x.example'>bar</a>", [("text", "<p>foobar</p>")]),
        ("a<script>no</script><style>no</style><!-- no -->b", [("text", "<p>ab</p>")]),
        ("<![CDATA[kept]]> 1 < 2 <a", [("text", "<p>kept 1 &lt; 2 &lt;a</p>")]),
        ("&lt;script&gt;", [("text", "<p>&lt;script&gt;</p>")]),
    ],
)
def test_markup_becomes_blocks(markup, blocks):
    assert shape(markup) == blocks


def test_a_table_has_rows_of_one_length_and_its_headers():
    markup = (
        "<table><caption>C</caption><thead><tr><th>A<th>B</thead><tr><th>1<td>2<td>3<p>4</p></tr><tr><th>x</tr></table>"
    )

    [(kind, table)] = shape(markup)

    assert kind == "table"
    assert table["data"] == [["A", "B", ""], ["1", "2", "3 4"], ["x", "", ""]]
    assert (table["table_header_choice"], table["table_caption"]) == ("both", "C")


def test_words_of_a_table_outside_cells_and_of_a_table_in_a_cell_are_kept():
    [(_kind, table)] = shape("<table>stray<tr><td>a<table><tr><td>b</td><td>c</td></tr></table>d</td></tr></table>")

    assert table["data"] == [["stray"], ["a b c d"]]


def test_what_is_too_long_for_one_block_is_divided():
    paragraph, heading, quotation = "word " * 9000, "head " * 60, "quote " * 1500

    kinds = shape(f"<h1>{heading}</h1><p>{paragraph}</p><blockquote>{quotation}</blockquote>")

    assert [kind for kind, _value in kinds] == ["text"] * 4 + ["quotation"] * 3
    text = stream_text(to_blocks(f"<h1>{heading}</h1><p>{paragraph}</p><blockquote>{quotation}</blockquote>"))
    assert (text.count("word"), text.count("head"), text.count("quote")) == (9000, 60, 1500)


def test_lists_too_deep_become_items_of_the_deepest():
    [(_kind, markup)] = shape("<ul><li>x" * 40)

    assert markup.count("<ul>") == 5
    assert markup.count("<li>") == markup.count("</li>") == 40


def test_equal_bodies_give_equal_identifiers():
    assert to_blocks("<p>a</p><h1>b</h1>") == to_blocks("<p>a</p><h1>b</h1>")


@pytest.mark.parametrize(
    "piece", ["<a ", "<!--", "<b>", "<table><td>", "<ul><li>", "<blockquote>", "&", "<", "</", "<![CDATA[", "<p x='"]
)
def test_a_large_body_of_any_kind_is_read_at_once(piece):
    markup = piece * (200_000 // len(piece))

    assert isinstance(to_blocks(markup + "x"), list)


PIECES = st.one_of(
    st.sampled_from(
        "<p> </p> <b> </b> <em> </i> <h2> </h2> <ul> <ol> <li> </li> </ul> <table> <tr> <td> <th> </td> </table> "
        "<thead> <caption> </caption> <blockquote> </blockquote> <cite> </cite> <br> <div> </div> <span> <x> < > & "
        "&amp; &#0; <!-- --> <a".split()
    ),
    st.from_regex(r"[a-zé]{1,6} ?", fullmatch=True),
    st.just("long " * 4100),
)


class Words(HTMLParser):
    """The words of markup as any reader of HTML finds them."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        self.text.append(data)


def words_of(markup):
    """Return the letters of the text; blanks depend on what is a block and what is not."""
    reader = Words()
    without_comments = re.sub(r"<[!?][^<>]*>", "", re.sub(r"<!--.*?-->", "", markup, flags=re.DOTALL))
    reader.feed(re.sub(r"<(?!/?[a-z][^<>]*>)", "&lt;", without_comments))
    reader.close()
    return sorted(re.sub(r"\s", "", "".join(reader.text)))


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_no_letter_is_lost_and_the_editor_would_accept_every_block(markup):
    blocks = to_blocks(markup)

    assert sorted(re.sub(r"\s", "", stream_text(blocks))) == words_of(markup)
    BLOCK.clean(BLOCK.to_python(blocks))


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_rich_text_holds_known_tags_alone_and_closes_them(markup):
    rich = "".join(value for kind, value in shape(markup) if kind in {"text", "list"})
    open_tags: list[str] = []
    for closing, tag in _TAGS.findall(rich.replace("<br/>", "")):
        assert tag in {"p", "b", "i", "ul", "ol", "li"}
        if closing:
            assert open_tags.pop() == tag
        else:
            open_tags.append(tag)
    assert open_tags == []
    assert re.sub(_TAGS, "", rich).count("<") == 0
    assert all(len(value) <= 3 * TEXT_LENGTH for kind, value in shape(markup) if kind == "text")
