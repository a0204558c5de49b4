"""What is forgotten of a world file when an item of it goes."""

from typing import Any

from django.dispatch import receiver

from cms.sharing.models import Sharing
from cms.sharing.signals import item_erased
from cms.worlds.models import WorldObject


@receiver(item_erased)
def forget_item(sharing: Sharing, **_signal: Any) -> None:
    """An item that is erased has no key any more."""
    WorldObject.objects.filter(uuid=sharing.uuid).delete()
