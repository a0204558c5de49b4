"""What is put on record about reading drafts and keeping the structure."""

from cms.audit.enums import Event
from cms.audit.services import Entry, record
from cms.sharing.models import Sharing
from content_types.draft_scope import DraftViewer
from content_types.signals import draft_viewed


def record_draft_viewed(viewer: DraftViewer, sharing: Sharing) -> None:
    """Put on record that somebody opened a draft, and let it be known."""
    record(
        Entry(
            event=Event.DRAFT_VIEWED,
            at=viewer.at,
            actor_id=viewer.user.pk,
            item=sharing.uuid,
            version=sharing.page.latest_revision_id,
            owner_id=sharing.owner_id,
            marking=sharing.marking,
            rule="sharing.view_draft",
        )
    )
    draft_viewed.send(sender=Sharing, sharing=sharing, user_id=viewer.user.pk, at=viewer.at)


def record_structure_changed(viewer: DraftViewer, page_id: int, change: str) -> None:
    """Put on record what a curator did to a structure page."""
    details = {"page": page_id, "change": change}
    record(Entry(event=Event.STRUCTURE_CHANGED, at=viewer.at, actor_id=viewer.user.pk, details=details))
