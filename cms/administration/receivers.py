"""Owners are told when a group they share with has a new member."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from cms.administration.notices import GROUP_GREW
from cms.organisations.signals import group_grew
from cms.sharing.enums import SharingState
from cms.sharing.models import Recipient, Sharing
from cms.sharing.telling import tell_owner


@receiver(group_grew)
def tell_owners(group_id: int, at: datetime, **_signal: Any) -> None:
    """Tell the owners of every item that is shared with the group now or will be."""
    rows = Recipient.objects.filter(group=group_id, revoked_at__isnull=True).exclude(valid_until__lte=at)
    items = Sharing.objects.filter(pk__in=rows.values("sharing"), state=SharingState.RESTRICTED, quarantined=False)
    for sharing in items.select_related("owner", "element").order_by("pk"):
        tell_owner(GROUP_GREW, sharing, at=at)
