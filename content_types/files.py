"""The files in a text: which a version shows, and making them the item's own when it is saved."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from wagtail.blocks import StreamValue
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.documents.services import adopt_files
from cms.sharing.models import Sharing
from cms.users.models import User

FIGURE, ATTACHMENTS = "figure", "attachments"


def as_uuid(value: object) -> UUID | None:
    """Return the identifier that a value is in its usual spelling, or None."""
    try:
        found = UUID(str(value))
    except ValueError:
        return None
    return found if str(found) == value else None


def shown_in(blocks: Iterable[Any]) -> Iterator[UUID]:
    """Yield the files that raw stream data (a list of `{"type", "value"}`) shows, in order."""
    for block in blocks:
        yield from _in_block(block)


def attached_in(blocks: Iterable[Any]) -> list[UUID]:
    """Return the files that raw stream data lists as attachments, each once, in order."""
    return list(dict.fromkeys(shown_in(block for block in blocks if block["type"] == ATTACHMENTS)))


def _in_block(block: Mapping[str, Any]) -> Iterator[UUID]:
    kind, value = block["type"], block["value"]
    if kind == FIGURE and isinstance(value, Mapping):
        value = [value.get("file")]
    elif kind != ATTACHMENTS or not isinstance(value, list):
        return
    yield from (found for found in map(as_uuid, value) if found is not None)


def streams_of(page: Page) -> dict[str, StreamValue]:
    """Return the page's streams by the names of their fields."""
    names = [field.name for field in page._meta.get_fields() if isinstance(field, StreamField)]
    return {name: getattr(page, name) for name in names}


def adopt(page: Page, sharing: Sharing, *, actor: User, at: datetime) -> None:
    """Make all files that the unsaved page shows the item's own, whose row the caller has locked; a copied one is
    shown by its new identifier. Raises NotAllowed for a file that the person may not use."""
    streams = streams_of(page)
    uuids = [uuid for stream in streams.values() for uuid in shown_in(stream.raw_data)]
    if not uuids:
        return
    names = adopt_files(sharing=sharing, uuids=uuids, actor=actor, at=at)
    if all(new == old for old, new in names.items()):
        return
    for name, stream in streams.items():
        renamed = [_renamed(block, names) for block in stream.raw_data]
        setattr(page, name, StreamValue(stream.stream_block, renamed, is_lazy=True))


def _renamed(block: Mapping[str, Any], names: Mapping[UUID, UUID]) -> dict[str, Any]:
    kind, value = block["type"], block["value"]
    told = {str(old): str(new) for old, new in names.items()}
    if kind == FIGURE:
        value = dict(value) | {"file": told.get(value.get("file"), value.get("file"))}
    elif kind == ATTACHMENTS:
        value = [told.get(uuid, uuid) for uuid in value]
    return dict(block) | {"value": value}
