"""Until when an alert is to be acknowledged, and when the next step of an escalation is due."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from cms.elements.models import Element
from cms.notifications.enums import Frequency, Urgency
from cms.notifications.preferences import next_digest
from workflows.alerts.models import Clock

# minutes; None: by the next daily digest
USUAL: dict[Urgency, int | None] = {Urgency.FLASH: 30, Urgency.URGENT: 240, Urgency.ROUTINE: None}
_SHORTEST = timedelta(minutes=5)
_LONGEST = timedelta(days=1)


def clocks_of(elements: Iterable[Element]) -> dict[tuple[int, str], int | None]:
    """Return (element id, urgency) → within how many minutes, or None for the next digest, for each urgency of these
    elements: what the Commission set, else what is usual."""
    rows = {(row.element_id, row.urgency): row.minutes for row in Clock.objects.all()}
    return {
        (element.pk, urgency.value): rows.get((element.pk, urgency.value), USUAL[urgency])
        for element in elements
        for urgency in Urgency
    }


def answer_by(minutes: int | None, at: datetime) -> datetime:
    """Return until when what goes out at the instant is to be acknowledged: within so many minutes, or (None) by the
    next daily digest."""
    if minutes is not None:
        return at + timedelta(minutes=minutes)
    return next_digest(Frequency.DAILY, at) or at + _LONGEST


def next_step(released_at: datetime, by: datetime, at: datetime) -> datetime:
    """Return when the step after the present one is due: after half of the time that was given for the first."""
    return at + min(max((by - released_at) / 2, _SHORTEST), _LONGEST)
