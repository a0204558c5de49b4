"""Reminders of reviews: the people who may edit an item are told once for each day that it was due on."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef

from cms.core.batches import until_none_left
from cms.core.instants import day_of
from cms.sharing.models import Sharing
from cms.sharing.rules import holders
from cms.sharing.telling import tell
from workflows.kinds import REVIEW_DUE
from workflows.models import ReviewReminder
from workflows.selectors import due_by

BATCH = 200


def remind(*, at: datetime, batch: int = BATCH) -> int:
    """Tell who has to review what is due and was not told of; return how many items there were."""
    return until_none_left(partial(_remind, at, batch))


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
        tell(REVIEW_DUE, row, holders("edit", row, at), at=at)
    return len(rows)


def _untold(at: datetime, batch: int) -> list[Sharing]:
    due = due_by(Sharing.objects.select_related("page", "owner", "element"), day_of(at))
    reminded = ReviewReminder.objects.filter(sharing=OuterRef("pk"), due_on=OuterRef("review_on"))
    return list(due.exclude(Exists(reminded))[:batch])
