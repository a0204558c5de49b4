"""The list of what was found, to take along: of items that may be copied, by people who may export."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse

from cms.audit.enums import Event
from cms.audit.services import Entry, record
from cms.core import spreadsheets
from cms.sharing.models import Sharing
from cms.sharing.reach import reaches_of
from cms.users.http import ViewerRequest
from cms.users.models import User
from search.queries import LARGEST_PAGE, SearchRequest, parse_search
from search.selectors import Hit, search

MOST_ROWS = 1000
COLUMNS = ("reference", "title", "type", "element", "owner", "countries", "marking", "language", "published", "address")


def may_export(user: User | AnonymousUser, at: datetime) -> bool:
    """Tell whether the person has a membership that may export what it sees."""
    return bool(user.is_authenticated and reaches_of(user, at))


def list_file(request: ViewerRequest, form: str) -> HttpResponse:
    """Return the list of what the viewer finds by the address's parameters, of items that may be copied, as a file;
    recorded with the items in it. Http404 for a form that is none and for who may not export; raises InvalidSearch."""
    if form not in FORMS or not may_export(request.viewer, request.at):
        raise Http404
    hits, withheld = _exported(request.viewer, parse_search(request.GET), request.at)
    details = {"items": [str(hit.id) for hit in hits], "withheld": withheld, "form": form}
    record(
        Entry(event=Event.LIST_EXPORTED, at=request.at, actor_id=request.viewer.pk, count=len(hits), details=details)
    )
    content_type, written = FORMS[form]
    answer = HttpResponse(written(hits, request.build_absolute_uri("/").rstrip("/")), content_type=content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="search.{form}"'
    return answer


def _exported(user: User | AnonymousUser, request: SearchRequest, at: datetime) -> tuple[list[Hit], int]:
    """Return what the person finds, up to MOST_ROWS, of items that their owners allow to be copied; and how many items
    were left out because they do not."""
    found = list(_all(user, request, at))
    ids = [hit.id for hit in found]
    copied = set(
        Sharing.objects.visible_to(user, at).filter(uuid__in=ids, copies_allowed=True).values_list("uuid", flat=True)
    )
    kept = [hit for hit in found if hit.id in copied]
    return kept, len(found) - len(kept)


def _all(user: User | AnonymousUser, request: SearchRequest, at: datetime) -> Iterator[Hit]:
    asked = replace(request, size=LARGEST_PAGE, page=1, after="", facets=False)
    for _page in range(MOST_ROWS // LARGEST_PAGE):
        found = search(user, asked, at)
        yield from found.hits
        if not found.next:
            return
        asked = replace(asked, after=found.next)


def as_csv(hits: list[Hit], site: str) -> str:
    """Return the list as comma-separated values; a field that a spreadsheet would take for a formula is made text."""
    return spreadsheets.as_csv([COLUMNS, *(map(_text, _row(hit, site).values()) for hit in hits)])


def as_json(hits: list[Hit], site: str) -> str:
    """Return the list as JSON."""
    return json.dumps([_row(hit, site) for hit in hits], ensure_ascii=False, indent=1)


def _row(hit: Hit, site: str) -> Mapping[str, Any]:
    values = (
        hit.reference,
        hit.title,
        hit.type,
        hit.element,
        hit.owner,
        list(hit.country_codes),
        hit.marking,
        hit.language,
        hit.published_at.isoformat(),
        f"{site}{hit.url}",
    )
    return dict(zip(COLUMNS, values, strict=True))


def _text(value: Any) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


# form → content type, and how it is written
FORMS = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "json": ("application/json; charset=utf-8", as_json),
}
