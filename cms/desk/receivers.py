"""What the desk does when something happens elsewhere."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from cms.desk.kinds import CHANGED
from cms.desk.models import Watch
from cms.desk.selectors import standing
from cms.notifications.services import have_read
from cms.sharing.models import Sharing
from cms.sharing.telling import tell
from cms.users.models import User
from content_types.models import ContentPage
from content_types.signals import item_opened
from workflows.signals import item_published


@receiver(item_opened)
def read_notices(page: ContentPage, user_id: int, at: datetime, **_signal: Any) -> None:
    """Whoever opens an item has read what told of it."""
    item = page.sharing.uuid
    if standing(user_id, item).unread:
        have_read(user_id=user_id, item=item, at=at)


@receiver(item_published)
def tell_watchers(sharing: Sharing, actor: User, at: datetime, **_signal: Any) -> None:
    """Whoever watches an item is told of a new version; at the first one nobody can have watched it."""
    watching = list(Watch.objects.filter(item=sharing.uuid).values_list("user", flat=True))
    if watching:
        tell(CHANGED, sharing, watching, at=at, but=actor)
