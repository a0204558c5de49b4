"""Answers as JSON."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from wagtail.blocks import StreamValue

from cms.documents.presentation import Attachment
from cms.worlds.item_types import item_types
from content_types.models import ContentPage
from search.queries import InvalidSearch
from search.selectors import FacetValue, Hit, SearchResult

_CONTENT_TYPE = "application/json; charset=utf-8"


def answer(content: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """Return the content as a JSON response."""
    return HttpResponse(json.dumps(content, ensure_ascii=False), status=status, content_type=_CONTENT_TYPE)


def not_found() -> HttpResponse:
    """Return the one 404, the same to the byte for hidden, absent and malformed."""
    return answer({"detail": "Not found."}, 404)


def parameter_errors(invalid: InvalidSearch) -> HttpResponse:
    """Return what is wrong with which parameter of a search."""
    return answer({"detail": "Some parameters are not understood.", "errors": invalid.errors}, 422)


def search_answer(found: SearchResult, keys: Mapping[UUID, str], *, meant: str, facets: bool) -> dict[str, Any]:
    """Return what a search answers; `keys` are those of world files, `meant` are other words."""
    content: dict[str, Any] = {
        "total": found.total,
        "items": [_found_item(hit, keys.get(hit.id)) for hit in found.hits],
        "notices": list(found.notices),
        "meant": meant or None,
        "next": found.next or None,
    }
    if facets:
        content["facets"] = {name: [_facet_value(value) for value in values] for name, values in found.facets.items()}
    return content


def related_answer(hits: Sequence[Hit], keys: Mapping[UUID, str]) -> dict[str, Any]:
    """Return the items most like one; `keys` are those of world files."""
    return {"items": [_found_item(hit, keys.get(hit.id)) for hit in hits]}


def suggested_answer(hits: Sequence[Hit]) -> dict[str, Any]:
    """Return the items whose titles are suggested."""
    names = ("title", "url", "language", "type", "element")
    return {"items": [{"id": str(hit.id)} | {name: getattr(hit, name) for name in names} for hit in hits]}


def _found_item(hit: Hit, key: str | None) -> dict[str, Any]:
    return {
        "id": str(hit.id),
        "key": key,
        "title": hit.title,
        "url": hit.url,
        "element": hit.element,
        "owner": hit.owner,
        "published_at": instant(hit.published_at),
        "snippet": hit.snippet,
        "reference": hit.reference,
        "type": hit.type,
        "marking": hit.marking,
        "language": hit.language,
        "countries": list(hit.country_codes),
        "matched": list(hit.matched),
        "source": hit.source or None,
    }


def _facet_value(value: FacetValue) -> dict[str, Any]:
    return {"value": value.value, "title": value.title, "count": value.count}


def item_answer(page: ContentPage, key: str | None) -> dict[str, Any]:
    """Return what an item that the viewer may see answers."""
    sharing, topic = page.sharing, page.topic
    return {
        "id": str(sharing.uuid),
        "key": key,
        "reference": sharing.reference,
        "type": page.item_type,
        "title": page.title,
        "summary": page.summary,
        "body": "".join(page.rendered_body()),
        "language": page.language,
        "element": sharing.element.key,
        "topic": topic.slug if topic is not None and topic.live else None,
        "owner": sharing.owner.key,
        "countries": sharing.countries,
        "marking": sharing.marking,
        "state": sharing.state,
        "use_limits": sharing.use_limits,
        "copies_allowed": sharing.copies_allowed,
        "level": page.level or None,
        "reliability": page.reliability or None,
        "accuracy": page.accuracy,
        "information_date": page.information_date and page.information_date.isoformat(),
        "information_until": page.information_until and page.information_until.isoformat(),
        "published_at": instant(sharing.first_shared_at or page.first_published_at),
        "review_date": page.review_date and page.review_date.isoformat(),
        "url": page.item_url,
        "attachments": [_attachment(file) for file in page.attachments()],
        "fields": _own_fields(page),
    }


def _own_fields(page: ContentPage) -> dict[str, Any]:
    """Return the fields of the item's type by their names in world files; none of them tells of another item."""
    kind = item_types()[page.item_type]
    return {name: _plain(getattr(page, kind.attribute(name))) for name in kind.fields}


def _plain(value: Any) -> Any:
    """Return the value of a type's own field as JSON can say it."""
    if isinstance(value, StreamValue):
        return [{"type": block["type"], "value": block["value"]} for block in value.get_prep_value()]
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _attachment(file: Attachment) -> dict[str, Any]:
    return {"name": file.name, "media_type": file.media_type, "size": file.size, "url": file.url or None}


def instant(at: datetime) -> str:
    """Return the instant in UTC as ISO 8601 with a Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
