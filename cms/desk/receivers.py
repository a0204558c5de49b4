"""What the desk does when something happens elsewhere."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from cms.desk.kinds import CHANGED
from cms.desk.models import ReadVersion, Watch
from cms.desk.selectors import standing
from cms.desk.services import note_read
from cms.notifications.services import have_read
from cms.sharing.models import Sharing
from cms.sharing.signals import item_erased
from cms.sharing.telling import tell
from cms.users.models import User
from content_types.models import ContentPage
from content_types.signals import draft_saved, draft_viewed, item_opened
from workflows.signals import item_published


@receiver(item_opened)
def note_reading(page: ContentPage, user_id: int, at: datetime, **_signal: Any) -> None:
    """Whoever opens an item has read this version, and what told of it."""
    sharing, live = page.sharing, page.live_revision_id
    known = standing(user_id, sharing.uuid)
    if not known.has_read(live):
        told_of = sharing.uuid if known.unread else None
        note_read(user_id=user_id, sharing_id=sharing.pk, live=live, at=at, told_of=told_of)
    elif known.unread:
        have_read(user_id=user_id, item=sharing.uuid, at=at)


@receiver(draft_viewed)
def note_draft_read(sharing: Sharing, user_id: int, at: datetime, **_signal: Any) -> None:
    """Whoever is shown the newest version has read it, and with it what readers see, and what told of either: of the
    next one that is handed in they are told anew."""
    newest, live = sharing.page.latest_revision_id, sharing.page.live_revision_id
    known = standing(user_id, sharing.uuid)
    if not known.has_read(newest):
        told_of = sharing.uuid if known.unread else None
        note_read(user_id=user_id, sharing_id=sharing.pk, live=live, newest=newest, at=at, told_of=told_of)
    elif known.unread:
        have_read(user_id=user_id, item=sharing.uuid, at=at)


@receiver(draft_saved)
def note_own_draft(page: ContentPage, actor: User, at: datetime, **_signal: Any) -> None:
    """Whoever writes a version has read it."""
    live, newest = page.live_revision_id, page.latest_revision_id
    note_read(user_id=actor.pk, sharing_id=page.sharing.pk, live=live, newest=newest, at=at)


@receiver(item_published)
def tell_watchers(sharing: Sharing, actor: User, at: datetime, **_signal: Any) -> None:
    """Whoever watches an item is told of a new version; at the first one nobody can have watched it."""
    watching = list(Watch.objects.filter(item=sharing.uuid).values_list("user", flat=True))
    if watching:
        tell(CHANGED, sharing, watching, at=at, but=actor)


@receiver(item_erased)
def forget_watchers(sharing: Sharing, **_signal: Any) -> None:
    """Nobody watches an item that is erased, and who read which version is forgotten."""
    Watch.objects.filter(item=sharing.uuid).delete()
    ReadVersion.objects.filter(sharing=sharing).delete()
