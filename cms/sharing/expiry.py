"""Expiry: the end of an item's time, set when it was approved. It only ever narrows, so it rests on nobody's right."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from cms.audit.enums import Event
from cms.audit.services import Entry, record_many
from cms.sharing.enums import SharingState
from cms.sharing.models import Sharing
from cms.sharing.services import write_audience
from cms.sharing.signals import items_changed


@transaction.atomic
def expire(*, sharing_ids: Iterable[int], at: datetime) -> int:
    """Withdraw these items because their time is over: their version stays live, the audience is the owner's again.

    Rows are locked in the order of their ids, so two workers never wait for each other in a circle. What is withdrawn
    already stays as it is. Returns how many were withdrawn.
    """
    wanted = sorted(sharing_ids)
    list(Sharing.objects.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk"))
    rows = list(Sharing.objects.with_facts().filter(pk__in=wanted).exclude(state=SharingState.WITHDRAWN).order_by("pk"))
    before = {row.pk: row.state for row in rows}
    for row in rows:
        row.state = SharingState.WITHDRAWN
    Sharing.objects.bulk_update(rows, ["state"], batch_size=500)
    write_audience(rows, at)
    record_many(
        [
            Entry(
                event=Event.ITEM_EXPIRED,
                at=at,
                actor_id=None,
                item=row.uuid,
                version=row.page.live_revision_id,
                owner_id=row.owner_id,
                marking=row.marking,
                rule="sharing.expiry",
                details={"from": before[row.pk], "to": SharingState.WITHDRAWN.value},
            )
            for row in rows
        ]
    )
    if rows:
        items_changed.send(sender=Sharing, sharing_ids=[row.pk for row in rows])
    return len(rows)
