"""What Elasticsearch is told of an item: what it finds, filters, counts and sorts by. Texts are indexed, never kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from search.compounds import part_forms
from search.engines.elastic.definition import OTHER, PARTED, STEMMED
from search.words import composed, words

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An entry as a copy of it is made; `parts` are its texts in order: title, summary, body, attachments."""

    sharing_id: int
    uuid: UUID
    reference: str
    type: str
    language: str
    parts: Sequence[str]
    element_id: int
    owner_id: int
    countries: Sequence[str]
    marking: str
    state: str
    level: str
    has_attachment: bool
    own_facets: Sequence[str]
    published_at: datetime
    audience: Sequence[str]
    audience_since: datetime | None
    next_change: datetime | None


def document(source: Source) -> dict[str, Any]:
    """Return the copy. Empty values are left out: they are found by no filter and counted in no facet."""
    code = language_code(source.language)
    texts = [" ".join(_with_parts(word, code) for word in words(composed(part))) for part in source.parts]
    published = source.published_at.astimezone(UTC)
    values = {
        "number": source.sharing_id,
        "audience": list(source.audience),
        "uuid": str(source.uuid),
        "reference": source.reference,
        "element": str(source.element_id),
        "type": source.type,
        "owner": str(source.owner_id),
        "country": list(source.countries),
        "first_country": source.countries[0] if source.countries else None,
        "marking": source.marking,
        "state": source.state,
        "level": source.level,
        "language": source.language,
        "attachment": "yes" if source.has_attachment else "no",
        "year": f"{published:%Y}",
        "month": f"{published:%Y-%m}",
        "own": list(source.own_facets),
        "published": instant(published),
        "audience_since": instant(source.audience_since),
        "next_change": instant(source.next_change),
        f"title_{code}": texts[0],
        f"all_{code}": [text for text in texts if text],
    }
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _with_parts(word: str, code: str) -> str:
    """Return the word and, of a compound, the lexemes of its parts: the analyser puts them at the word's place."""
    return PARTED.join((word, *part_forms(word, code)))


def language_code(language: str) -> str:
    """Return the language by which the fields of a text are named."""
    return language if language in STEMMED else OTHER


def weighed_as(code: str) -> str:
    """Return the language by whose weights words are ranked in the fields of a language."""
    return "" if code == OTHER else code


def tombstone(sharing_id: int) -> dict[str, Any]:
    """Return the copy of an item that is gone, or kept out: nobody's tokens meet it, and its version stands against
    older copies that come late."""
    return {"number": sharing_id, "audience": []}


def instant(at: datetime | None) -> int | None:
    """Return the instant as microseconds of the Unix age: exact, as PostgreSQL keeps it."""
    if at is None:
        return None
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * _SECOND + since.microseconds
