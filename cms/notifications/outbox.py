"""The transactional outbox: what must happen after commit is written as a row in the transaction that decides it.

Nothing is done for a transaction that rolls back, nothing is lost when a process ends. Workers take rows under a lease
and run the handler of their kind at least once; a handler must therefore bear being given a row twice.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

PUT = """
INSERT INTO notifications_outboxrow (kind, key, payload, created_at, due, attempts, failures, last_error)
VALUES (%(kind)s, %(key)s, %(payload)s::jsonb, %(at)s, %(due)s, 0, 0, '')
ON CONFLICT (kind, key) WHERE NOT key = '' AND attempts = 0
DO UPDATE SET payload = EXCLUDED.payload, due = LEAST(notifications_outboxrow.due, EXCLUDED.due)
"""
LEASE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Row:
    """A row as its handler gets it; `at` is when it was written, `attempt` counts from one."""

    pk: int
    kind: str
    key: str
    payload: dict[str, Any]
    at: datetime
    attempt: int


Function = Callable[[list[Row]], None]


class Unavailable(Exception):
    """Raised by a handler when the far side does not answer: the rows wait, however long, and none is set aside."""


@dataclass(frozen=True, slots=True)
class Handler:
    """The function that does the rows of one kind."""

    kind: str
    function: Function
    batch: int
    lease: timedelta
    atomic: bool


_handlers: dict[str, Handler] = {}


def handler(
    kind: str, *, batch: int = 1, lease_seconds: int = LEASE_SECONDS, atomic: bool = False
) -> Callable[[Function], Function]:
    """Register the decorated function for rows of the kind; it is given `batch` rows at most, the longest due first.

    Returning means that all rows given are done; raising means that they are tried again, later and one by one, and
    after some failures set aside. `atomic` runs the function in the transaction that removes the rows: its changes of
    the database then happen exactly once. A batch must be done within `lease_seconds`, or another worker may take it
    too. Another function for the kind is a ValueError.
    """

    def register(function: Function) -> Function:
        if kind in _handlers and _handlers[kind].function is not function:
            raise ValueError(f"The outbox kind {kind} has two handlers.")
        _handlers[kind] = Handler(kind, function, batch, timedelta(seconds=lease_seconds), atomic)
        return function

    return register


def handlers() -> dict[str, Handler]:
    """Return every registered handler by its kind."""
    return dict(_handlers)


def put(kind: str, *, payload: dict[str, Any], at: datetime, key: str = "", due: datetime | None = None) -> None:
    """Write a row in the caller's transaction, to be done after commit, or at the instant `due` if that is later.

    The payload holds ids and codes, never content. A row of the same kind and non-empty key that no worker has taken
    yet is replaced: it gets this payload and the earlier of both times. Whoever puts several keys in one transaction
    puts them in order (`put_many`), or two transactions may wait for each other. A kind without handler is a
    ValueError.
    """
    put_many(kind, [(key, payload)], at=at, due=due)


def put_many(
    kind: str, rows: Iterable[tuple[str, dict[str, Any]]], *, at: datetime, due: datetime | None = None
) -> None:
    """Write many rows, given as pairs of key and payload, as `put` does."""
    if kind not in _handlers:
        raise ValueError(f"Nothing handles the outbox kind {kind}.")
    values: list[dict[str, Any]] = [
        {"kind": kind, "key": key, "payload": json.dumps(payload), "at": at, "due": due or at}
        for key, payload in sorted(rows, key=lambda row: row[0])
    ]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(PUT, values)
