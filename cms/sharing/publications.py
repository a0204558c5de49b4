"""What the trail says of an item's publications."""

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.sharing.models import Sharing

_MADE_LIVE = (Event.ITEM_PUBLISHED, Event.ITEM_LOADED, Event.PUBLICATION_UNDONE)


def last_publication(sharing: Sharing) -> AuditEvent | None:
    """Return the publication that made the item's live version live; None where that was something else."""
    last = AuditEvent.objects.filter(item=sharing.uuid, event__in=_MADE_LIVE).order_by("-pk").first()
    if last is None or last.event != Event.ITEM_PUBLISHED or not sharing.page.live:
        return None
    return last if last.version == sharing.page.live_revision_id else None


def version_before(publication: AuditEvent) -> int | None:
    """Return the version that was live before this publication."""
    rows = AuditEvent.objects.filter(item=publication.item, event__in=_MADE_LIVE, pk__lt=publication.pk)
    before = rows.exclude(version__isnull=True).order_by("-pk").first()
    return None if before is None else before.version
