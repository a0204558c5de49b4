"""How apps below the audit trail tell it what was done: a signal inside the transaction of the act."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.dispatch import Signal

acted = Signal()
session_hash: ContextVar[str] = ContextVar("session_hash", default="")
# what was refused while a request is served; None outside of requests
_refusals: ContextVar[list[str] | None] = ContextVar("refusals", default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """What was done, by ids and codes only; `event` is a value of the audit trail's enum."""

    event: str
    at: datetime
    actor_id: int | None
    owner_id: int | None = None
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def report(act: Act) -> None:
    """Have the act recorded now. Raises RuntimeError where nobody listens, and whatever stops the writing of the
    row: an act that is not recorded must not happen."""
    if not acted.has_listeners(Act):
        raise RuntimeError(f"No audit trail is listening: the act {act.event} is refused.")
    acted.send(sender=Act, act=act)


def note_session(session_key: str | None) -> None:
    """Name the session of the acts that follow in this request; only a hash of its key is kept."""
    session_hash.set(hashlib.sha256(session_key.encode()).hexdigest() if session_key else "")


def note_refusal(kind: str) -> None:
    """Note that an act was refused: what the act had begun is undone, so the row is written when the request ends."""
    refusals = _refusals.get()
    if refusals is not None:
        refusals.append(kind)


@contextmanager
def noting_refusals() -> Iterator[list[str]]:
    """Gather what is refused while the block runs."""
    refusals: list[str] = []
    token = _refusals.set(refusals)
    try:
        yield refusals
    finally:
        _refusals.reset(token)
