"""Which types of item a world file may hold, and the fields of their own that they have."""

from dataclasses import dataclass
from functools import cache

from content_types.models import Bulletin, ContentPage


@dataclass(frozen=True, slots=True)
class ItemType:
    """One content type: its page, and the names of what `fields` may hold."""

    model: type[ContentPage]
    fields: tuple[str, ...] = ()


@cache
def item_types() -> dict[str, ItemType]:
    """Return the types by the key that stands in world files."""
    return {Bulletin.type_key: ItemType(Bulletin)}
