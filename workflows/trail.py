"""What the desk puts on record: one event for each act, with the item and the version that it was about."""

from datetime import datetime
from typing import Any

from cms.audit.enums import Event
from cms.audit.services import Entry, record
from cms.sharing.models import Sharing
from cms.users.models import User


def record_item(
    sharing: Sharing,
    event: Event,
    *,
    actor: User | None,
    at: datetime,
    version: int | None,
    rule: str = "",
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Put on record what somebody (None: the clock) did with an item."""
    record(
        Entry(
            event=event,
            at=at,
            actor_id=actor.pk if actor else None,
            item=sharing.uuid,
            version=version,
            owner_id=sharing.owner_id,
            marking=sharing.marking,
            rule=rule,
            reason=reason,
            details=details or {},
        )
    )


def record_act(event: Event, *, actor: User, at: datetime, details: dict[str, Any], count: int | None = None) -> None:
    """Put on record what somebody did that is about no single item."""
    record(Entry(event=event, at=at, actor_id=actor.pk, count=count, details=details))
