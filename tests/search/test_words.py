"""Our n-th word is PostgreSQL's n-th position: snippets and phrases depend on it."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from search.words import composed, parted, word_spans, words


def positions(text: str) -> list[list[int]]:
    """Return the positions that PostgreSQL gives to each word of the text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT v.positions FROM unnest(to_tsvector('simple', %s)) v", [text])
        return [list(row[0]) for row in cursor.fetchall()]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "7K3QD 1e5 12e3abc 0x1F 2nd",
        "9e9x é1 Straße ΑΣ",
        "a_b www.example.org/x.html x@y.example",
        "x" * 3000,
        "1e5e6e7",
    ],
)
def test_each_word_has_one_position(text):
    found = words(text)
    assert sorted(place for places in positions(" ".join(found)) for place in places) == list(range(1, len(found) + 1))


@pytest.mark.django_db
def test_any_words_have_one_position_each():
    @settings(max_examples=300, database=None, deadline=None)
    @given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
    def holds(text):
        found = words(composed(text))
        placed = sorted(place for places in positions(" ".join(found)) for place in places)
        assert placed == list(range(1, len(found) + 1))

    holds()


@given(st.text(max_size=200))
def test_spans_are_where_the_words_are(text):
    text = parted(composed(text))
    found = words(text)
    assert [text[left:right] for left, right in word_spans(text, 0, len(found) + 1)] == found
    assert word_spans(text, 2, 4) == word_spans(text, 0, 4)[2:]


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("e\u0301", "é"),
        ("so\u00adft", "soft"),
        ("a\x00b\tc", "a b c"),
        ("a\nb", "a\nb"),
        ("\u202eabc", " abc"),
        ("½", "1⁄2"),
    ],
)
def test_composition(text, result):
    assert composed(text) == result
