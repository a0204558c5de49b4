"""Which item is which key of a world file."""

from collections.abc import Iterable
from uuid import UUID

from cms.worlds.models import Kind, WorldObject


def world_keys(uuids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the world files' keys of those of the items (by public identifier) that came from one."""
    rows = WorldObject.objects.filter(kind=Kind.ITEM, uuid__in=list(uuids))
    return {uuid: key for uuid, key in rows.values_list("uuid", "key") if uuid is not None}


def world_ids() -> dict[str, str]:
    """Return the public identifier of every item that came from a world file, by its key there, visible or not."""
    rows = WorldObject.objects.filter(kind=Kind.ITEM).order_by("key")
    return {key: str(uuid) for key, uuid in rows.values_list("key", "uuid")}
