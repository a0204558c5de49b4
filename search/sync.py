"""Bringing copies outside the database up to date: each with its version, so that an older state never takes the place
of a newer one, and confirmed only when a search outside would see it."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from elasticsearch.helpers import streaming_bulk

from cms.core.instants import current_instant
from cms.notifications import outbox
from search.engines.elastic.connection import FarSideErrors, told, unanswered, writer
from search.engines.elastic.documents import Source, document, language_code, tombstone
from search.external import WATERMARK, ExternalIndex, IndexedItem

logger = logging.getLogger("iconet.search")

SYNC = "search.sync"
BATCH = 500
CHUNK_BYTES = 10_000_000
# so long a late older copy of an item that is gone could still arrive somewhere
KEEPS_TOMBSTONES = timedelta(days=7)
_GOOD, _NOT_FOUND, _CONFLICT = 300, 404, 409
_BUSY = {429, 500, 502, 503, 504}

_COPIES = """
SELECT i.sharing_id, i.version, e.sharing_id IS NOT NULL AND NOT e.marking = ANY (%(kept_out)s) AS copied,
       (SELECT array_agg(x.name) FROM search_externalindex x) AS indexes,
       e.uuid, s.reference, e.type_key, e.language,
       ARRAY[e.title, e.summary, e.body] || ARRAY(SELECT a ->> 2 FROM jsonb_array_elements(e.attachments) a) AS parts,
       e.element_id, e.owner_id,
       e.countries, e.marking, e.state, e.level, e.published_at, tsvector_to_array(e.audience), e.audience_since,
       e.next_change, e.has_attachment, e.own_facets
  FROM search_indexeditem i
  LEFT JOIN search_searchentry e ON e.sharing_id = i.sharing_id
  LEFT JOIN sharing_sharing s ON s.id = i.sharing_id
 WHERE i.sharing_id = ANY (%(ids)s)
 ORDER BY i.sharing_id
"""
_CONFIRM = """
UPDATE search_indexeditem i SET pending_since = NULL, restrictive = false
  FROM unnest(%(ids)s::bigint[], %(versions)s::bigint[]) AS c (id, version)
 WHERE i.sharing_id = c.id AND i.version = c.version AND i.pending_since IS NOT NULL
"""
_MARK = """
UPDATE search_externalindex
   SET confirmed = greatest(confirmed, %(version)s),
       languages = ARRAY(SELECT DISTINCT unnest(languages || %(languages)s::varchar[]) ORDER BY 1)
 WHERE name = ANY (%(indexes)s)
"""
_UNCHANGED = """
SELECT i.sharing_id FROM search_indexeditem i
  JOIN unnest(%(ids)s::bigint[], %(versions)s::bigint[]) AS c (id, version)
    ON i.sharing_id = c.id AND i.version = c.version
"""


class RefusedCopies(Exception):
    """The index does not take the copies of some items; the others are there."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What the copy of an item should be: its version, and the entry, or none where it must not be found outside."""

    sharing_id: int
    version: int
    source: Source | None

    def action(self, index: str) -> dict[str, Any]:
        """Return the line of a bulk request that writes it."""
        return {
            "_index": written_as(index),
            "_id": str(self.sharing_id) if self.sharing_id else WATERMARK,
            "version": self.version,
            "version_type": "external_gte",
            "_source": document(self.source) if self.source else tombstone(self.sharing_id),
        }


@dataclass(slots=True)
class Outcome:
    """What became of copies: taken (or there already), older than what is there, refused for good; whether the far
    side had too much to do, or has no such index."""

    taken: set[int] = field(default_factory=set)
    ahead: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    busy: bool = False
    missing: bool = False

    def add(self, other: "Outcome") -> None:
        """Take over what another one tells."""
        self.taken |= other.taken
        self.ahead |= other.ahead
        self.refused |= other.refused
        self.busy, self.missing = self.busy or other.busy, self.missing or other.missing

    def note(self, answer: Mapping[str, Any]) -> None:
        """Take note of what became of one copy, from the line of the answer to a bulk request."""
        if answer["_id"] == WATERMARK:
            return
        sharing_id, status = int(answer["_id"]), int(answer["status"])
        if status < _GOOD:
            self.taken.add(sharing_id)
        elif status == _CONFLICT:
            self.ahead.add(sharing_id)
        elif status == _NOT_FOUND:
            self.missing = True
        elif status in _BUSY:
            self.busy = True
        else:
            self.refused.add(sharing_id)


def watermark(version: int) -> Copy:
    """Return the copy of nothing that keeps the highest version written."""
    return Copy(0, version, None)


def written_as(index: str) -> str:
    """Return the alias by which an index is written: one that is gone is then missed, not made anew by the writing."""
    return f"{index}-write"


def announce(sharing_ids: Iterable[int], at: datetime) -> None:
    """Have the worker bring the copies of these items up to date after commit; nothing where there are none."""
    if settings.SEARCH_ENGINE == "elasticsearch":
        outbox.put_many(SYNC, [(str(sharing_id), {"sharing_id": sharing_id}) for sharing_id in sharing_ids], at=at)


@outbox.handler(SYNC, batch=BATCH)
def sync_announced(rows: list[outbox.Row]) -> None:
    """Bring the copies of the items named up to date. Items refused fail alone, when they are tried one by one."""
    sync([row.payload["sharing_id"] for row in rows])


def sync_pending() -> int:
    """Bring everything up to date that is pending, whoever forgot to announce it; return how many items."""
    done, last = 0, 0
    while True:
        pending = IndexedItem.objects.filter(pending_since__isnull=False, pk__gt=last).order_by("pk")
        ids = list(pending.values_list("pk", flat=True)[:BATCH])
        if not ids or not ExternalIndex.objects.exists():
            return done
        sync(ids)
        done, last = done + len(ids), ids[-1]


def sync(sharing_ids: Sequence[int]) -> None:
    """Write the copies of these items to every external index as the database has them now, and confirm them.

    Raises outbox.Unavailable when the far side does not answer, RefusedCopies when it does not take some of them.
    """
    copies, indexes = read_copies(sharing_ids)
    if not copies or not indexes:
        return
    try:
        outcomes = [write(copies, index) for index in indexes]
        for index in indexes:
            writer().indices.refresh(index=index, ignore_unavailable=True)
    except FarSideErrors as error:
        raise _failure(error, indexes) from error
    taken = set.intersection(*(outcome.taken for outcome in outcomes))
    confirm([copy for copy in copies if copy.sharing_id in taken], indexes)
    _judge(copies, outcomes, indexes)


def _judge(copies: Sequence[Copy], outcomes: Sequence[Outcome], indexes: Sequence[str]) -> None:
    """Act on what did not go well."""
    for index, outcome in zip(indexes, outcomes, strict=True):
        if outcome.missing:
            forget(index, "it is gone")
    ahead: set[int] = set().union(*(outcome.ahead for outcome in outcomes))
    _check_ahead([copy for copy in copies if copy.sharing_id in ahead])
    if any(outcome.busy for outcome in outcomes):
        raise outbox.Unavailable
    refused: set[int] = set().union(*(outcome.refused for outcome in outcomes))
    if refused:
        raise RefusedCopies(f"Copies of sharing rows {sorted(refused)} are refused.")


def read_copies(sharing_ids: Sequence[int]) -> tuple[list[Copy], list[str]]:
    """Return what the copies of these items should be, and which indexes there are, of one moment."""
    with connection.cursor() as cursor:
        cursor.execute(_COPIES, {"ids": list(sharing_ids), "kept_out": settings.ELASTICSEARCH_KEPT_OUT})
        rows = cursor.fetchall()
    indexes: list[str] = rows[0][3] or [] if rows else []
    return [Copy(row[0], row[1], _source(row[0], row[4:]) if row[2] else None) for row in rows], indexes


def _source(sharing_id: int, values: Sequence[Any]) -> Source:
    names = (
        "uuid reference type language parts element_id owner_id countries marking state level published_at audience "
        "audience_since next_change has_attachment own_facets"
    ).split()
    return Source(sharing_id=sharing_id, **dict(zip(names, values, strict=True)))


def write(copies: Sequence[Copy], index: str) -> Outcome:
    """Write the copies and the watermark to the index, without waiting until searches see them."""
    highest = max(copy.version for copy in copies)
    return send([*(copy.action(index) for copy in copies), watermark(highest).action(index)])


def send(actions: Sequence[dict[str, Any]]) -> Outcome:
    """Send the lines of a bulk request; return what became of each copy."""
    outcome = Outcome()
    results = streaming_bulk(
        writer(),
        actions,
        chunk_size=BATCH,
        max_chunk_bytes=CHUNK_BYTES,
        raise_on_error=False,
        require_alias=True,
    )
    for _good, result in results:
        outcome.note(next(iter(result.values())))
    return outcome


def confirm(copies: Sequence[Copy], indexes: Sequence[str]) -> None:
    """Note that searches outside see these copies, where the item has not changed since."""
    if not copies:
        return
    values = _columns(copies)
    with connection.cursor() as cursor:
        mark: dict[str, Any] = {"version": max(values["versions"]), "languages": languages_of(copies)}
        cursor.execute(_MARK, {**mark, "indexes": list(indexes)})
        cursor.execute(_CONFIRM, values)


def name_languages(languages: Sequence[str], index: str) -> None:
    """Note that the index has copies in these languages, before searches may look for them there."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK, {"version": 0, "indexes": [index], "languages": list(languages)})


def languages_of(copies: Iterable[Copy]) -> list[str]:
    """Return the languages by which fields of the copies are named."""
    return sorted({language_code(copy.source.language) for copy in copies if copy.source})


def _columns(copies: Sequence[Copy]) -> dict[str, list[int]]:
    return {"ids": [copy.sharing_id for copy in copies], "versions": [copy.version for copy in copies]}


def _check_ahead(copies: Sequence[Copy]) -> None:
    """Where the index has a later copy than the database knows of, the database is an older one than the index's."""
    if not copies:
        return
    with connection.cursor() as cursor:
        cursor.execute(_UNCHANGED, _columns(copies))
        unexplained = [sharing_id for (sharing_id,) in cursor.fetchall()]
    if unexplained:
        distrust(f"it holds later copies than the database, of sharing rows {unexplained[:10]}")


def distrust(reason: str) -> None:
    """Let no search use the external index again until it has been built anew; PostgreSQL answers meanwhile."""
    for name in ExternalIndex.objects.filter(role=ExternalIndex.Role.SERVING).values_list("name", flat=True):
        forget(name, reason)


def forget(index: str, reason: str) -> None:
    """Use the index no more, neither for searching nor for writing."""
    logger.error("The external index %s is not used any more: %s. Run rebuild_index.", index, reason)
    ExternalIndex.objects.filter(name=index).delete()


def _failure(error: Exception, indexes: Sequence[str]) -> Exception:
    logger.error("Copies could not be written to %s: %s.", ", ".join(indexes), told(error))
    return outbox.Unavailable() if unanswered(error) else error


def purge_tombstones() -> int:
    """Forget items that are gone for so long that no late copy of them can arrive; return how many."""
    before = current_instant() - KEEPS_TOMBSTONES
    gone = IndexedItem.objects.filter(gone_at__lt=before, pending_since__isnull=True).order_by("pk")
    indexes = list(ExternalIndex.objects.values_list("name", flat=True))
    count = 0
    while rows := list(gone[:BATCH]):
        for index in indexes:
            actions = [{"_op_type": "delete", "_index": written_as(index), "_id": str(row.pk)} for row in rows]
            for _good, _answer in streaming_bulk(writer(), actions, raise_on_error=False):
                pass
        IndexedItem.objects.filter(pk__in=[row.pk for row in rows], gone_at__lt=before).delete()
        count += len(rows)
    return count
