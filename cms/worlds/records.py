"""What a world file says, as plain values. Objects are named by their keys in the file, people by e-mail address."""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cms.documents.intake import Taken
from cms.worlds.markup import Block


@dataclass(frozen=True, slots=True)
class OrganisationRecord:
    """A node of the tree."""

    path: str
    key: str
    name: str
    kind: str
    country: str | None
    parent: str | None


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """A working group: keys of organisations, addresses of people. Without a charter or a leader nothing is said
    about it."""

    path: str
    key: str
    name: str
    charter: str | None
    leader: str | None
    organisations: frozenset[str]
    users: frozenset[str]


@dataclass(frozen=True, slots=True)
class MembershipRecord:
    """A role in an organisation; `competences` are pairs of element and countries (none: all)."""

    organisation: str
    role: str
    valid_from: date | None
    valid_until: date | None
    competences: frozenset[tuple[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class UserRecord:
    """A person. Without a password nothing is said about it."""

    path: str
    email: str
    name: str
    password: str | None
    active: bool
    memberships: tuple[MembershipRecord, ...]


@dataclass(frozen=True, slots=True)
class RecipientRecord:
    """Somebody the owner names: kind, and key or address."""

    kind: str
    key: str
    valid_from: datetime | None
    valid_until: datetime | None
    purpose: str


@dataclass(frozen=True, slots=True)
class TextRecord:
    """What describes an item's text: the part that stands in the page and its revisions."""

    title: str
    summary: str
    body: tuple[Block, ...]
    language: str
    topic: str | None
    information_date: date | None
    reliability: str
    accuracy: int | None
    level: str
    review_date: date | None
    # fields of the item's type, by name
    own: dict[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class TermsRecord:
    """What governs an item's sharing, recipients apart."""

    marking: str
    state: str
    use_limits: tuple[str, ...]
    copies_allowed: bool


@dataclass(frozen=True, slots=True)
class AttachmentRecord:
    """A file beside the world file: its name, and once it was taken in what it is and the folder of its clean copy."""

    name: str
    taken: Taken | None = None
    made: Path | None = None


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """That somebody acknowledged an alert for their participant."""

    path: str
    by: str
    at: datetime
    answer: str
    note: str


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """One item: its text, and its sharing facts."""

    path: str
    key: str
    type: str
    element: str
    owner: str
    countries: tuple[str, ...]
    status: str
    quarantined: bool
    published_at: datetime | None
    author: str | None
    text: TextRecord
    terms: TermsRecord
    recipients: tuple[RecipientRecord, ...]
    attachments: tuple[AttachmentRecord, ...]
    # key of the item whose event it tells of
    follows: str | None = None
    answers: tuple[AnswerRecord, ...] = ()

    @property
    def published(self) -> bool:
        """Whether the item is to have a live version."""
        return self.status == "published"


@dataclass(frozen=True, slots=True)
class World:
    """A whole file, checked."""

    organisations: tuple[OrganisationRecord, ...] = ()
    groups: tuple[GroupRecord, ...] = ()
    users: tuple[UserRecord, ...] = ()
    items: tuple[ItemRecord, ...] = ()
