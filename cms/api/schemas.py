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
    next: str | None = Field(description="What to give as `after` for the following page; null where nothing follows.")


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


class Detail(Schema):
    """Why there is no answer."""

    detail: str


class ParameterErrors(Schema):
    """What is wrong with which parameter, and what would be right."""

    detail: str
    errors: dict[str, str]
