"""What an item's readers are told on it: that a newer one takes its place, that something was corrected."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from cms.sharing.models import CorrectionNotice, Sharing
from cms.users.models import User

CORRECTIONS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class OwnerNotices:
    """The newer item, for whoever may see it too, and the corrections, the newest first."""

    superseded_by: Sharing | None
    corrections: tuple[CorrectionNotice, ...]


def notices_on(sharing: Sharing, viewer: User | AnonymousUser | None, at: datetime) -> OwnerNotices:
    """Return what stands on an item that the viewer may see."""
    newer = Sharing.objects.filter(supersedes__older=sharing).visible_to(viewer, at)
    seen = newer.select_related("page").first()
    return OwnerNotices(superseded_by=seen, corrections=tuple(sharing.corrections.all()[:CORRECTIONS_SHOWN]))
