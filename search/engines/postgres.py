"""The engine in the database itself: one statement per search, over one index of words and audience."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.utils.safestring import SafeString

from cms.core.prepared import prepared_cursor
from search.engines.base import Access, EngineHit, EngineQuery, EngineResult, FacetCount, Filters
from search.engines.postgres_sql import FACET_COLUMNS, FILTERS, Shape, statement
from search.languages import configurations
from search.snippets import READ_CHARACTERS, Matches, beginning, snippet
from search.syntax import Unit

# weights of body (twice: the third is not used), summary, title; items whose title has it all come first anyway
_WEIGHTS = [0.4, 0.4, 0.6, 1.0]
# seconds that an empty answer takes: one about a word that only hidden items have must not take longer than one about
# a word that none has
EMPTY_TAKES = 0.004


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the statement's answer; which columns are set depends on the kind."""

    kind: str
    place: int
    id: int | None
    name: str | None
    value: str | None
    summary: str | None
    body: str | None
    matches: str | None


class PostgresEngine:
    """Searches `SearchEntry` in PostgreSQL. Ranks use the query and the item's own words alone: no statistics."""

    def __init__(self, using: str = DEFAULT_DB_ALIAS) -> None:
        self.using = using

    def search(self, asked: EngineQuery, access: Access) -> EngineResult:
        """Return what the viewer may see of what is looked for, in one statement; in two while tokens of some items
        are of another instant and the worker has not written them anew."""
        started = monotonic()
        rows = self._rows(asked, access, ())
        if any(row.kind == "due" for row in rows) and access.judged_ids:
            rows = self._rows(asked, access, access.judged_ids)
        result = _result(rows, asked)
        if not result.total:
            # passing over hidden items that have a word takes time, about half a millisecond for a thousand
            sleep(max(0.0, started + EMPTY_TAKES - monotonic()))
        return result

    def search_unfiltered(self, asked: EngineQuery) -> EngineResult:
        """Return the same over all entries, hidden ones too: for the benchmark alone, which measures the difference."""
        return _result(self._rows(asked, None, ()), asked)

    def _rows(self, asked: EngineQuery, access: Access | None, judged_ids: Sequence[int]) -> list[Row]:
        wanted = [clause.units[0] for clause in asked.query.wanted]
        excluded = [clause.units[0] for clause in asked.query.excluded]
        filters = dict(_filters(asked.filters))
        shape = Shape(
            wanted=tuple(bool(unit.reference) for unit in wanted),
            excluded=tuple(bool(unit.reference) for unit in excluded),
            filters=tuple(filters),
            by_rank=asked.by_rank,
            facets=asked.facets,
            judged=bool(judged_ids),
            filtered_by_audience=access is not None,
        )
        parameters = {
            **filters,
            **_unit_parameters("wanted", wanted),
            **_unit_parameters("excluded", excluded),
            **(_access_parameters(access) if access else {}),
            "judged": list(judged_ids),
            "configurations": list(configurations(self.using)),
            "weights": _WEIGHTS,
            "start": asked.offset,
            "end": asked.offset + asked.limit,
            "limit": asked.limit,
            "read": READ_CHARACTERS,
        }
        with prepared_cursor(self.using) as cursor:
            cursor.execute(statement(shape), parameters)
            return [Row(*row) for row in cursor.fetchall()]


def _result(rows: list[Row], asked: EngineQuery) -> EngineResult:
    total = next(row.place for row in rows if row.kind == "total")
    hits = sorted((row for row in rows if row.kind == "hit"), key=lambda row: row.place)
    facets: dict[str, list[FacetCount]] = {name: [] for name in FACET_COLUMNS} if asked.facets else {}
    counted = sorted((row for row in rows if row.kind == "facet"), key=lambda row: (-row.place, row.value or ""))
    for row in counted:
        facets[row.name or ""].append(FacetCount(row.value or "", row.place))
    return EngineResult(
        total=total,
        hits=tuple(EngineHit(row.id or 0, _snippet(row)) for row in hits),
        facets={name: tuple(counts) for name, counts in facets.items()},
    )


def _snippet(row: Row) -> SafeString:
    if row.matches is None:
        return beginning(row.summary or "")
    found = json.loads(row.matches)
    positions = found["positions"] or {}
    return snippet(
        row.summary or "", row.body or "", Matches(found["units"], positions, positions.get(found["mark"], ()))
    )


def _access_parameters(access: Access) -> dict[str, Any]:
    widest_first = sorted(access.tokens, key=_breadth)
    return {"tokens": any_of([quoted(token) for token in widest_first]), "at": access.at}


def _breadth(token: str) -> tuple[int, str]:
    """Order tokens by how many items usually carry them, so that a match is found at the first of them."""
    _element, _colon, name = token.partition(":")
    return ("noxsguq".find(name[:1]) if name else -1, token)


def any_of(terms: Sequence[str]) -> str:
    """Return the terms of a tsquery joined by "or", the first ones reached first, nested evenly: PostgreSQL walks a
    plain row of them from the far end, at each item."""
    if len(terms) == 1:
        return terms[0]
    half = (len(terms) + 1) // 2
    return f"({any_of(terms[:half])} | {any_of(terms[half:])})"


def quoted(lexeme: str) -> str:
    """Return the lexeme as it stands in PostgreSQL's notation of tsquery and tsvector, whatever characters it has."""
    inside = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{inside}'"


def _unit_parameters(name: str, units: Iterable[Unit]) -> dict[str, str]:
    texts = {f"{name}{number}": unit.text for number, unit in enumerate(units)}
    references = {f"{name}{number}_reference": quoted(f"#{unit.reference}") for number, unit in enumerate(units)}
    return texts | references


def _filters(filters: Filters) -> Iterator[tuple[str, Any]]:
    """Yield the filters that are set, by the name of their condition."""
    for name in FILTERS:
        value = getattr(filters, name)
        if value:
            yield name, value[0] if isinstance(value, tuple) else value
