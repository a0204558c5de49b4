"""Which types of item a world file may hold, and the fields of their own that they have."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from cms.worlds.alert_fields import ALERT_FIELDS, ALERT_LINKS, ALERT_NAMES, read_alert_fields
from cms.worlds.fields import Fields
from content_types.alert_vocabularies import ReportKind
from content_types.models import Alert, Bulletin, ContentPage


def _nothing(_fields: Fields) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class ItemType:
    """One type: its page, the names of what `fields` may hold, and what reads them.

    `names` says which fields have another name in the page; `links` are those that tell of other objects.
    """

    model: type[ContentPage]
    fields: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    read: Callable[[Fields], dict[str, Any]] = _nothing

    def attribute(self, name: str) -> str:
        """Return what the page calls the field."""
        return self.names.get(name, name)


@cache
def item_types() -> dict[str, ItemType]:
    """Return the types by the key that stands in world files."""
    alerts = {
        kind.value: ItemType(
            Alert, ALERT_FIELDS, ALERT_LINKS, ALERT_NAMES, partial(read_alert_fields, report_kind=kind.value)
        )
        for kind in ReportKind
    }
    return {Bulletin.type_key: ItemType(Bulletin), **alerts}


@cache
def item_pages() -> dict[type[ContentPage], Sequence[str]]:
    """Return each page that holds items, with its fields that loading writes beside those that all have."""
    found: dict[type[ContentPage], Sequence[str]] = {Bulletin: (), Alert: ("report_kind", "first_item")}
    for known in item_types().values():
        found[known.model] = sorted({*found[known.model], *(known.attribute(name) for name in known.fields)})
    return found
