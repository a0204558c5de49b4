"""How tests of acts look at rows and trail: as they stand, and as they stayed when an act was refused."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from cms.audit.models import AuditEvent
from cms.sharing.confirming import waiting_confirmations
from cms.sharing.models import Recipient, Sharing
from cms.sharing.querysets import facts_of
from cms.sharing.tokens import audience
from cms.users.models import User
from tests.factories import NOW

LATER = NOW + timedelta(hours=1)


def fresh(row: Sharing) -> Sharing:
    """Return the row as it stands."""
    return Sharing.objects.get(pk=row.pk)


def events() -> list[tuple[str, int | None, str, str]]:
    """Return what the trail says of items, oldest first: event, actor, rule, reason."""
    rows = AuditEvent.objects.exclude(item=None).order_by("pk")
    return list(rows.values_list("event", "actor_id", "rule", "reason"))


def exact(row: Sharing, at: datetime = LATER) -> bool:
    """Tell whether the stored tokens and their span are those of the facts."""
    made = audience(facts_of(row), at)
    return (frozenset(row.audience), row.audience_since, row.next_change) == (made.tokens, made.since, made.next_change)


def waiting(*people: User) -> list[list[str]]:
    """Return what waits for each of them."""
    return [[row.kind for row in waiting_confirmations(person, LATER)] for person in people]


def refused(error: type[Exception], service: Callable[..., object], **arguments: Any) -> None:
    """Call the service and see it refuse, leaving rows and trail as they were."""
    rows = [list(model.objects.order_by("pk").values()) for model in (Sharing, Recipient, AuditEvent)]
    with pytest.raises(error):
        service(at=LATER, **arguments)
    assert [list(model.objects.order_by("pk").values()) for model in (Sharing, Recipient, AuditEvent)] == rows
