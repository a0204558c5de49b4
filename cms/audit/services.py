"""The only writer of the audit trail."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.core.acts import session_hash
from cms.core.prepared import prepared_cursor


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


# reads are recorded too, so one row is written at nearly each request
_COLUMNS = [column.name for column in fields(Entry)]
_INSERT = """
INSERT INTO audit_auditevent
       (session, event, at, actor_id, item, version, owner_id, marking, rule, reason, count, details)
VALUES (%(session)s, %(event)s, %(at)s, %(actor_id)s, %(item)s, %(version)s, %(owner_id)s, %(marking)s, %(rule)s,
        %(reason)s, %(count)s, %(details)s::jsonb)
"""


def record(entry: Entry) -> None:
    """Write one row in the current transaction; a database error is not caught, so the act fails with it."""
    values = {name: getattr(entry, name) for name in _COLUMNS} | {
        "event": entry.event.value,
        "session": session_hash.get(),
        "details": json.dumps(entry.details),
    }
    with prepared_cursor() as cursor:
        cursor.execute(_INSERT, values)


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
