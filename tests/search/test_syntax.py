"""What people type becomes units, and never an exception of another kind than the one that is shown to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.syntax import LONGEST_QUERY, MOST_UNITS, Query, Unit, UnreadableQuery, parse_query


def unit(*words: str, excluded: bool = False) -> Unit:
    return Unit(words, excluded=excluded)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("", ()),
        ("one two", (unit("one"), unit("two"))),
        ('"one two" three', (unit("one", "two"), unit("three"))),
        ("one -two", (unit("one"), unit("two", excluded=True))),
        ('one -"two three"', (unit("one"), unit("two", "three", excluded=True))),
        ("cross-border", (unit("cross", "border"),)),
        ("land/sea l'eau and/or", (unit("land", "sea"), unit("l", "eau"), unit("and", "or"))),
        ("one one ONE", (unit("one"), unit("ONE"))),
        ("one - two", (unit("one"), unit("two"))),
        ("--one", (unit("one", excluded=True),)),
        ("one-", (unit("one"),)),
        ("„one two“ «three»", (unit("one", "two"), unit("three"))),
        ('"" -"" - ""', ()),
        ("& | ! ( ) : *", ()),
        ("one\x00two\x07three", (unit("one"), unit("two"), unit("three"))),
        ("5e3km", (unit("5e3", "km"),)),
        ("ｗｉｄｅ ﬁle", (unit("wide"), unit("file"))),
    ],
)
def test_units(text, units):
    assert parse_query(text) == Query(units)


def test_an_open_quotation_reaches_to_the_end_and_is_told():
    query = parse_query('one "two three')
    assert query.units == (unit("one"), unit("two", "three"))
    assert len(query.notices) == 1


def test_wanted_and_excluded():
    query = parse_query("one -two three")
    assert (query.wanted, query.excluded) == ((unit("one"), unit("three")), (unit("two", excluded=True),))


@pytest.mark.parametrize("text", ["EW-ES-2026-7K3QD", "ew-es-2026-7k3qd", "RE-FRONTEX-2025-00000", "EW-ES-2026-7E3QD"])
def test_references_are_known(text):
    assert [unit.reference for unit in parse_query(text).units] == [text.upper()]


@pytest.mark.parametrize("text", ["EW-ES-2026", "EW-ES-2026-7K3QDD", "EW-ES-2026-7K3QI", "2026-7K3QD"])
def test_what_only_looks_like_a_reference_is_words(text):
    assert [unit.reference for unit in parse_query(text).units] == [""]


@pytest.mark.parametrize("text", ["x" * (LONGEST_QUERY + 1), " ".join(f"w{n}" for n in range(MOST_UNITS + 1))])
def test_too_much_is_told(text):
    with pytest.raises(UnreadableQuery, match=r"at most \d+"):
        parse_query(text)


def test_just_enough_is_read():
    assert len(parse_query(" ".join(f"w{n}" for n in range(MOST_UNITS))).units) == MOST_UNITS
    assert len(parse_query("x" * LONGEST_QUERY).units) == 1
    assert len(parse_query("x" + " " * 5000).units) == 1


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from('"-" \x00')), max_size=LONGEST_QUERY))
def test_no_text_is_an_accident(text):
    try:
        units = parse_query(text).units
    except UnreadableQuery:
        return
    assert all(unit.words and all(word.isalnum() for word in unit.words) for unit in units)
