"""How many objects of each kind were added, changed, left alone or removed."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Counts:
    """Numbers of one kind of object."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    def count(self, *, added: bool, changed: bool) -> None:
        """Count one object."""
        if added:
            self.added += 1
        elif changed:
            self.changed += 1
        else:
            self.unchanged += 1

    @property
    def numbers(self) -> dict[str, int]:
        """The numbers by their names."""
        return {name: getattr(self, name) for name in ("added", "changed", "unchanged", "removed")}


@dataclass(slots=True)
class Outcome:
    """What loading a file did."""

    organisations: Counts = field(default_factory=Counts)
    groups: Counts = field(default_factory=Counts)
    users: Counts = field(default_factory=Counts)
    items: Counts = field(default_factory=Counts)
    topics: int = 0

    @property
    def sections(self) -> dict[str, Counts]:
        """The numbers by section of the file."""
        return {
            "organisations": self.organisations,
            "groups": self.groups,
            "users": self.users,
            "items": self.items,
        }

    @property
    def changed_anything(self) -> bool:
        """Whether the database differs from before."""
        counts = self.sections.values()
        return bool(self.topics or any(c.added or c.changed or c.removed for c in counts))
