"""Writing recipient rows: naming somebody, and taking the access away again. Callers hold the item's lock."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from cms.sharing.ceilings import check_recipients
from cms.sharing.models import Recipient, Sharing
from cms.sharing.targets import Target
from cms.users.models import User


def add_recipients(
    sharing: Sharing, targets: Sequence[Target], *, actor: User | None, at: datetime, confirmed_by: User | None = None
) -> None:
    """Name these recipients. Raises AboveCeiling for a kind that the marking does not allow."""
    check_recipients(sharing.marking, (target.kind for target in targets))
    granted: dict[str, Any] = {"granted_by": actor, "granted_at": at, "confirmed_by": confirmed_by}
    Recipient.objects.bulk_create(
        Recipient(sharing=sharing, marking=sharing.marking, **granted, **target.columns) for target in targets
    )


def revoke_rows(sharing: Sharing, which: Q, *, actor: User | None, at: datetime, reason: str) -> int:
    """Revoke the item's unrevoked recipients that meet the condition; return how many."""
    rows = Recipient.objects.filter(which, sharing=sharing, revoked_at__isnull=True)
    return rows.update(revoked_at=at, revoked_by=actor, revoked_reason=reason)
