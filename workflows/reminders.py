"""Reminders of reviews: the people who may edit an item are told once for each day that it was due on."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from cms.core.instants import day_of
from cms.notifications.enums import Urgency
from cms.notifications.services import notify
from cms.sharing.models import Sharing
from cms.sharing.rules import holders
from workflows.kinds import REVIEW_DUE
from workflows.models import ReviewReminder
from workflows.selectors import due_by

BATCH = 200


def remind(*, at: datetime, batch: int = BATCH) -> int:
    """Tell who has to review what is due and was not told of; return how many items there were."""
    told = 0
    while rows := _remind(at, batch):
        told += rows
    return told


@transaction.atomic
def _remind(at: datetime, batch: int) -> int:
    rows: Sequence[Sharing] = _untold(at, batch)
    reminders = [
        ReviewReminder(sharing=row, due_on=row.review_on, told_at=at)  # type: ignore[attr-defined] # annotated
        for row in rows
    ]
    # a reminder that another worker made meanwhile stays; the notices of both count as one while they are unread
    ReviewReminder.objects.bulk_create(reminders, ignore_conflicts=True)
    for row in rows:
        notify(
            kind=REVIEW_DUE.code,
            users=sorted(holders("edit", row, at)),
            item=row.uuid,
            reference=row.reference,
            element=row.element,
            urgency=Urgency.ROUTINE,
            at=at,
        )
    return len(rows)


def _untold(at: datetime, batch: int) -> list[Sharing]:
    due = due_by(Sharing.objects.select_related("page", "owner", "element"), day_of(at))
    reminded = ReviewReminder.objects.filter(sharing=OuterRef("pk"), due_on=OuterRef("review_on"))
    return list(due.exclude(Exists(reminded))[:batch])
