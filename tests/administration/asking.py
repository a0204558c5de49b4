"""What tests of the administration ask again and again."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from cms.audit.models import AuditEvent
from cms.sharing.models import Sharing
from cms.sharing.querysets import SharingQuerySet
from cms.users.models import User
from tests.factories import NOW


def done(act: Callable[[], Any]) -> bool:
    """Tell whether the act is done; what is refused leaves nothing behind, no row of the trail either."""
    before = AuditEvent.objects.count()
    try:
        with transaction.atomic():
            act()
    except (ValidationError, PermissionDenied):
        assert AuditEvent.objects.count() == before
        return False
    return True


def reads(user: User, sharing: Sharing, at: datetime = NOW) -> bool:
    """Tell whether the person may read the item."""
    rows: SharingQuerySet = Sharing.objects.filter(pk=sharing.pk)
    return rows.visible_to(User.objects.get(pk=user.pk), at).exists()


def last_event() -> tuple[str, int | None, int | None]:
    """Return event, actor and organisation of the newest row of the trail."""
    row = AuditEvent.objects.latest("pk")
    return row.event, row.actor_id, row.owner_id
