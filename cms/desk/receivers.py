"""What the desk does when something happens elsewhere."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from cms.notifications.services import have_read
from content_types.models import ContentPage
from content_types.signals import item_opened


@receiver(item_opened)
def read_notices(page: ContentPage, user_id: int, at: datetime, **_signal: Any) -> None:
    """Whoever opens an item has read what told of it."""
    have_read(user_id=user_id, item=page.sharing.uuid, at=at)
