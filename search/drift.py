"""Comparing the copies outside the database with what they should be: by item, version and tokens; repairing them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from search.engines.elastic.connection import writer
from search.engines.elastic.state import mapping_changes
from search.external import WATERMARK, ExternalIndex
from search.rebuilding import index_uuid

BATCH = 2_000
_KEEP_ALIVE = "2m"
_EXPECTED = """
SELECT i.sharing_id, i.version, i.pending_since IS NOT NULL,
       CASE WHEN e.sharing_id IS NOT NULL AND NOT e.marking = ANY (%(kept_out)s)
            THEN tsvector_to_array(e.audience) ELSE '{}' END
  FROM search_indexeditem i LEFT JOIN search_searchentry e ON e.sharing_id = i.sharing_id
 WHERE i.sharing_id > %(last)s ORDER BY i.sharing_id LIMIT %(limit)s
"""
_UNNUMBERED = """
SELECT e.sharing_id FROM search_searchentry e
 WHERE NOT EXISTS (SELECT FROM search_indexeditem i WHERE i.sharing_id = e.sharing_id) ORDER BY 1
"""
_UNCHANGED = """
SELECT c.id FROM unnest(%(ids)s::bigint[], %(versions)s::bigint[]) AS c (id, version)
  LEFT JOIN search_indexeditem i ON i.sharing_id = c.id
 WHERE coalesce(i.version, 0) = c.version AND i.pending_since IS NULL ORDER BY 1
"""
# above whatever the index holds, so that it takes the copies
_RAISE = "SELECT setval('search_version', greatest(nextval('search_version'), %s))"
_REPAIR = """
INSERT INTO search_indexeditem AS i (sharing_id, version, pending_since, restrictive, gone_at)
SELECT c.id, nextval('search_version'), clock_timestamp(), true,
       CASE WHEN e.sharing_id IS NULL THEN clock_timestamp() END
  FROM unnest(%s::bigint[]) AS c (id) LEFT JOIN search_searchentry e ON e.sharing_id = c.id ORDER BY c.id
ON CONFLICT (sharing_id) DO UPDATE
   SET version = nextval('search_version'), restrictive = true, gone_at = EXCLUDED.gone_at,
       pending_since = coalesce(i.pending_since, EXCLUDED.pending_since)
"""

Row = tuple[int, int, list[str]]


@dataclass(slots=True)
class Drift:
    """How many copies there should be and are, and what is not as it should be: items (ids of sharing rows) without
    their copy, copies of nothing, of another version, with other tokens; how many are on their way; what is otherwise
    wrong with the index. `highest` is the highest version found in it."""

    expected: int = 0
    found: int = 0
    pending: int = 0
    missing: list[int] = field(default_factory=list)
    stray: list[int] = field(default_factory=list)
    version: list[int] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    highest: int = 0

    @property
    def items(self) -> list[int]:
        """All items that are not as they should be."""
        return sorted({*self.missing, *self.stray, *self.version, *self.tokens})


def compare_copies() -> Drift:
    """Compare every copy in the index that answers. What changes meanwhile is no drift."""
    drift = Drift()
    serving = ExternalIndex.objects.filter(role=ExternalIndex.Role.SERVING).first()
    if serving is None:
        drift.faults.append("there is no external index; rebuild_index builds one")
        return drift
    if index_uuid(settings.ELASTICSEARCH_INDEX) != serving.uuid:
        drift.faults.append(f"{settings.ELASTICSEARCH_INDEX} is not the index that was built; rebuild_index builds one")
        return drift
    drift.faults += [f"made otherwise than needed: {part}" for part in mapping_changes(serving.pk)]
    with connection.cursor() as cursor:
        cursor.execute(_UNNUMBERED)
        drift.missing += [sharing_id for (sharing_id,) in cursor.fetchall()]
    versions = _walk(drift, serving.name)
    _drop_changed(drift, versions)
    return drift


def _walk(drift: Drift, index: str) -> dict[int, int]:
    """Go through both sides side by side, in the order of items; return the versions of those that differ."""
    versions: dict[int, int] = {}
    expected, found = _expected(drift), _found(index)
    right = next(found, None)
    for number, version, pending, tokens in expected:
        while right is not None and right[0] < number:
            drift.stray.append(right[0])
            drift.found, right = drift.found + 1, next(found, None)
        copy = right if right is not None and right[0] == number else None
        if copy is not None:
            drift.found, drift.highest = drift.found + 1, max(drift.highest, copy[1])
            right = next(found, None)
        if not pending:
            versions[number] = version
            _judge(drift, (number, version, tokens), copy)
    while right is not None:
        drift.stray.append(right[0])
        drift.found, right = drift.found + 1, next(found, None)
    return versions


def _judge(drift: Drift, expected: Row, found: Row | None) -> None:
    number, version, tokens = expected
    if found is None:
        drift.missing.append(number)
    elif found[1] != version:
        drift.version.append(number)
    elif sorted(found[2]) != sorted(tokens):
        drift.tokens.append(number)


def _expected(drift: Drift) -> Iterator[tuple[int, int, bool, list[str]]]:
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_EXPECTED, {"kept_out": settings.ELASTICSEARCH_KEPT_OUT, "last": last, "limit": BATCH})
            rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][0]
        for number, version, pending, tokens in rows:
            drift.expected, drift.pending = drift.expected + 1, drift.pending + bool(pending)
            yield number, version, pending, tokens


def _found(index: str) -> Iterator[Row]:
    """Yield number, version and tokens of every copy, in order."""
    server = writer()
    server.indices.refresh(index=index)
    pit = server.open_point_in_time(index=index, keep_alive=_KEEP_ALIVE)["id"]
    try:
        after: list[Any] | None = None
        while True:
            page = server.search(
                pit={"id": pit, "keep_alive": _KEEP_ALIVE},
                size=BATCH,
                query={"bool": {"must_not": {"ids": {"values": [WATERMARK]}}}},
                sort=[{"number": {"order": "asc"}}],
                search_after=after,
                docvalue_fields=[{"field": "audience"}],
                source=False,
                version=True,
                track_total_hits=False,
            )["hits"]["hits"]
            for hit in page:
                yield int(hit["_id"]), hit["_version"], hit.get("fields", {}).get("audience", [])
            if not page:
                return
            after = page[-1]["sort"]
    finally:
        server.close_point_in_time(id=pit)


def _drop_changed(drift: Drift, versions: dict[int, int]) -> None:
    """Leave out what has changed since it was read: both sides were not read in the same moment."""
    suspects = drift.items
    with connection.cursor() as cursor:
        cursor.execute(_UNCHANGED, {"ids": suspects, "versions": [versions.get(number, 0) for number in suspects]})
        same = {number for (number,) in cursor.fetchall()}
    for kind in (drift.missing, drift.stray, drift.version, drift.tokens):
        kind[:] = sorted(same.intersection(kind))


def repair(drift: Drift) -> int:
    """Have every copy that is not as it should be written anew, with a higher version; return how many. Until then the
    database answers for these items."""
    items = drift.items
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_RAISE, [drift.highest])
        cursor.execute(_REPAIR, [items])
    return len(items)
