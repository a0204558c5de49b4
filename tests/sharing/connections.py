"""Acts on two database connections at once, in an order that the test sets."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import TypeVar

from django.db import connection, connections, transaction

T = TypeVar("T")
PATIENCE = 20  # seconds

_WAITING = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"


def apart(act: Callable[[], T]) -> T:
    """Run the act and close this thread's own connection."""
    try:
        return act()
    finally:
        connections.close_all()


@contextmanager
def elsewhere() -> Iterator[ThreadPoolExecutor]:
    """Give threads, each with a connection of its own."""
    with ThreadPoolExecutor(4) as pool:
        yield pool


def waits_for_a_lock() -> None:
    """Return when another connection waits for a lock of this one; fail when none does."""
    pause = Event()
    for _attempt in range(PATIENCE * 100):
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            if cursor.fetchone() == (True,):
                return
        pause.wait(0.01)
    raise AssertionError("nobody waits for a lock")


def one_before_the_other(first: Callable[[], object], second: Callable[[], T]) -> T:
    """Do the first act, begin the second, commit the first only when the second waits for it; return the second's."""
    with elsewhere() as pool:
        with transaction.atomic():
            first()
            running: Future[T] = pool.submit(apart, second)
            waits_for_a_lock()
        return running.result(PATIENCE)
