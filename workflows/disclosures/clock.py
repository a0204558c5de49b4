"""The clock of requests for disclosure: it reminds, and never answers."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q

from cms.core.batches import until_none_left
from cms.core.instants import day_of
from cms.sharing.telling import tell
from workflows.disclosures import kinds
from workflows.disclosures.enums import WAITING
from workflows.disclosures.models import DisclosureRequest
from workflows.disclosures.rights import deciders

REMINDED_BEFORE = timedelta(days=5)
_REMINDED, _OVERDUE = 1, 2
BATCH = 100


def remind(*, at: datetime, batch: int = BATCH) -> int:
    """Remind deciders some days before an answer is needed and once the day has gone by; tell then whoever asked, too.
    Return how many requests there were."""
    return until_none_left(partial(_remind, at, batch))


@transaction.atomic
def _remind(at: datetime, batch: int) -> int:
    day = day_of(at)
    soon = Q(reminders=0, answer_by__lte=day + REMINDED_BEFORE)
    late = Q(reminders__lt=_OVERDUE, answer_by__lt=day)
    waiting = DisclosureRequest.objects.filter(soon | late, status__in=WAITING)
    rows = waiting.select_for_update(of=("self",), skip_locked=True).select_related(
        "sharing__owner", "sharing__element"
    )
    found = list(rows.select_related("sharing__page")[:batch])
    for request in found:
        overdue = request.answer_by < day
        request.reminders = _OVERDUE if overdue else _REMINDED
        request.save(update_fields=["reminders"])
        tell(kinds.REMINDER, request.sharing, deciders(request, at), at=at)
        if overdue and request.asked_by_id is not None:
            tell(kinds.OVERDUE, request.sharing, [request.asked_by_id], at=at)
    return len(found)
