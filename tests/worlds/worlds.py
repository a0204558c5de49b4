"""World files for tests: the small one, and ways to change a copy of it."""

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cms.sharing.models import Sharing
from cms.worlds.counting import Outcome
from cms.worlds.models import WorldObject
from cms.worlds.services import load_world
from content_types.models import Bulletin

SMALL = Path(__file__).with_name("small.json")
AT = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
_SMALL: dict[str, Any] = json.loads(SMALL.read_text())


def small() -> dict[str, Any]:
    """Return a fresh copy of the small world."""
    return copy.deepcopy(_SMALL)


def item_of(world: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the item with the key, to be changed in place."""
    found: dict[str, Any] = next(item for item in world["items"] if item["key"] == key)
    return found


def load(world: Any, *, replace: bool = False, at: datetime = AT) -> Outcome:
    """Load the world."""
    return load_world(value=world, at=at, replace=replace)


def sharing_of(key: str) -> Sharing:
    """Return the sharing row of the item with the key."""
    row = WorldObject.objects.get(kind="item", key=key)
    return Sharing.objects.select_related("page", "owner", "element", "proposal").get(uuid=str(row.uuid))


def page_of(key: str) -> Bulletin:
    """Return the page of the item with the key."""
    page: Bulletin = Bulletin.objects.get(pk=sharing_of(key).page_id)
    return page
