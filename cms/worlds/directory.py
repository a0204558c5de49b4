"""What keys may be named: those of the file and those of the database, the file's word first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cms.elements.models import Element
from cms.organisations.models import Organisation, WorkingGroup
from cms.organisations.services import BUILT_IN_GROUPS
from cms.sharing.enums import CEILING_STATE, SharingState, width
from cms.users.models import User


@dataclass(frozen=True, slots=True)
class Place:
    """Where an organisation stands: its kind, and the key of the one above it."""

    kind: str
    parent: str | None


@dataclass(slots=True)
class Directory:
    """Everything that a file may name. `ceilings`: the widest state that an organisation's own ceiling, or an
    element's, allows, where somebody lowered it."""

    elements: frozenset[str] = frozenset()
    stored: dict[str, Place] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    groups: set[str] = field(default_factory=set)
    users: set[str] = field(default_factory=set)
    element_ceilings: dict[str, SharingState] = field(default_factory=dict)
    owner_ceilings: dict[str, SharingState] = field(default_factory=dict)

    def root(self, key: str) -> str | None:
        """Return the key of the participant above an organisation; None where the tree is broken."""
        seen: set[str] = set()
        while key in self.places and key not in seen:
            seen.add(key)
            parent = self.places[key].parent
            if parent is None:
                return key
            key = parent
        return None

    def cycle(self, key: str) -> list[str] | None:
        """Return the keys of a cycle that an organisation is part of, or None."""
        path: list[str] = []
        current: str | None = key
        while current is not None and current in self.places and current not in path:
            path.append(current)
            current = self.places[current].parent
        return [*path, key] if path and current == key else None

    def widest(self, element: str, owner: str) -> SharingState:
        """Return the widest state that the rules of element and owner allow, the marking apart."""
        ceilings = [self.element_ceilings.get(element, SharingState.PUBLIC)]
        current: str | None = owner
        seen: set[str] = set()
        while current is not None and current in self.places and current not in seen:
            seen.add(current)
            ceilings.append(self.owner_ceilings.get(current, SharingState.PUBLIC))
            current = self.places[current].parent
        return min(ceilings, key=width)


def from_database() -> Directory:
    """Return what the database holds."""
    organisations = list(Organisation.objects.select_related("parent"))
    stored = {o.key: Place(o.kind, o.parent.key if o.parent else None) for o in organisations}
    return Directory(
        elements=frozenset(Element.objects.values_list("key", flat=True)),
        stored=stored,
        places=dict(stored),
        groups=set(WorkingGroup.objects.values_list("key", flat=True)) | set(BUILT_IN_GROUPS),
        users=set(User.objects.values_list("email", flat=True)),
        element_ceilings={key: _state(ceiling) for key, ceiling in Element.objects.values_list("key", "ceiling")},
        owner_ceilings={o.key: _owner_state(o.ceiling) for o in organisations},
    )


def _state(ceiling: str) -> SharingState:
    return {str(key): state for key, state in CEILING_STATE.items()}[ceiling]


def _owner_state(ceiling: str) -> SharingState:
    """An organisation's ceiling is `network` until somebody lowers it; two of its deciders go beyond that, and a world
    file stands in for them."""
    state = _state(ceiling)
    return SharingState.PUBLIC if state == SharingState.NETWORK else state


def add_file(directory: Directory, sections: Mapping[str, Any]) -> None:
    """Add the keys that a file declares, whatever else is wrong with its objects."""
    for entry in _objects(sections, "organisations"):
        parent = entry.get("parent")
        directory.places[entry["key"]] = Place(str(entry.get("kind")), parent if isinstance(parent, str) else None)
    directory.groups.update(entry["key"] for entry in _objects(sections, "groups"))
    directory.users.update(entry["email"].lower() for entry in _objects(sections, "users", "email"))


def _objects(sections: Mapping[str, Any], section: str, key: str = "key") -> list[dict[str, Any]]:
    entries = sections.get(section)
    if not isinstance(entries, list):
        return []
    return [entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get(key), str)]
