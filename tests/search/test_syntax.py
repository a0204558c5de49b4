"""What people type becomes a tree, and never an exception of another kind than the one that is shown to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.syntax import (
    LONGEST_QUERY,
    MOST_UNITS,
    Clause,
    FieldValue,
    Query,
    Unit,
    UnreadableQuery,
    loosened,
    parse_query,
    units,
)


def clause(*words, excluded=False, **unit):
    """Return a clause of one unit."""
    return Clause((Unit(words, **unit),), excluded)


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("", ()),
        ("one two", (clause("one"), clause("two"))),
        ('"one two" three', (clause("one", "two"), clause("three"))),
        ("one -two", (clause("one"), clause("two", excluded=True))),
        ("one NOT two", (clause("one"), clause("two", excluded=True))),
        ('one -"two three"', (clause("one"), clause("two", "three", excluded=True))),
        ("one AND two and", (clause("one"), clause("two"), clause("and"))),
        ("one OR two three", (Clause((Unit(("one",)), Unit(("two",)))), clause("three"))),
        ('a OR b OR "c d"', (Clause((Unit(("a",)), Unit(("b",)), Unit(("c", "d")))),)),
        ("one OR one", (clause("one"),)),
        ("one or two", (clause("one"), clause("or"), clause("two"))),
        ('"OR"', (clause("OR"),)),
        ("smugg*", (clause("smugg", prefix=True),)),
        ("-smugg*", (clause("smugg", prefix=True, excluded=True),)),
        (
            "title:visa title:false* x",
            (clause("visa", field="title"), clause("false", prefix=True, field="title"), clause("x")),
        ),
        ('title:"false visas"', (clause("false", "visas", field="title"),)),
        ("-title:visa", (clause("visa", field="title", excluded=True),)),
        ("http://x.example 10:30", (clause("http", "x", "example", joined=True), clause("10", "30", joined=True))),
        ("title: visa", (clause("title"), clause("visa"))),
        ("cross-border", (clause("cross", "border", joined=True),)),
        ("land/sea and/or", (clause("land", "sea", joined=True), clause("and", "or", joined=True))),
        ("one one ONE", (clause("one"), clause("ONE"))),
        ("one - two", (clause("one"), clause("two"))),
        ("--one", (clause("one", excluded=True),)),
        ("one-", (clause("one"),)),
        ("„one two“ «three»", (clause("one", "two"), clause("three"))),
        ('"" -"" - ""', ()),
        ("& | ! ( ) :", ()),
        ("one\x00two\x07three", (clause("one"), clause("two"), clause("three"))),
        ("5e3km", (clause("5e3", "km", joined=True),)),
        ("ｗｉｄｅ ﬁle", (clause("wide"), clause("file"))),
    ],
)
def test_clauses(text, clauses):
    assert parse_query(text) == Query(clauses)


def test_filters_stand_among_the_words():
    query = parse_query('boats owner:es-border country:MA before:2026-03 owner:"Border authority"')
    assert query.clauses == (clause("boats"),)
    assert query.fields == (
        FieldValue("owner", "es-border"),
        FieldValue("country", "MA"),
        FieldValue("before", "2026-03"),
        FieldValue("owner", "Border authority"),
    )
    assert query.notices == ()
    assert parse_query("Owner:es ELEMENT:return type:bulletin").fields == (
        FieldValue("owner", "es"),
        FieldValue("element", "return"),
        FieldValue("type", "bulletin"),
    )
    excluded = parse_query('-owner:es NOT country:"South Sudan" boats')
    assert excluded.clauses == (clause("boats"),)
    assert excluded.fields == (FieldValue("owner", "es", excluded=True), FieldValue("country", "South Sudan", True))
    assert excluded.notices == ()


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ('one "two three', (clause("one"), clause("two", "three"))),
        ("OR one", (clause("one"),)),
        ("one OR", (clause("one"),)),
        ("one NOT", (clause("one"),)),
        ("one OR -two", (clause("one"), clause("two", excluded=True))),
        ("-one OR two", (clause("one", excluded=True), clause("two"))),
        ("sm*", (clause("sm"),)),
        ("*smugg", (clause("smugg"),)),
        ("smu*gg", (clause("smu", "gg"),)),
        ("*", ()),
        ("a.b.c*", (clause("a", "b", "c"),)),
        ("/smugg.*/", (clause("smugg"),)),
        ("/a[bc]d/", (clause("a", "bc", "d", joined=True),)),
        ("onwer:es boats", (clause("es"), clause("boats"))),
        ('-colour:"dark red" boats', (clause("dark", "red", excluded=True), clause("boats"))),
    ],
)
def test_a_mistake_is_explained_and_the_words_are_looked_for(text, clauses):
    query = parse_query(text)
    assert query.clauses == clauses
    assert len(query.notices) == 1
    assert query.notices[0].endswith(".")


def test_words_written_as_one_are_loosened():
    query = parse_query('cross-border "false visas" -land/sea a OR b-c')
    assert loosened(query).clauses == (
        clause("cross"),
        clause("border"),
        clause("false", "visas"),
        clause("land", "sea", excluded=True, joined=True),
        Clause((Unit(("a",)), Unit(("b", "c"), joined=True))),
    )


def test_wanted_and_excluded():
    query = parse_query("one -two three")
    assert (query.wanted, query.excluded) == ((clause("one"), clause("three")), (clause("two", excluded=True),))


@pytest.mark.parametrize("text", ["EW-ES-2026-7K3QD", "ew-es-2026-7k3qd", "RE-FRONTEX-2025-00000", "EW-ES-2026-7E3QD"])
def test_references_are_known(text):
    query = parse_query(text)
    assert [unit.reference for unit in units(query)] == [text.upper()]
    assert query.reference == text.upper()
    assert parse_query(f"-{text}").reference == parse_query(f"{text} x").reference == ""


@pytest.mark.parametrize("text", ["EW-ES-2026", "EW-ES-2026-7K3QDD", "EW-ES-2026-7K3QI", "2026-7K3QD"])
def test_what_only_looks_like_a_reference_is_words(text):
    assert [unit.reference for unit in units(parse_query(text))] == [""]


@pytest.mark.parametrize(
    "text",
    [
        "x" * (LONGEST_QUERY + 1),
        " ".join(f"w{n}" for n in range(MOST_UNITS + 1)),
        " OR ".join(f"w{n}" for n in range(MOST_UNITS + 1)),
        " ".join(f"owner:{n}" for n in range(MOST_UNITS + 1)),
    ],
)
def test_too_much_is_told(text):
    with pytest.raises(UnreadableQuery, match=r"at most \d+"):
        parse_query(text)


def test_just_enough_is_read():
    assert len(parse_query(" ".join(f"w{n}" for n in range(MOST_UNITS))).clauses) == MOST_UNITS
    assert len(parse_query("x" * LONGEST_QUERY).clauses) == 1
    assert len(parse_query("x" + " " * 5000).clauses) == 1


_SIGNS = st.sampled_from(['"', "-", " ", "*", "OR", "NOT", "title:", "owner:", "\x00", "/", "|"])


@given(st.lists(st.one_of(st.text(st.characters(), max_size=5), _SIGNS), max_size=60).map("".join))
def test_no_text_is_an_accident(text):
    try:
        query = parse_query(text)
    except UnreadableQuery:
        return
    assert all(unit.words and all(word.isalnum() for word in unit.words) for unit in units(query))
