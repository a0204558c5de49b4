"""The engine in the database itself: one statement per search, over one index of words and audience."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from cms.core.prepared import prepared_cursor
from search.engines.base import FACETS, OWN_FACET, Access, EngineQuery, EngineResult, FacetCount
from search.engines.cursors import read_cursor, write_cursor
from search.engines.pacing import evenly
from search.engines.postgres_facets import conditions, filter_parameters, narrowed
from search.engines.postgres_questions import any_of, question, ranks, whole_question
from search.engines.postgres_ranks import CANDIDATES
from search.engines.postgres_sql import Shape, statement
from search.highlights import FoundEntry, highlight_parameters, hits
from search.vectors import quoted

# a page after a cursor may lie somewhat farther on than when the cursor was given
_SLACK = 100
_ORDERS = {"relevance": "rank", "date": "date", "country": "country"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the statement's answer; which columns are set depends on the kind."""

    kind: str
    number: int
    id: int | None
    name: str | None
    value: str | None
    language: int | None
    summary: str | None
    body: str | None
    matches: str | None
    key: str | None


@dataclass(frozen=True, slots=True)
class OrderedResult:
    """The exact number of visible items found; the ids of the first of them in order, each with what it is ordered by,
    as a cursor keeps it; the facets."""

    total: int
    found: Sequence[tuple[int, list[Any]]]
    facets: Mapping[str, tuple[FacetCount, ...]]


class PostgresEngine:
    """Searches `SearchEntry` in PostgreSQL. Ranks use the query and the item's own words alone: no statistics."""

    def __init__(self, using: str = DEFAULT_DB_ALIAS) -> None:
        self.using = using

    def search(self, asked: EngineQuery, access: Access) -> EngineResult:
        """Return what the viewer may see of what is looked for, in one statement; in two while tokens of some items
        are of another instant and the worker has not written them anew."""
        return evenly(lambda: self._result(self._visible_rows(asked, access), asked))

    def search_ordered(self, asked: EngineQuery, access: Access) -> OrderedResult:
        """Return the same, each item with what it is ordered by and nothing to show of it: to be joined with others."""
        rows = self._visible_rows(asked, access)
        hits = sorted((row for row in rows if row.kind == "hit"), key=lambda row: row.number)
        return OrderedResult(
            total=next(row.number for row in rows if row.kind == "total"),
            found=[(row.id or 0, json.loads(row.key or "[]")) for row in hits],
            facets=_facets(rows) if asked.facets else {},
        )

    def _visible_rows(self, asked: EngineQuery, access: Access) -> list[Row]:
        rows = self._rows(asked, access, ())
        if any(row.kind == "due" for row in rows) and access.judged_ids:
            rows = self._rows(asked, access, access.judged_ids)
        return rows

    def search_unfiltered(self, asked: EngineQuery) -> EngineResult:
        """Return the same over all entries, hidden ones too: for the benchmark alone, which measures the difference."""
        return self._result(self._rows(asked, None, ()), asked)

    def _rows(self, asked: EngineQuery, access: Access | None, judged_ids: Sequence[int]) -> list[Row]:
        order = order_of(asked)
        after = read_cursor(asked.after, order) if asked.after else None
        end = asked.offset + asked.limit if after is None else after.place + asked.limit + _SLACK
        shape = Shape(
            asks=bool(asked.query.clauses),
            marks=bool(asked.query.wanted),
            order=order,
            any_word=asked.any_word,
            deep=end > CANDIDATES,
            after=after is not None,
            filters=tuple(conditions(asked.filters)),
            narrowed=tuple(narrowed(asked.filters)),
            facets=asked.facets,
            judged=bool(judged_ids),
            filtered_by_audience=access is not None,
        )
        parameters = {
            **_question_parameters(asked, order),
            **filter_parameters(asked.filters),
            **(_access_parameters(access) if access else {}),
            **(after.parameters() if after else {}),
            "judged": list(judged_ids),
            "start": 0 if after else asked.offset,
            "end": end,
            "limit": asked.limit,
        }
        with prepared_cursor(self.using) as cursor:
            cursor.execute(statement(shape), parameters)
            return [Row(*row) for row in cursor.fetchall()]

    def _result(self, rows: list[Row], asked: EngineQuery) -> EngineResult:
        total = next(row.number for row in rows if row.kind == "total")
        found = sorted((row for row in rows if row.kind == "hit"), key=lambda row: row.number)
        entries = [
            FoundEntry(row.id or 0, row.language or 0, row.summary or "", row.body or "", row.matches) for row in found
        ]
        return EngineResult(
            total=total,
            hits=hits(entries, asked, self.using),
            facets=_facets(rows) if asked.facets else {},
            next=_next(found, asked, total),
        )


def order_of(asked: EngineQuery) -> str:
    """Return the order of a cursor to the question: rank, date or country."""
    return _ORDERS[asked.sort] if asked.by_rank or asked.sort != "relevance" else "date"


def _next(found: Sequence[Row], asked: EngineQuery, total: int) -> str:
    """Return the cursor after the last hit; empty where all are shown."""
    order = order_of(asked)
    before = read_cursor(asked.after, order).place if asked.after else asked.offset
    place = before + len(found)
    if not found or (place >= total and not asked.after) or len(found) < asked.limit:
        return ""
    return write_cursor(order, place, found[-1].key or "")


def _facets(rows: Sequence[Row]) -> dict[str, tuple[FacetCount, ...]]:
    counts: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for row in rows:
        if row.kind == "facet" and row.value:
            name, value = row.name or "", row.value
            if name == "own":
                own, _sign, value = value.partition("=")
                name = OWN_FACET + own
            counts.setdefault(name, {})[value] = row.number
    for month, count in counts["month"].items():
        counts["year"][month[:4]] = counts["year"].get(month[:4], 0) + count
    counts["month"] = {f"{month[:4]}-{month[4:]}": count for month, count in counts["month"].items()}
    return {name: _ordered(name, found) for name, found in counts.items()}


def _ordered(name: str, counts: dict[str, int]) -> tuple[FacetCount, ...]:
    if name in {"year", "month"}:
        return tuple(FacetCount(value, counts[value]) for value in sorted(counts, reverse=True))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(FacetCount(value, count) for value, count in ordered)


def audience_question(tokens: Iterable[str]) -> str:
    """Return the question that an item's audience meets where one of the tokens is in it."""
    return any_of([quoted(token) for token in sorted(tokens, key=_breadth)])


def _access_parameters(access: Access) -> dict[str, Any]:
    return {"tokens": audience_question(access.tokens), "at": access.at}


def _breadth(token: str) -> tuple[int, str]:
    """Order tokens by how many items usually carry them, so that a match is found at the first of them."""
    _element, _colon, name = token.partition(":")
    return ("noxsguq".find(name[:1]) if name else -1, token)


def _question_parameters(asked: EngineQuery, order: str) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    if asked.query.clauses:
        parameters |= {"asked": question(asked), "whole": whole_question(asked)}
    if asked.query.wanted:
        parameters |= highlight_parameters(asked.query)
    return parameters | (asdict(ranks(asked)) if order == "rank" else {})
