"""Taking rows of the outbox, running their handlers, and settling what came of it; safe with several workers."""

import json
import logging
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from cms.core.instants import current_instant
from cms.notifications.outbox import Handler, Row, Unavailable, handlers

logger = logging.getLogger("iconet.outbox")

MOST_FAILURES = 8
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
UNAVAILABLE = "the far side does not answer"

_WAITING = "kind = %(kind)s AND set_aside_at IS NULL AND due <= %(at)s"
_FRESH = "failures = 0 AND leased_until IS NULL"
# failed once, or left behind by a worker that ended: taken alone, for one bad row must not spoil others
_TRIED = "(failures > 0 AND leased_until IS NULL OR leased_until <= %(at)s)"
_TAKE = """
WITH taken AS (
    SELECT id FROM notifications_outboxrow WHERE {waiting} AND {which}
     ORDER BY due, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE notifications_outboxrow r
   SET attempts = attempts + 1, lease = %(lease)s, leased_until = %(until)s,
       failures = failures + CASE WHEN leased_until IS NULL THEN 0 ELSE 1 END
  FROM taken WHERE r.id = taken.id
RETURNING r.id, r.kind, r.key, r.payload, r.created_at, r.attempts, r.failures
"""
_DONE = "DELETE FROM notifications_outboxrow WHERE lease = %(lease)s AND id = ANY(%(ids)s)"
_LATER = """
UPDATE notifications_outboxrow
   SET lease = NULL, leased_until = NULL, failures = failures + %(failed)s, last_error = %(error)s,
       due = %(at)s + LEAST(%(longest)s, %(first)s * power(2, LEAST(attempts, 20) - 1)),
       set_aside_at = CASE WHEN failures + %(failed)s >= %(most)s THEN %(at)s ELSE NULL END
 WHERE lease = %(lease)s AND id = ANY(%(ids)s)
"""
_DUE_KINDS = """
SELECT DISTINCT kind FROM notifications_outboxrow
 WHERE set_aside_at IS NULL AND due <= %s AND (leased_until IS NULL OR leased_until <= %s)
"""


def due_kinds(at: datetime) -> set[str]:
    """Return the kinds of which something is due at the instant and a handler is known."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE_KINDS, [at, at])
        return {kind for (kind,) in cursor.fetchall()} & handlers().keys()


def drain(at: datetime | None = None) -> int:
    """Do all that is due at the instant (by default: now), and what comes of it, in this thread; return how many rows
    were taken."""

    def clock() -> datetime:
        return at or current_instant()

    count = 0
    while kinds := due_kinds(clock()):
        taken = sum(drain_kind(handlers()[kind], clock=clock) for kind in sorted(kinds))
        if not taken:
            break  # other workers have them
        count += taken
    return count


def drain_kind(
    handler: Handler, *, clock: Callable[[], datetime] = current_instant, stopped: Callable[[], bool] = lambda: False
) -> int:
    """Do the rows of one kind until none is due or `stopped` says so; return how many were taken.

    A far side that does not answer ends it at once: the rows taken wait for their next turn.
    """
    count = 0
    while not stopped():
        at = clock()
        fresh = _take(handler, _FRESH, handler.batch, at)
        answered = not fresh or _run(handler, fresh, at)
        tried = _take(handler, _TRIED, 1, at) if answered else None
        answered = answered and (tried is None or _run(handler, tried, at))
        count += sum(len(taken.rows) for taken in (fresh, tried) if taken)
        if not answered or not (fresh or tried):
            break
    return count


class _Taken:
    """Rows under one lease."""

    def __init__(self, lease: UUID, rows: Sequence[Row]) -> None:
        self.lease = lease
        self.rows = list(rows)

    def settle(self, sql: str, **values: Any) -> None:
        """Run the statement for those rows that are still under this lease."""
        with connection.cursor() as cursor:
            cursor.execute(sql, {"lease": self.lease, "ids": [row.pk for row in self.rows], **values})


def _take(handler: Handler, which: str, limit: int, at: datetime) -> _Taken | None:
    lease = uuid4()
    values: dict[str, Any] = {
        "kind": handler.kind,
        "at": at,
        "limit": limit,
        "lease": lease,
        "until": at + handler.lease,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE.format(waiting=_WAITING, which=which), values)
        found = cursor.fetchall()
    if not found:
        return None
    rows = [
        Row(pk, kind, key, json.loads(payload), written, attempt)
        for pk, kind, key, payload, written, attempt, _ in sorted(found)
    ]
    taken = _Taken(lease, rows)
    if len(found) == 1 and found[0][-1] >= MOST_FAILURES:
        # each worker that took it ended before it was done
        _later(taken, at, "every worker that took it ended", failed=0)
        return None
    return taken


def _run(handler: Handler, taken: _Taken, at: datetime) -> bool:
    """Run the handler and settle the rows; False when the far side does not answer."""
    try:
        if handler.atomic:
            with transaction.atomic():
                handler.function(taken.rows)
                taken.settle(_DONE)
        else:
            handler.function(taken.rows)
            taken.settle(_DONE)
    except Unavailable:
        _later(taken, at, UNAVAILABLE, failed=0)
        return False
    except Exception as error:  # noqa: BLE001 - whatever a handler raises, the rows must not be lost
        told = _told(error)
        logger.error("%d row(s) of kind %s failed: %s", len(taken.rows), handler.kind, told)
        _later(taken, at, told, failed=1)
    return True


def _later(taken: _Taken, at: datetime, error: str, *, failed: int) -> None:
    taken.settle(
        _LATER,
        at=at,
        failed=failed,
        error=error[:200],
        first=FIRST_PAUSE,
        longest=LONGEST_PAUSE,
        most=MOST_FAILURES,
    )


def _told(error: Exception) -> str:
    """Return the error's kind and place; its message might hold content."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {frame.name}, {frame.filename.rpartition('/')[2]}:{frame.lineno}"
