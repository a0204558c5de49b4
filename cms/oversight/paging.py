"""Pages of the trail, newest first, by instant and name of the row: a row's number would tell how many there are.

The instant is the one that the reader of the page is told: an order, or a cursor that anybody can write, by a finer
one would tell that too.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from cms.audit.models import AuditEvent

PAGE_SIZE = 50
_BETWEEN = "~"


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows, and where the next older ones begin ('' where there are none)."""

    rows: list[AuditEvent]
    older: str


def newest(rows: QuerySet[AuditEvent], before: str, by: str = "at") -> Slice:
    """Return the newest rows older than the cursor; a cursor that cannot be read counts as none. `by` is the column of
    the instant that is told."""
    place = _read(before)
    if place is not None:
        at, key = place
        # the first condition is the one that an index answers
        rows = rows.filter(**{f"{by}__lte": at}).filter(Q(**{f"{by}__lt": at}) | Q(key__lt=key))
    found = list(rows.order_by(f"-{by}", "-key")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return Slice(shown, _cursor(shown[-1], by) if len(found) > PAGE_SIZE else "")


def _cursor(row: AuditEvent, by: str) -> str:
    return f"{getattr(row, by).isoformat()}{_BETWEEN}{row.key}"


def _read(text: str) -> tuple[datetime, UUID] | None:
    instant, _between, key = text.partition(_BETWEEN)
    try:
        at, name = datetime.fromisoformat(instant), UUID(key)
        # one that lies outside the calendar in UTC is none
        return None if at.tzinfo is None else (at.astimezone(UTC), name)
    except (ValueError, OverflowError):
        return None
