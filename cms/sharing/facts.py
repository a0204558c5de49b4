"""The facts that decide: plain values without a database, so that a decision can be made, tested and explained."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class RecipientFacts:
    """Somebody the owner named, and for when; `until` is exclusive. Revoked rows are no facts any more."""

    kind: str
    target_id: int
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    def valid_at(self, at: datetime) -> bool:
        """Tell whether the row counts at the instant."""
        begun = self.valid_from is None or self.valid_from <= at
        return begun and (self.valid_until is None or at < self.valid_until)


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What one item's own rows say about who may see it."""

    owner_id: int
    element: str
    countries: frozenset[str]
    marking: str
    state: str
    live: bool = True
    quarantined: bool = False
    quarantined_by: int | None = None
    recipients: tuple[RecipientFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class MembershipFacts:
    """One membership: place, role, days (both inclusive), and element code → countries (none: all)."""

    organisation_id: int
    role: str
    valid_from: date | None = None
    valid_until: date | None = None
    competences: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def valid_on(self, day: date) -> bool:
        """Tell whether the membership counts on the UTC day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Who is asking. `in_good_standing`: active, enrolled, second factor, current terms accepted."""

    user_id: int
    in_good_standing: bool
    memberships: tuple[MembershipFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """The tree (organisation → its parent) and the members of each working group."""

    parents: Mapping[int, int | None]
    group_organisations: Mapping[int, frozenset[int]] = field(default_factory=dict)
    group_users: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def at_or_above(self, organisation_id: int) -> frozenset[int]:
        """Return the organisation and all above it."""
        found: list[int] = []
        current: int | None = organisation_id
        while current is not None:
            found.append(current)
            current = self.parents[current]
        return frozenset(found)
