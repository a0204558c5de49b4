"""Many questions of many people about a few items, answered in few statements: for saved searches, of which thousands
are asked about each publication. A question means what it means to the engine, and each is asked for one person."""
# ruff: noqa: S608 - put together from this module's own text alone

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from cms.core.prepared import prepared_cursor
from search.engines.base import EngineQuery
from search.engines.postgres import audience_question
from search.engines.postgres_facets import conditions, filter_parameters, narrowed
from search.engines.postgres_questions import question
from search.engines.postgres_sql import OF_THE_INSTANT

# questions of one statement
_BATCH = 1000
_INSTANTS = {"published_from", "published_before"}
_NUMBERS = {"only", "without"}
# Texts are taken out of where long ones are kept once, not at each question. What a viewer may see of the items is
# asked once for all of the viewer's questions.
_STATEMENT = f"""
WITH items AS MATERIALIZED (
    SELECT e.*, e.text || ''::tsvector AS whole_text
      FROM search_searchentry e WHERE e.sharing_id = ANY (%(items)s::bigint[])
), viewers AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(viewers)s::json)
        AS v (viewer bigint, tokens tsquery, among bigint[], judged bigint[])
), seen AS MATERIALIZED (
    SELECT v.viewer, e.sharing_id FROM viewers v JOIN items e ON e.sharing_id = ANY (v.among)
     WHERE e.sharing_id = ANY (v.judged) OR (e.audience @@ v.tokens AND {OF_THE_INSTANT})
), questions AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(questions)s::json) AS q (number int, viewer bigint, asked tsquery{{columns}})
)
SELECT q.number, e.sharing_id
  FROM questions q JOIN seen s ON s.viewer = q.viewer JOIN items e ON e.sharing_id = s.sharing_id
 WHERE {{conditions}}
"""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who asks: the tokens of the instant, the items (sharing rows) that the questions are about, and those of
    them that are the viewer's to see by their facts, whatever their stored tokens say."""

    tokens: frozenset[str]
    among: Sequence[int]
    judged: Sequence[int] = ()


def items_found(
    viewers: Mapping[int, Viewer],
    asked: Sequence[tuple[int, EngineQuery]],
    at: datetime,
    using: str = DEFAULT_DB_ALIAS,
) -> Iterator[tuple[int, int]]:
    """Yield, for each question (the number of its viewer, and what is asked), its place in the sequence with each item
    that it finds: what the engine finds for this viewer at the instant, of the viewer's items. Order, page and facets
    of the questions play no part."""
    by_shape: dict[tuple[str, ...], list[int]] = {}
    for place, (_viewer, query) in enumerate(asked):
        by_shape.setdefault(_shape(query), []).append(place)
    for shape, places in by_shape.items():
        for start in range(0, len(places), _BATCH):
            some = [(place, *asked[place]) for place in places[start : start + _BATCH]]
            yield from _found(shape, some, viewers, at, using)


def _shape(query: EngineQuery) -> tuple[str, ...]:
    """Return the conditions of the question; those that are of one shape are asked together."""
    words = ("e.whole_text @@ q.asked",) if query.query.clauses else ()
    return (*words, *(condition for _facet, condition in conditions(query.filters)), *narrowed(query.filters))


def _found(
    shape: tuple[str, ...],
    asked: Sequence[tuple[int, int, EngineQuery]],
    viewers: Mapping[int, Viewer],
    at: datetime,
    using: str,
) -> list[tuple[int, int]]:
    asking = {number: viewers[number] for _place, number, _query in asked}
    parameters = {
        "items": sorted({item for viewer in asking.values() for item in viewer.among}),
        "viewers": _json(
            {
                "viewer": number,
                "tokens": audience_question(viewer.tokens),
                "among": list(viewer.among),
                "judged": list(viewer.judged),
            }
            for number, viewer in asking.items()
        ),
        "questions": _json(
            {
                "number": place,
                "viewer": number,
                "asked": question(query) or None,
                **filter_parameters(query.filters),
            }
            for place, number, query in asked
        ),
        "at": at,
    }
    with prepared_cursor(using) as cursor:
        cursor.execute(_statement(shape), parameters)
        found: list[tuple[int, int]] = cursor.fetchall()
    return found


def _json(rows: Iterable[Mapping[str, Any]]) -> str:
    return json.dumps(list(rows), default=str)


@lru_cache(maxsize=100)
def _statement(shape: tuple[str, ...]) -> str:
    """Return the statement: each condition asks for the values of its own question in place of a parameter."""
    text = " AND ".join(f"({condition})" for condition in shape) or "true"
    names = dict.fromkeys(re.findall(r"%\((\w+)\)s", text))
    columns = "".join(f', "{name}" {_type(name)}' for name in names)
    return _STATEMENT.format(columns=columns, conditions=re.sub(r"%\((\w+)\)s", r'q."\1"', text))


def _type(name: str) -> str:
    if name in _INSTANTS:
        return "timestamptz"
    if name in _NUMBERS:
        return "bigint[]"
    return "text" if name.endswith("_name") else "text[]"
