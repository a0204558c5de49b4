"""The only writer of the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.core.acts import session_hash


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What one row will say: ids and codes only, never a title, a text or a query."""

    event: Event
    at: datetime
    actor_id: int | None
    item: UUID | None = None
    version: int | None = None
    owner_id: int | None = None
    marking: str = ""
    rule: str = ""
    reason: str = ""
    count: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


def record(entry: Entry) -> None:
    """Write one row in the current transaction; a database error is not caught, so the act fails with it."""
    record_many([entry])


def record_many(entries: Sequence[Entry]) -> None:
    """Write many rows at once, in order, in the current transaction."""
    session = session_hash.get()
    AuditEvent.objects.bulk_create(
        AuditEvent(
            at=entry.at,
            event=entry.event,
            actor_id=entry.actor_id,
            session=session,
            item=entry.item,
            version=entry.version,
            owner_id=entry.owner_id,
            marking=entry.marking,
            rule=entry.rule,
            reason=entry.reason,
            count=entry.count,
            details=entry.details,
        )
        for entry in entries
    )
