"""The only writer of the audit trail."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from cms.audit.canonical import row_hash
from cms.audit.enums import Decision, Event
from cms.audit.keys import row_mac
from cms.core.acts import session_hash
from cms.core.instants import day_of
from cms.core.prepared import prepared_cursor


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What one row will say: ids and codes only, never a title, a text or a query.

    `organisation_id` is the organisation for which the person acts, where the act rests on one membership; otherwise
    the row names all organisations of the person on that day. Numbers in `details` are whole.
    """

    event: Event
    at: datetime
    actor_id: int | None
    organisation_id: int | None = None
    item: UUID | None = None
    version: int | None = None
    owner_id: int | None = None
    marking: str = ""
    decision: Decision = Decision.ALLOWED
    rule: str = ""
    purpose: str = ""
    reason: str = ""
    count: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


_PLAIN = [column.name for column in fields(Entry) if column.name not in {"organisation_id", "details"}]
# reads are recorded too, so one row is written at nearly each request
_INSERT = """
INSERT INTO audit_auditevent
       (key, session, event, at, actor_id, organisations, item, version, owner_id, marking, decision, rule, purpose,
        reason, count, details, hash, mac, transaction_id)
VALUES (%(key)s, %(session)s, %(event)s, %(at)s, %(actor_id)s, %(organisations)s::bigint[], %(item)s, %(version)s,
        %(owner_id)s, %(marking)s, %(decision)s, %(rule)s, %(purpose)s, %(reason)s, %(count)s, %(details)s::jsonb,
        %(hash)s, %(mac)s, pg_current_xact_id()::text::bigint)
"""
_ORGANISATIONS = """
SELECT DISTINCT organisation_id FROM organisations_membership
 WHERE user_id = %(user_id)s AND (valid_from IS NULL OR valid_from <= %(day)s)
   AND (valid_until IS NULL OR valid_until >= %(day)s)
 ORDER BY organisation_id
"""


def record(entry: Entry) -> None:
    """Write one row in the current transaction; a database error is not caught, so the act fails with it.

    Raises TypeError where `details` hold what has no one way of being written.
    """
    with prepared_cursor() as cursor:
        cursor.execute(_INSERT, _row(entry, _organisations(cursor, entry)))


def record_many(entries: Sequence[Entry]) -> None:
    """Write many rows at once, in order, in the current transaction."""
    with prepared_cursor() as cursor:
        known: dict[Any, list[int]] = {}
        rows = []
        for entry in entries:
            actor = (entry.actor_id, entry.organisation_id, day_of(entry.at))
            if actor not in known:
                known[actor] = _organisations(cursor, entry)
            rows.append(_row(entry, known[actor]))
        if rows:
            cursor.executemany(_INSERT, rows)


def _organisations(cursor: Any, entry: Entry) -> list[int]:
    if entry.organisation_id is not None:
        return [entry.organisation_id]
    if entry.actor_id is None:
        return []
    cursor.execute(_ORGANISATIONS, {"user_id": entry.actor_id, "day": day_of(entry.at)})
    return [row[0] for row in cursor.fetchall()]


def _row(entry: Entry, organisations: list[int]) -> dict[str, Any]:
    # codes may be members of enums, and sentences may wait for their language: the row holds plain text
    values = {name: _text(getattr(entry, name)) for name in _PLAIN}
    values |= {"key": uuid4(), "session": session_hash.get(), "organisations": organisations}
    # what is hashed is what comes back from the database: details as they are read from their text
    details = json.dumps(entry.details)
    digest = row_hash(values | {"details": json.loads(details)})
    return values | {"details": details, "hash": digest, "mac": row_mac(digest)}


def _text(value: Any) -> Any:
    return value if value is None or isinstance(value, int | datetime | UUID) else str(value)
