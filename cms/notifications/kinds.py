"""What people are told of: each app names its kinds in `ready`, and says who may be told."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from cms.notifications.enums import Frequency, Urgency

# item, people (None: everybody), instant → those of them who may see the item then
Seers = Callable[[UUID, Collection[int] | None, datetime], frozenset[int]]

LIVE, DRAFT = "live", "draft"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notice: its content-free title, which version of the item one must be able to see to be told, and the
    name of the address that a mail leads to (its one part is the item's identifier).

    A personal kind tells of a person's own tasks and answers. Of others people are told as they subscribed; `default`
    says how soon those are told, by urgency, who subscribed to nothing (not at all where it is silent), and `always`
    that everyone concerned is told on the site whatever they chose for mails.
    """

    code: str
    title: Any
    scope: str = LIVE
    address: str = "item"
    personal: bool = True
    always: bool = False
    default: Mapping[Urgency, Frequency] = field(default_factory=dict)

    def default_for(self, urgency: str) -> Frequency | None:
        """Return how soon those are told who subscribed to nothing."""
        return self.default.get(Urgency(urgency))


_kinds: dict[str, Kind] = {}
_seers: dict[str, Seers] = {}


def register(kind: Kind) -> Kind:
    """Name a kind. Another one of that code is a ValueError."""
    if _kinds.get(kind.code, kind) != kind:
        raise ValueError(f"The kind of notice {kind.code} is registered twice.")
    _kinds[kind.code] = kind
    return kind


def kind_of(code: str) -> Kind:
    """Return the kind; an unknown one is a KeyError."""
    return _kinds[code]


def register_seers(scope: str, seers: Seers) -> None:
    """Name the function that decides who may see an item's live version, or its draft: the policy stands above this
    app and answers from there."""
    if _seers.get(scope, seers) is not seers:
        raise ValueError(f"Who sees {scope} items is decided twice.")
    _seers[scope] = seers


def seers_of(scope: str, item: UUID, users: Collection[int] | None, at: datetime) -> frozenset[int]:
    """Return those of the people (None: of everybody) who may see the item at the instant."""
    return _seers[scope](item, users, at)


def codes(scope: str) -> list[str]:
    """Return the codes of the kinds of a scope."""
    return sorted(code for code, kind in _kinds.items() if kind.scope == scope)
