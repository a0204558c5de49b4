"""From one thing that happened to a notice for each person concerned: run by the worker, once for each."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from cms.core.instants import current_instant
from cms.elements.models import Element
from cms.notifications.enums import Frequency, Urgency
from cms.notifications.kinds import Kind, kind_of, seers_of
from cms.notifications.outbox import Row, handler, put_many
from cms.notifications.preferences import Subject, frequencies, next_digest

NOTIFY, MAIL = "notify", "mail"

# what is unread already is counted; a digest that was sent before it tells of it again, a single mail does not
_INSERT = """
INSERT INTO notifications_notice
       (uuid, user_id, kind, item, reference, element_id, urgency, at, count, told_at, frequency, digest_due)
SELECT n.uuid, n.user_id, %(kind)s, %(item)s, %(reference)s, %(element)s, %(urgency)s, %(at)s, 1, %(told_at)s,
       n.frequency, n.digest_due
  FROM jsonb_to_recordset(%(people)s::jsonb)
    AS n(uuid uuid, user_id bigint, frequency text, digest_due timestamptz)
ON CONFLICT (user_id, kind, item) WHERE read_at IS NULL AND NOT urgency = 'flash'
DO UPDATE SET count = notifications_notice.count + 1, at = EXCLUDED.at, urgency = EXCLUDED.urgency,
       frequency = EXCLUDED.frequency, digest_due = EXCLUDED.digest_due, mail_withheld_at = NULL,
       mailed_at = CASE WHEN EXCLUDED.digest_due IS NULL THEN notifications_notice.mailed_at ELSE NULL END
RETURNING id, frequency, mailed_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Happening:
    """What people are told of, as the outbox carries it."""

    kind: Kind
    item: UUID
    reference: str
    element: Element
    urgency: str
    at: datetime
    subject: Subject


@handler(NOTIFY, atomic=True)
def tell(rows: list[Row]) -> None:
    """Make the notices of what happened, for those who may see the item at this instant, and queue their mails."""
    now = current_instant()
    for row in rows:
        happening = _happening(row)
        users = row.payload["users"]
        seers = seers_of(happening.kind.scope, happening.item, users, now)
        left_out = set(row.payload["but"])
        write_notices(happening, frequencies(happening.kind, happening.subject, sorted(seers - left_out)), now)


def _happening(row: Row) -> Happening:
    payload = row.payload
    element = Element.objects.get(pk=payload["element"])
    return Happening(
        kind=kind_of(payload["kind"]),
        item=UUID(payload["item"]),
        reference=payload["reference"],
        element=element,
        urgency=payload["urgency"],
        at=row.at,
        subject=Subject(
            element_id=element.pk,
            countries=frozenset(payload["countries"]),
            topics=frozenset(payload["topics"]),
            urgency=payload["urgency"],
        ),
    )


def write_notices(happening: Happening, soon: Mapping[int, Frequency], now: datetime) -> None:
    """Write or count one notice a person, and queue the mails of those who are mailed at once."""
    people: Sequence[dict[str, object]] = [
        {
            "uuid": str(uuid4()),
            "user_id": user_id,
            "frequency": frequency.value,
            "digest_due": _told(next_digest(frequency, now)),
        }
        for user_id, frequency in sorted(soon.items())
    ]
    if not people:
        return
    values: dict[str, Any] = {
        "kind": happening.kind.code,
        "item": happening.item,
        "reference": happening.reference,
        "element": happening.element.pk,
        "urgency": Urgency(happening.urgency).value,
        "at": happening.at,
        "told_at": now,
        "people": json.dumps(people),
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        written = cursor.fetchall()
    mails = [pk for pk, frequency, unsent in written if unsent and frequency == Frequency.AT_ONCE]
    put_many(MAIL, [(str(pk), {"notice": pk}) for pk in mails], at=now)


def _told(due: datetime | None) -> str | None:
    return None if due is None else due.isoformat()
