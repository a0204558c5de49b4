"""Publishing at a steady pace, as acts and the worker do it, and when searches find each item."""

from collections.abc import Mapping
from multiprocessing.queues import Queue
from time import monotonic, sleep

from django.db import connection, connections, transaction

from cms.core.instants import current_instant
from cms.notifications import outbox
from cms.notifications.companion import POLL_SECONDS
from cms.notifications.draining import drain_kind
from search.benchmark.corpus import Corpus
from search.benchmark.scratch import take_for_default
from search.engines.elastic.connection import client
from search.entries import settle_index, write_entries
from search.external import CREATE_NOTES
from search.sync import SYNC

PER_SECOND = 20
# so long the worker may take after the last item before the measurement is given up
_PATIENCE_SECONDS = 30.0
_FOUND = """
SELECT sharing_id FROM search_indexeditem WHERE sharing_id > %s AND pending_since IS NULL
"""

Instants = Mapping[int, float]


class NeverFound(Exception):
    """The worker did not copy all that was published."""


def note_changes(using: str) -> None:
    """Have the scratch database note from now on which copies are to be made, as the real one does."""
    with connections[using].cursor() as cursor:
        cursor.execute(CREATE_NOTES)


def publish(corpus: Corpus, end: float, told: "Queue[dict[int, tuple[float, float]]]", *, copied: bool) -> None:
    """Publish until the instant `end` of the monotonic clock, in a process of its own; tell by item when writing it
    began and when it was committed. Items that are copied are announced to the worker."""
    take_for_default()
    started = monotonic()
    instants: dict[int, tuple[float, float]] = {}
    while (due := started + (len(instants) + 1) / PER_SECOND) < end:
        sleep(max(0.0, due - monotonic()))
        row, begun = corpus.further(len(instants) + 1), monotonic()
        with transaction.atomic():
            write_entries([row])
            if copied:
                outbox.put(SYNC, payload={"sharing_id": row.sharing_id}, key=str(row.sharing_id), at=current_instant())
            settle_index()
        instants[row.sharing_id] = (begun, monotonic())
    told.put(instants)
    connections.close_all()


def follow(items: int, end: float, told: "Queue[Instants]") -> None:
    """Do what the worker does, in a process of its own, until all is copied after the instant `end`; tell by item
    (those beyond the number `items`) when searches of the index found it."""
    take_for_default()
    client.cache_clear()
    found: dict[int, float] = {}

    def over() -> bool:
        """Note what is found by now; called between two batches."""
        with connection.cursor() as cursor:
            cursor.execute(_FOUND, [items])
            new = {sharing_id for (sharing_id,) in cursor.fetchall()} - found.keys()
        found.update(dict.fromkeys(new, monotonic()))
        return False

    while monotonic() < end or _waiting():
        if monotonic() > end + _PATIENCE_SECONDS:
            break
        sleep(POLL_SECONDS)
        drain_kind(outbox.handlers()[SYNC], stopped=over)
        over()
    told.put(found)
    connections.close_all()


def _waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM notifications_outboxrow)")
        return bool(cursor.fetchone()[0])


def waits(instants: Mapping[int, tuple[float, float]], found: Instants | None) -> list[float]:
    """Return for each item the seconds from when writing it began until searches found it: from commit on, or since it
    was in the index. Raises NeverFound where the worker left some."""
    if found is None:
        return [committed - begun for begun, committed in instants.values()]
    if missing := instants.keys() - found.keys():
        raise NeverFound(f"{len(missing)} of {len(instants)} items were not copied.")
    return [found[item] - begun for item, (begun, _committed) in instants.items()]
