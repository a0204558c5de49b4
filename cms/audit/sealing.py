"""Sealing: rows of finished transactions get their places in the tree, and a signed checkpoint says how it stands."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction

from cms.audit.canonical import row_hash
from cms.audit.checkpoints import Statement, sign
from cms.audit.merkle import Frontier
from cms.audit.models import AuditEvent, Checkpoint, Leaf
from cms.core.instants import day_of

BATCH = 5_000
# any number that nothing else in this database locks: one seals at a time
_TURN = 4_720_032
# A row is visible only when its transaction is finished, so whatever is seen may be sealed. A transaction still open
# may hold rows with lower numbers than some that are visible: they get their places, later ones, once they are seen.
_UNSEALED = """
SELECT e.id, e.hash FROM audit_auditevent e
 WHERE e.transaction_id >= %(seen_until)s
   AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.event_id = e.id)
 ORDER BY e.transaction_id, e.id LIMIT %(limit)s
"""
# asked before the rows: what was finished by then is seen by the statements after
_STILL_OPEN = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint
"""


@transaction.atomic
def seal(*, at: datetime) -> int:
    """Seal every row that is seen and not sealed yet, and sign one checkpoint; return how many rows were sealed.

    Without new rows nothing is written. The day's first sealing looks at all rows, whatever their transaction's
    number: those of a database restored on another server may be out of order.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])
        cursor.execute(_STILL_OPEN)
        open_from, next_one = cursor.fetchone()
    last = Checkpoint.objects.last()
    frontier = Frontier() if last is None else Frontier.unpacked(last.size, bytes(last.peaks))
    before = frontier.size
    seen_until = 0 if last is None or _all_again(last, next_one, at) else last.seen_until
    for leaves in _unsealed(seen_until):
        places = []
        for event_id, digest in leaves:
            places.append(Leaf(place=frontier.size, event_id=event_id, hash=digest))
            frontier.add(digest)
        Leaf.objects.bulk_create(places)
    if frontier.size > before:
        _sign(frontier, open_from, at)
    return frontier.size - before


def _all_again(last: Checkpoint, next_one: int, at: datetime) -> bool:
    return day_of(last.at) != day_of(at) or last.seen_until > next_one


def _unsealed(seen_until: int) -> Iterator[list[tuple[int, bytes]]]:
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_UNSEALED, {"seen_until": seen_until, "limit": BATCH})
            rows = cursor.fetchall()
        if not rows:
            return
        yield [(event_id, bytes(digest) or _hash_of_old(event_id)) for event_id, digest in rows]


def _hash_of_old(event_id: int) -> bytes:
    """Return the hash of a row that was written before rows had one."""
    return row_hash(AuditEvent.objects.filter(pk=event_id).values().get())


def _sign(frontier: Frontier, open_from: int, at: datetime) -> None:
    statement = Statement(frontier.size, frontier.root(), at)
    Checkpoint.objects.create(
        size=statement.size,
        at=at,
        root=statement.root,
        peaks=frontier.packed(),
        signature=sign(statement),
        seen_until=open_from,
    )


def oldest_unsealed(at: datetime) -> timedelta | None:
    """Return how long the oldest row that is not sealed has waited, or None where all are sealed."""
    last = Checkpoint.objects.last()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT min(e.at) FROM ({_UNSEALED}) waiting JOIN audit_auditevent e USING (id)",  # noqa: S608
            {"seen_until": 0 if last is None else last.seen_until, "limit": BATCH},
        )
        (oldest,) = cursor.fetchone()
    return None if oldest is None else max(at - oldest, timedelta())
