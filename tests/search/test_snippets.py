"""The piece of text that a hit shows, and where it was found."""

import json

import pytest

from search.engines.base import EngineQuery
from search.highlights import FoundEntry, hits
from search.snippets import SNIPPET_WORDS, beginning
from search.syntax import parse_query

BODY = " ".join(f"w{number}" for number in range(200))
ENGLISH = 3


def hit(q, *, summary="Two words", body=BODY, ends=(3, 6, 1000), **places):
    """Return the hit of an entry whose title has 2 words and whose summary has 2; `places` by word."""
    weights = {word: ["A" if at < 3 else "B" if at < 6 else "D" for at in where] for word, where in places.items()}
    stored = {word: [where, weights[word]] for word, where in places.items()} | {f"@{ENGLISH}": [list(ends), []]}
    (found,) = hits([FoundEntry(1, ENGLISH, summary, body, json.dumps(stored))], EngineQuery(query=parse_query(q)))
    return found


def test_the_window_begins_before_the_first_match():
    text = hit("w50", w50=[57]).snippet
    assert text.startswith("… w42 w43")
    assert "<mark>w50</mark>" in text
    assert text.endswith(" …")
    assert len(text.replace("…", "").split()) == SNIPPET_WORDS


def test_the_window_is_where_most_matches_are():
    text = hit("quay", quay=[10, 107, 110, 112]).snippet
    assert text.count("<mark>") == 3
    assert "<mark>w100</mark>" in text


def test_different_words_beat_the_same_one_again():
    text = hit("quay crane", quay=[10, 11, 12, 13, 107], crane=[108]).snippet
    assert "<mark>w100</mark> <mark>w101</mark>" in text


def test_words_that_say_little_are_marked_only_alone():
    assert "<mark>w2</mark>" not in hit("the quay", the=[9], quay=[10]).snippet
    assert "<mark>w2</mark>" in hit("the", the=[9]).snippet


def test_a_match_in_the_summary_shows_the_summary():
    found = hit("two", two=[4])
    assert (found.snippet, found.matched) == ("<mark>Two</mark> words", ("summary",))
    assert hit("quay", quay=[5, 10]).snippet == "Two <mark>words</mark>"


def test_a_match_in_the_title_alone_shows_the_summary_unmarked():
    found = hit("quay", quay=[1])
    assert (found.snippet, found.matched) == ("Two words", ("title",))


def test_a_match_beyond_what_is_read_shows_the_summary():
    assert hit("far", body="short", far=[900]).snippet == "Two words"


def test_of_a_phrase_only_the_whole_is_marked():
    text = hit('"quay crane"', body="a b c", quay=[7, 20], crane=[8, 30]).snippet
    assert text == "<mark>a</mark> <mark>b</mark> c"


def test_a_phrase_that_repeats_a_word():
    text = hit('"quay crane quay"', body="a b a", quay=[7, 9], crane=[8]).snippet
    assert text == "<mark>a</mark> <mark>b</mark> <mark>a</mark>"


def test_the_beginning_of_a_word_is_marked():
    assert hit("smugg*", body="one two", smuggler=[8]).snippet == "one <mark>two</mark>"


def test_without_marks_of_the_parts_nothing_is_marked():
    assert hit("quay", ends=(), quay=[8]).snippet == "Two words"


def test_an_exclusion_marks_nothing():
    assert hit("-quay", quay=[8]).snippet == "Two words"


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
    text = hit("quay crane", body='a, "b" & c', quay=[7], crane=[8]).snippet
    assert text == "<mark>a</mark>, &quot;<mark>b</mark>&quot; &amp; c"
