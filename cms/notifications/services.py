"""What operators do with rows that were set aside."""

from datetime import datetime

from django.db import transaction

from cms.notifications.models import OutboxRow


@transaction.atomic
def retry_set_aside(*, pks: list[int], at: datetime) -> int:
    """Have rows that were set aside tried again from the instant on; return how many there were."""
    rows = OutboxRow.objects.filter(pk__in=pks, set_aside_at__isnull=False)
    return rows.update(set_aside_at=None, failures=0, due=at)


@transaction.atomic
def drop_set_aside(*, pks: list[int]) -> int:
    """Remove rows that were set aside, undone; return how many there were."""
    return OutboxRow.objects.filter(pk__in=pks, set_aside_at__isnull=False).delete()[0]
