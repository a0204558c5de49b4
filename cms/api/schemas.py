"""What the API answers, for its description; the answers themselves are built in `cms.api.answers`."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema


class FoundItem(Schema):
    """One item of a search."""

    id: UUID
    key: str | None = Field(description="The item's key in a world file, where it came from one.")
    title: str
    url: str = Field(description="Address on the reader site.")
    element: str
    owner: str = Field(description="Key of the owner organisation.")
    published_at: datetime
    snippet: str = Field(description="Words around the match as HTML: escaped text, with <mark> around what matched.")
    reference: str
    type: str
    marking: str
    language: str
    countries: list[str]
    matched: list[str] = Field(
        description="Where something of the query stands: title, summary, body, attachment, reference."
    )
    source: str | None = Field(
        description="The attachment, and its page, that the snippet is of; null: the item's text."
    )


class FacetCount(Schema):
    """One value of a facet."""

    value: str
    title: str
    count: int


class SearchAnswer(Schema):
    """What the viewer finds. `total` is exact; `facets` is left out where it was not asked for."""

    total: int
    items: list[FoundItem]
    facets: dict[str, list[FacetCount]] | None = Field(
        None,
        description="How the items found are spread: commonest value first, year and month latest first. A facet is "
        "counted without its own filter. Facets that a content type has of its own are named field.<name>.",
    )
    notices: list[str] = Field(description="How the words were read, where that may surprise.")
    meant: str | None = Field(
        description="Where nothing is found: the same text with words of visible items that are spelt nearly alike."
    )
    next: str | None = Field(description="What to give as `after` for the following page; null where nothing follows.")


class SuggestedItem(Schema):
    """An item whose title has the words typed so far."""

    id: UUID
    title: str
    url: str
    language: str
    type: str
    element: str


class SuggestAnswer(Schema):
    """A few such items."""

    items: list[SuggestedItem]


class KeptSearch(Schema):
    """A search that you keep."""

    handle: UUID
    name: str
    frequency: str = Field(description="How soon you are told of what newly matches.")
    parameters: str = Field(description="What to put behind the ? of the address of a search.")
    url: str = Field(description="Address on the reader site.")
    readable: bool = Field(description="Whether the search can still be made: what searches may say can change.")
    saved_at: datetime
    told_at: datetime | None


class KeptSearches(Schema):
    """What you keep, by name."""

    items: list[KeptSearch]


class SearchKept(Schema):
    """What became of an act on what you keep; `saved` is what stands afterwards, or with dry_run=1 would."""

    done: bool
    saved: KeptSearch | None


class PastSearchAnswer(Schema):
    """A search that you made; nobody else sees it."""

    words: str
    parameters: str
    url: str
    total: int = Field(description="How many items it found then.")
    at: datetime


class History(Schema):
    """Your latest searches, the latest first."""

    items: list[PastSearchAnswer]


class RelatedAnswer(Schema):
    """The items most like one, the likest first."""

    items: list[FoundItem]


class AttachmentAnswer(Schema):
    """A file below an item's text."""

    name: str
    media_type: str
    size: int = Field(description="Bytes.")
    url: str | None = Field(description="Where the file is given out; null while it waits for the scanner.")


class ItemAnswer(Schema):
    """An item with its text and what governs its use."""

    id: UUID
    key: str | None
    reference: str
    type: str
    title: str
    summary: str
    body: str = Field(description="Clean HTML.")
    language: str
    element: str
    topic: str | None = Field(description="Key of the topic page.")
    owner: str
    countries: list[str]
    marking: str
    state: str
    use_limits: list[str]
    copies_allowed: bool
    level: str | None
    reliability: str | None
    accuracy: int | None
    information_date: date | None
    information_until: date | None
    published_at: datetime
    review_date: date | None
    url: str
    attachments: list[AttachmentAnswer]
    fields: dict[str, Any] = Field(description="The content type's own fields.")


_SHARE = "A quarter of the whole, from 0 (under a quarter) to 3 (three quarters and more); null: of too few to be told."


class ParticipantFigures(Schema):
    """How one participant takes part."""

    participant: str = Field(description="Its key.")
    items: int | None = Field(description="Shared with the network; null: fewer than `threshold`, none included.")
    in_time: int | None = Field(description=f"Shared in time. {_SHARE}")
    described: int | None = Field(description=f"Of what describes them, filled in. {_SHARE}")
    acknowledged: int | None = Field(description=f"Alerts acknowledged in time. {_SHARE}")


class ParticipationAnswer(Schema):
    """The figures of an element in a quarter, and of what else there are some for you."""

    element: str
    quarter: str
    elements: list[str]
    quarters: list[str]
    participants: list[ParticipantFigures]
    total: int | None = Field(description="null: withheld, for single numbers could be worked out from it.")
    threshold: int


class Detail(Schema):
    """Why there is no answer."""

    detail: str


class ParameterErrors(Schema):
    """What is wrong with which parameter, and what would be right."""

    detail: str
    errors: dict[str, str]
