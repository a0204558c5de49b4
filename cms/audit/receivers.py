"""Acts of apps below the trail, written as they are reported."""

from typing import Any

from django.dispatch import receiver

from cms.audit.enums import Event
from cms.audit.services import Entry, record
from cms.core.acts import Act, acted


@receiver(acted)
def record_act(act: Act, **_signal: Any) -> None:
    """Write the row of a reported act; an event that the enum does not hold raises ValueError."""
    record(
        Entry(
            event=Event(act.event),
            at=act.at,
            actor_id=act.actor_id,
            owner_id=act.owner_id,
            reason=act.reason,
            details=act.details,
        )
    )
