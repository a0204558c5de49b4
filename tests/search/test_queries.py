"""Parameters are read with every error named, and never raise anything else."""

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from search.queries import InvalidSearch, SearchRequest, parse_search
from search.syntax import units

NAMES = ["q", "element", "country", "owner", "type", "state", "from", "to", "sort", "page", "size", "facets"]


def errors(**parameters):
    """Return the errors that the parameters cause."""
    with pytest.raises(InvalidSearch) as caught:
        parse_search(parameters)
    return caught.value.errors


def test_nothing_asks_for_the_first_page_of_everything():
    assert parse_search({}) == SearchRequest()
    assert parse_search(dict.fromkeys(NAMES, "")) == SearchRequest()


def test_everything_is_read():
    request = parse_search(
        QueryDict(
            "q=a&element=return&country=ma&owner=es&type=bulletin&state=public&from=2026-01-02&to=2026-03-04"
            "&sort=date&page=3&size=50&facets=0&other=1"
        )
    )
    asked = request.engine_query()
    assert (asked.offset, asked.limit, asked.sort, asked.facets) == (100, 50, "date", False)
    assert asked.filters.country == ("MA",)
    assert asked.filters.published_from == datetime(2026, 1, 2, tzinfo=UTC)
    assert asked.filters.published_before == datetime(2026, 3, 5, tzinfo=UTC)
    assert [unit.text for unit in units(asked.query)] == ["a"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("page", "0"),
        ("page", "-1"),
        ("page", "one"),
        ("page", "1.5"),
        ("page", "٣"),
        ("page", "9" * 20),
        ("page", "\x00"),
        ("size", "0"),
        ("size", "101"),
        ("size", "many"),
        ("from", "2026-13-01"),
        ("from", "yesterday"),
        ("to", "31.12.2026"),
        ("to", "2026-02-30"),
        ("sort", "title"),
        ("facets", "yes"),
        ("q", "x" * 501),
        ("q", "a " + " ".join(str(n) for n in range(40))),
    ],
)
def test_an_error_stands_at_its_parameter(name, value):
    found = errors(**{name: value})
    assert list(found) == [name]
    assert found[name].endswith(".")


def test_all_errors_are_told_at_once():
    assert sorted(errors(page="0", size="x", **{"from": "?"})) == ["from", "page", "size"]


def test_days_in_the_wrong_order():
    assert list(errors(**{"from": "2026-02-01", "to": "2026-01-01"})) == ["to"]


def test_a_far_page_is_no_error():
    assert parse_search({"page": "1000000000", "size": "100"}).engine_query().offset == 99_999_999_900


def test_the_last_day_there_is():
    request = parse_search({"to": "9999-12-31", "from": "0001-01-01"})
    assert request.last_day == date.max
    assert request.engine_query().filters.published_before is None


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=40)))
def test_no_parameters_are_an_accident(parameters):
    wrong = set()
    try:
        parse_search(parameters).engine_query()
    except InvalidSearch as invalid:
        wrong = set(invalid.errors)
    assert wrong <= set(parameters)
