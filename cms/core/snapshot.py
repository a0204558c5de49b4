"""What a reading request has read already: the whole request sees one snapshot, so nothing need be asked twice."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Read = TypeVar("Read")

_read: ContextVar[dict[Hashable, Any] | None] = ContextVar("read_of_snapshot", default=None)


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Keep what `once` reads until the end: around what reads one snapshot and changes none of it."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def once(key: Hashable, read: Callable[[], Read]) -> Read:
    """Return what was read under this key in the snapshot, reading it the first time; outside one, read it afresh.

    The key names the statement and all its parameters, the instant among them; what is read is not to be changed.
    """
    kept = _read.get()
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    found: Read = kept[key]
    return found
