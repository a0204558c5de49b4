"""Which types of item a world file may hold, and the fields of their own that they have."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from cms.worlds.alert_fields import ALERT_FIELDS, read_alert_fields
from cms.worlds.fields import Fields
from content_types.models import Alert, Bulletin, ContentPage


def _nothing(_fields: Fields) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class ItemType:
    """One content type: its page, the names of what `fields` may hold, and what reads them."""

    model: type[ContentPage]
    fields: tuple[str, ...] = ()
    read: Callable[[Fields], dict[str, Any]] = _nothing


@cache
def item_types() -> dict[str, ItemType]:
    """Return the types by the key that stands in world files."""
    return {
        Bulletin.type_key: ItemType(Bulletin),
        Alert.type_key: ItemType(Alert, ALERT_FIELDS, read_alert_fields),
    }
