"""The engine in the database itself: one statement per search, over one index of words and audience."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from search.engines.base import Access, EngineHit, EngineQuery, EngineResult, FacetCount, Filters
from search.engines.postgres_sql import AUDIENCE, FACET_COLUMNS, FILTERS, statement
from search.languages import configurations
from search.snippets import READ_CHARACTERS, Matches, beginning, snippet
from search.syntax import Unit

# weights of body (twice: the third is not used), summary, title; items whose title has it all come first anyway
_WEIGHTS = [0.4, 0.4, 0.6, 1.0]


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
        """Return what the viewer may see of what is looked for, in one statement."""
        return self.run(asked, [AUDIENCE], _access_parameters(access), access.judged_ids)

    def search_unfiltered(self, asked: EngineQuery) -> EngineResult:
        """Return the same over all entries, hidden ones too: for the benchmark alone, which measures the difference."""
        return self.run(asked, [], {}, ())

    def run(
        self, asked: EngineQuery, conditions: list[str], parameters: dict[str, Any], judged_ids: tuple[int, ...]
    ) -> EngineResult:
        """Run the statement with the conditions that keep hidden items out of it."""
        wanted, excluded = asked.query.wanted, asked.query.excluded
        filters = list(_filters(asked.filters))
        sql = statement(
            wanted=[bool(unit.reference) for unit in wanted],
            excluded=[bool(unit.reference) for unit in excluded],
            access=conditions,
            filters=[FILTERS[name] for name, _value in filters],
            judged=bool(judged_ids),
            by_rank=bool(wanted) and not asked.by_date,
            facets=FACET_COLUMNS if asked.facets else (),
        )
        with connections[self.using].cursor() as cursor:
            cursor.execute(
                sql,
                {
                    **parameters,
                    **dict(filters),
                    **dict(_unit_parameters("wanted", wanted)),
                    **dict(_unit_parameters("excluded", excluded)),
                    "configurations": list(configurations(self.using)),
                    "weights": _WEIGHTS,
                    "judged": list(judged_ids),
                    "start": asked.offset,
                    "end": asked.offset + asked.limit,
                    "limit": asked.limit,
                    "read": READ_CHARACTERS,
                },
            )
            rows = [Row(*row) for row in cursor.fetchall()]
        return _result(rows, asked)


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


def _snippet(row: Row) -> str:
    if row.matches is None:
        return beginning(row.summary or "")
    found = json.loads(row.matches)
    matches = Matches(found["units"], found["positions"] or {}, found["ends"] or ())
    return snippet(row.summary or "", row.body or "", matches)


def _access_parameters(access: Access) -> dict[str, Any]:
    return {"tokens": " | ".join(quoted(token) for token in sorted(access.tokens)), "at": access.at}


def quoted(lexeme: str) -> str:
    """Return the lexeme as it stands in PostgreSQL's notation of tsquery and tsvector, whatever characters it has."""
    inside = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{inside}'"


def _unit_parameters(name: str, units: Iterable[Unit]) -> Iterator[tuple[str, str]]:
    for number, unit in enumerate(units):
        yield f"{name}{number}", unit.text
        if unit.reference:
            yield f"{name}{number}_reference", quoted(f"#{unit.reference}")


def _filters(filters: Filters) -> Iterator[tuple[str, Any]]:
    """Yield the filters that are set, by the name of their condition."""
    for name in FILTERS:
        value = getattr(filters, name)
        if value:
            yield name, value
