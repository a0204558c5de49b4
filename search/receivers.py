"""What search hears: items that changed, and pages that are live no more."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.dispatch import receiver
from wagtail.signals import page_unpublished

from cms.sharing.models import Sharing
from cms.sharing.signals import item_erased, items_changed
from content_types.models import ContentPage
from search.models import Finding, SearchEntry
from search.services import index_items, rebuild
from search.stemming import ANALYSIS
from search.sync import announce


@receiver(items_changed)
def index_changed_items(sharing_ids: list[int], **_signal: Any) -> None:
    """Write the entries of the items inside the transaction of the act."""
    index_items(sharing_ids)


@receiver(page_unpublished)
def drop_unpublished_item(instance: Any, **_signal: Any) -> None:
    """Remove the entry of an item whose page was taken offline by whatever way."""
    if isinstance(instance, ContentPage):
        index_items(Sharing.objects.filter(page_id=instance.pk).values_list("pk", flat=True))


@receiver(item_erased)
def forget_erased_item(sharing: Sharing, at: datetime, **_signal: Any) -> None:
    """Remove the entry and what saved searches found, and have the copies outside the database overwritten."""
    SearchEntry.objects.filter(pk=sharing.pk).delete()
    Finding.objects.filter(sharing_id=sharing.pk).delete()
    announce([sharing.pk], at)


def renew_entries(plan: Sequence[tuple[Any, bool]] = (), **_signal: Any) -> None:
    """After a migration of search, write those entries anew whose words were analysed in another way than now."""
    forwards = any(migration.app_label == "search" and not backwards for migration, backwards in plan)
    stale = SearchEntry.objects.exclude(analysis=ANALYSIS)
    if forwards and stale.exists():
        rebuild(Sharing.objects.filter(pk__in=stale.values("pk")))
