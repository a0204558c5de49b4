"""Every body that can be built: the viewer's tokens in its filter, and nothing by which hidden items could tell."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from search.engines.base import Access, EngineQuery, Filters, Match, Sort
from search.engines.elastic.bodies import Keys, Question, bodies, frequencies_body
from search.engines.elastic.definition import FIELDS
from search.queries import parse_search
from search.ranking import ranking_of
from search.syntax import Query, parse_query
from tests.factories import NOW

TOKENS = frozenset({"public", "EW:o17:MA", "EW:n:*"})
QUERIES = [
    "",
    "quay",
    "quay crane",
    '"quay crane" hook',
    "quay OR crane",
    "-quay",
    "smugg* -ferr*",
    "title:quay EW-ES-2026-7K3QD",
    " ".join(f"word{number}" for number in range(30)),
]
FILTERS = [
    Filters(),
    Filters(element=("return",), owner=("harbour-police",), country=("MA", "DZ")),
    Filters(
        type=("bulletin",), marking=("RED",), state=("owner",), level=("high",), language=("de",), attachment=("yes",)
    ),
    Filters(year=("2026",), published_from=datetime(2026, 1, 1, tzinfo=UTC), own=(("kind", ("a", "b")),)),
    Filters(only=(1, 2), without=(3,), published_before=datetime(2027, 1, 1, tzinfo=UTC)),
    Filters(
        without_owner=("harbour-police",),
        without_country=("MA",),
        without_element=("return",),
        without_type=("bulletin",),
    ),
]
MATCHES: list[Match] = ["all", "any"]
SORTS: list[Sort] = ["relevance", "date", "country"]
# what ranks, counts, suggests or tells by all that the index holds, or looks behind the filter
FORBIDDEN = {
    *"post_filter suggest profile explain global knn rescore significant_terms significant_text".split(),
    *"more_like_this fuzzy wildcard regexp query_string simple_query_string common rare_terms script_score".split(),
    *"function_score highlight inner_hits collapse sampler indices_boost min_score stored_fields".split(),
}


def questions() -> Iterator[Question]:
    """Yield a question of every shape."""
    shapes = product(QUERIES, FILTERS, MATCHES, SORTS, [True, False], [(), (7, 8)])
    for text, filters, match, sort, facets, withheld in shapes:
        query: Query = parse_query(text)
        asked = EngineQuery(
            query=query, ranking=ranking_of(query), filters=filters, match=match, sort=sort, facets=facets
        )
        keys = Keys({"return": "2"}, {"harbour-police": "17"})
        yield Question(asked, Access(TOKENS, NOW), withheld, keys, FIELDS, size=21, after=(1, "x") if withheld else ())


def named_bodies(question: Question) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every body that may be sent for the question."""
    yield from bodies(question).items()
    if question.asked.by_rank and question.asked.any_word:
        yield "frequencies", frequencies_body(question)


ALL = [(name, body, question) for question in questions() for name, body in named_bodies(question)]


def names_in(value: Any) -> Iterator[str]:
    """Yield every name that stands anywhere in a body."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from names_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from names_in(inner)


def aggregations_in(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every aggregation of a body, those inside others too."""
    for aggregation in body.get("aggs", {}).values():
        yield aggregation
        yield from aggregations_in(aggregation)


def test_there_are_many() -> None:
    assert len(ALL) > 1000
    assert {name for name, _body, _question in ALL} > {"", "element", "owner", "time", "field.kind", "frequencies"}


def test_the_tokens_stand_in_the_filter_of_each() -> None:
    for _name, body, _question in ALL:
        assert list(body["query"]) == ["bool"]
        assert {"terms": {"audience": sorted(TOKENS)}} in body["query"]["bool"]["filter"]


def test_what_is_of_another_instant_is_left_out_of_each() -> None:
    at = int(NOW.timestamp() * 1_000_000)
    for _name, body, _question in ALL:
        left_out = body["query"]["bool"]["must_not"]
        assert {"range": {"next_change": {"lte": at}}} in left_out
        assert {"range": {"audience_since": {"gt": at}}} in left_out


def test_only_what_is_found_is_counted() -> None:
    for _name, body, _question in ALL:
        for aggregation in aggregations_in(body):
            assert set(aggregation) <= {"terms", "filters", "aggs"}


def test_none_has_anything_that_could_tell_of_hidden_items() -> None:
    assert set().union(*(names_in(body) for _name, body, _question in ALL)) & FORBIDDEN == set()


def test_none_has_a_part_that_is_not_known_here() -> None:
    parts = set().union(*(body for _name, body, _question in ALL))
    assert parts <= {*"query size track_total_hits _source version timeout sort track_scores search_after aggs".split()}


def test_what_is_withheld_is_left_out_of_each() -> None:
    for _name, body, question in ALL:
        left_out = [part["ids"]["values"] for part in body["query"]["bool"].get("must_not", []) if "ids" in part]
        assert set(map(str, question.withheld)) <= set().union(*left_out)


def test_totals_are_exact_and_copies_told_by_version() -> None:
    main = [body for name, body, _question in ALL if not name]
    assert all(body["track_total_hits"] is True and body["version"] is True for body in main)


def test_each_is_broken_off_after_a_time() -> None:
    assert {body["timeout"] for _name, body, _question in ALL} == {"900ms"}


@pytest.mark.parametrize("text", ["*", "a*", "**", "*gg*", "/.*/", "?????", "s?ugg*"])
def test_nothing_that_is_typed_becomes_a_pattern(text: str) -> None:
    asked = parse_search({"q": text}).engine_query()
    question = Question(asked, Access(TOKENS, NOW), (), Keys({}, {}), FIELDS, size=1)
    assert "prefix" not in set(names_in(bodies(question)))
