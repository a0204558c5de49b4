"""Building an external index anew, beside the one that answers: copied from the search entries, caught up with what
changed meanwhile, put in its place in one step. Broken off, it goes on where it was, or starts clean."""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from cms.core.instants import current_instant
from search.engines.elastic.connection import writer
from search.engines.elastic.definition import creation, definition, differences
from search.external import ExternalIndex, IndexedItem
from search.models import SearchEntry
from search.sync import (
    BATCH,
    Copy,
    Outcome,
    languages_of,
    name_languages,
    read_copies,
    send,
    sync_pending,
    watermark,
    written_as,
)

logger = logging.getLogger("iconet.search")

# progress is kept after so many items
STRETCH = 10_000
SENDERS = 4
# of the lock that only one rebuild holds: any number that nothing else uses
_LOCK = 5_213_407
# each entry gets its number; one that changes later gets a higher one by the trigger
_NUMBER = """
INSERT INTO search_indexeditem (sharing_id, version, restrictive)
SELECT e.sharing_id, nextval('search_version'), false
  FROM search_searchentry e WHERE e.sharing_id = ANY (%s) ORDER BY e.sharing_id
ON CONFLICT (sharing_id) DO NOTHING
"""


class RebuildFailed(Exception):
    """The index could not be built; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was done: the new index, how many items were copied, how many it does not take, whether it was resumed."""

    index: str
    copied: int
    refused: int
    resumed: bool


def rebuild_external(tell: Callable[[str], None]) -> Rebuilt:
    """Build the external index anew and let it answer; `tell` is told how far it is. Raises RebuildFailed."""
    with _alone():
        wanted = definition()
        building, resumed = _begin(wanted)
        tell(f"{building.name}: {'resumed after item ' + str(building.copied_to) if resumed else 'begun'}")
        _wait_for_writers()
        copied, refused = _copy(building, tell)
        caught_up = sync_pending()
        tell(f"{caught_up} changes caught up with")
        _switch(building)
        _drop_others(building.name)
    return Rebuilt(building.name, copied, refused, resumed)


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if cursor.fetchone() != (True,):
            raise RebuildFailed("Another rebuild of the external index is at work.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _begin(wanted: dict[str, Any]) -> tuple[ExternalIndex, bool]:
    """Return the index to be filled, and whether an earlier rebuild had begun with it."""
    begun = ExternalIndex.objects.filter(role=ExternalIndex.Role.BUILDING).first()
    if begun and begun.uuid == index_uuid(begun.name) and not list(differences(wanted, begun.definition)):
        return begun, True
    if begun:
        begun.delete()
        writer().indices.delete(index=begun.name, ignore_unavailable=True)
    name = f"{settings.ELASTICSEARCH_INDEX}-{current_instant():%Y%m%d%H%M%S%f}"
    writer().indices.create(index=name, aliases={written_as(name): {}}, **creation(wanted))
    made = ExternalIndex.objects.create(
        role=ExternalIndex.Role.BUILDING,
        name=name,
        uuid=index_uuid(name),
        definition=wanted,
        created_at=current_instant(),
    )
    return made, False


def index_uuid(name: str) -> str:
    """Return what Elasticsearch calls the index of this name or alias; empty where there is none, or several."""
    found = writer().indices.get_settings(index=name, name="index.uuid", ignore_unavailable=True).body
    uuids = [index["settings"]["index"]["uuid"] for index in found.values()]
    return str(uuids[0]) if len(uuids) == 1 else ""


def _wait_for_writers() -> None:
    """Wait for those transactions that write entries and began before the new index was known: their triggers may not
    have seen it. Whoever begins now waits for them too, and no longer."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE search_searchentry IN SHARE MODE")


def _copy(building: ExternalIndex, tell: Callable[[str], None]) -> tuple[int, int]:
    copied, refused = 0, 0
    while ids := _next_ids(building.copied_to):
        outcome = _send(ids, building.name)
        if outcome.missing or outcome.busy:
            raise RebuildFailed(f"{building.name} does not take copies any more: run rebuild_index again.")
        _hold_back(outcome.refused)
        building.copied_to = ids[-1]
        building.save(update_fields=["copied_to"])
        copied, refused = copied + len(ids), refused + len(outcome.refused)
        tell(f"{copied} items copied")
    return copied, refused


def _next_ids(last: int) -> list[int]:
    entries = SearchEntry.objects.filter(pk__gt=last).order_by("pk")
    return list(entries.values_list("pk", flat=True)[:STRETCH])


def _send(ids: Sequence[int], index: str) -> Outcome:
    """Copy the items: this thread reads the database and prepares texts while others send what is ready."""
    outcome, highest = Outcome(), 0
    with ThreadPoolExecutor(SENDERS) as pool:
        sent: deque[Future[Outcome]] = deque()
        for start in range(0, len(ids), BATCH):
            copies = _numbered(ids[start : start + BATCH])
            name_languages(languages_of(copies), index)
            highest = max(highest, *(copy.version for copy in copies), 0)
            sent.append(pool.submit(send, [copy.action(index) for copy in copies]))
            if len(sent) > SENDERS:
                outcome.add(sent.popleft().result())
        for rest in sent:
            outcome.add(rest.result())
    outcome.add(send([watermark(highest).action(index)]))
    return outcome


def _numbered(ids: Sequence[int]) -> list[Copy]:
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER, [list(ids)])
    return read_copies(ids)[0]


def _hold_back(sharing_ids: set[int]) -> None:
    """Have PostgreSQL answer for items whose copies are refused."""
    if sharing_ids:
        logger.error("Copies of sharing rows %s are refused: PostgreSQL answers for them.", sorted(sharing_ids)[:10])
        rows = IndexedItem.objects.filter(pk__in=sharing_ids, pending_since__isnull=True)
        rows.update(pending_since=current_instant(), restrictive=True)


def _switch(building: ExternalIndex) -> None:
    """Let the new index answer. Both are told of every change: whichever a search asks meanwhile says the same."""
    alias, indices = settings.ELASTICSEARCH_INDEX, writer().indices
    indices.refresh(index=building.name)
    held = list(indices.get_alias(name=alias).body) if indices.exists_alias(name=alias) else []
    with transaction.atomic():
        list(ExternalIndex.objects.select_for_update().order_by("pk"))
        actions: list[dict[str, Any]] = [{"remove": {"index": name, "alias": alias}} for name in held]
        indices.update_aliases(actions=[*actions, {"add": {"index": building.name, "alias": alias}}])
        ExternalIndex.objects.filter(role=ExternalIndex.Role.SERVING).delete()
        ExternalIndex.objects.filter(pk=building.pk).update(role=ExternalIndex.Role.SERVING)


def _drop_others(name: str) -> None:
    """Delete every other index of this installation, left behind by whatever."""
    beginning = f"{settings.ELASTICSEARCH_INDEX}-"
    for index in writer().indices.get(index=f"{beginning}*", allow_no_indices=True).body:
        if index != name and index.removeprefix(beginning).isdigit():
            writer().indices.delete(index=index, ignore_unavailable=True)
