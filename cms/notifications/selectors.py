"""Reading the outbox: how it is, and what was set aside."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from cms.core import heartbeats
from cms.core.health import OK
from cms.notifications.models import OutboxRow

# what waits longer than this although it is due makes the service degraded
PATIENCE = timedelta(minutes=2)


def set_aside() -> QuerySet[OutboxRow]:
    """Return the rows that failed too often, the oldest first: an operator decides what becomes of them."""
    return OutboxRow.objects.filter(set_aside_at__isnull=False).order_by("set_aside_at", "pk")


def outbox_state(at: datetime) -> str:
    """Return the outbox's state for `/health/`: codes and numbers only."""
    alive = heartbeats.state_of("outbox", at)
    untouched = Q(last_error="", due__lte=at - PATIENCE)
    tried = ~Q(last_error="") & Q(created_at__lte=at - PATIENCE)
    late = OutboxRow.objects.filter(untouched | tried, set_aside_at__isnull=True)
    kinds = sorted(set(late.order_by().values_list("kind", flat=True).distinct()))
    parts = [] if alive == OK else [alive]
    if kinds:
        parts.append("waiting for more than two minutes: " + ", ".join(kinds))
    if number := set_aside().count():
        parts.append(f"set aside: {number}")
    return "; ".join(parts) or OK
