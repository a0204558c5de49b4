"""A worker is stopped in the middle of what it writes, and killed there."""

import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection

from cms.core.instants import current_instant
from cms.notifications.models import OutboxRow

# any number that nothing else takes
_LOCK = 4_711_2026
_STOP = f"""
CREATE FUNCTION stop_here() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock({_LOCK}); RETURN NEW; END $$
"""
_WAITING = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
# far beyond what a worker needs to start on a busy machine: 0.05 seconds each
_LOOKS = 3600
_LEASES = timedelta(minutes=10)


@contextmanager
def stopped_at(tables: Mapping[str, str]) -> Iterator[None]:
    """Have everybody else wait who writes into these tables by the statements named, such as `INSERT OR UPDATE`; at
    the end who waits is gone, and what it was writing undone."""
    _run(_STOP)
    for table, statements in tables.items():
        _run(f"CREATE TRIGGER stop_here BEFORE {statements} ON {table} FOR EACH ROW EXECUTE FUNCTION stop_here()")
    _run(f"SELECT pg_advisory_lock({_LOCK})")
    try:
        yield
    finally:
        _run(f"SELECT pg_terminate_backend(pid, 5000) FROM ({_WAITING}) waiting")
        _run(f"SELECT pg_advisory_unlock({_LOCK})")
        _run("DROP FUNCTION stop_here() CASCADE")


def wait_for(number: int) -> None:
    """Wait until so many wait in the middle of a statement; an AssertionError where they do not come."""
    looks = 0
    while _count() < number:
        looks += 1
        assert looks < _LOOKS, f"{_count()} of {number} came: {sorted(taken_kinds())}"
        _run("SELECT pg_sleep(0.05)")


def taken_kinds() -> set[str]:
    """Return the kinds of which a worker has taken rows and not settled them."""
    return set(OutboxRow.objects.filter(leased_until__isnull=False).values_list("kind", flat=True))


def kill(worker: "subprocess.Popen[bytes]") -> None:
    """End the process as the system does when it has no memory left."""
    worker.send_signal(signal.SIGKILL)
    worker.wait()


def end_leases() -> None:
    """Let the leases of a killed worker end now instead of in some minutes."""
    past = current_instant() - _LEASES
    OutboxRow.objects.filter(leased_until__isnull=False).update(leased_until=past)
    OutboxRow.objects.update(due=past)


def _count() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({_WAITING}) waiting")
        number: int = cursor.fetchone()[0]
    return number


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
