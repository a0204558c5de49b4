"""The piece of text that a hit shows."""

import pytest

from search.snippets import SNIPPET_WORDS, Matches, beginning, snippet


def matches(*units, positions, ends=(3, 6, 1000)):
    """Return matches in a text whose title has 2 words and whose summary has 2."""
    return Matches(units, positions, ends)


BODY = " ".join(f"w{number}" for number in range(200))


def test_the_window_begins_before_the_first_match():
    text = snippet("Two words", BODY, matches(["w50"], positions={"w50": [57]}))
    assert text.startswith("… w42 w43")
    assert "<mark>w50</mark>" in text
    assert text.endswith(" …")
    assert len(text.replace("…", "").split()) == SNIPPET_WORDS


def test_the_window_is_where_most_matches_are():
    text = snippet("Two words", BODY, matches(["a"], positions={"a": [10, 107, 110, 112]}))
    assert text.count("<mark>") == 3
    assert "<mark>w100</mark>" in text


def test_a_match_in_the_summary_shows_the_summary():
    assert snippet("Two words", BODY, matches(["two"], positions={"two": [4]})) == "<mark>Two</mark> words"
    assert snippet("Two words", BODY, matches(["a"], positions={"a": [5, 10]})) == "Two <mark>words</mark>"


def test_a_match_in_the_title_alone_shows_the_summary_unmarked():
    assert snippet("Two words", BODY, matches(["title"], positions={"title": [1]})) == "Two words"


def test_a_match_beyond_what_is_read_shows_the_summary():
    assert snippet("Two words", "short", matches(["far"], positions={"far": [900]})) == "Two words"


def test_of_a_phrase_only_the_whole_is_marked():
    found = matches(["a", "b"], positions={"a": [7, 20], "b": [8, 30]})
    assert snippet("Two words", "a b c", found) == "<mark>a</mark> <mark>b</mark> c"


def test_a_phrase_that_repeats_a_word():
    found = matches(["a", "b", "a"], positions={"a": [7, 9], "b": [8]})
    assert snippet("Two words", "a b a", found) == "<mark>a</mark> <mark>b</mark> <mark>a</mark>"


def test_without_marks_of_the_parts_nothing_is_marked():
    assert snippet("Two words", BODY, Matches([["w1"]], {"w1": [8]}, ())) == "Two words"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("  <b>bold</b>\n\n & so  on ", "&lt;b&gt;bold&lt;/b&gt; · &amp; so on"),
        ("?!", ""),
        ("One. Two!", "One. Two!"),
    ],
)
def test_beginnings(text, shown):
    assert beginning(text) == shown


def test_text_between_matches_keeps_its_signs():
    found = matches(["a"], ["b"], positions={"a": [7], "b": [8]})
    assert snippet("Two words", 'a, "b" & c', found) == "<mark>a</mark>, &quot;<mark>b</mark>&quot; &amp; c"
