"""The parameters of a search, for the API's description; `search.queries` reads them."""

from typing import Any

from cms.sharing.enums import Marking, SharingState
from content_types.vocabularies import Level
from search.facet_titles import declared_facets
from search.queries import ALL, LARGEST_PAGE, MATCHES, MOST_VALUES, OWN_PARAMETER, PAGE_SIZE, RELEVANCE, SORTS
from search.syntax import LONGEST_QUERY, MOST_UNITS

_TEXT = {"type": "string"}
_DAY = {"type": "string", "format": "date"}


def _facet(name: str, description: str, schema: dict[str, Any] = _TEXT) -> dict[str, Any]:
    """Return a parameter that may be there several times: one of its values is enough."""
    schema = {"type": "array", "items": schema, "maxItems": MOST_VALUES}
    return _parameter(name, description, schema) | {"style": "form", "explode": True}


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"in": "query", "name": name, "required": False, "description": description, "schema": schema}


SEARCH_PARAMETERS = [
    _parameter(
        "q",
        'Words, all of which must be there; "several words" as a phrase; -word to leave out; one OR other; smugg* for '
        "the beginning of a word; title:word; owner:key, country:code, element:key, type:key, "
        "before:2026-03, after:2026 as filters, each with - before it to leave its items out. What is "
        f"not understood is told in `notices`. Empty: all visible items. At most {MOST_UNITS} words or phrases.",
        _TEXT | {"maxLength": LONGEST_QUERY},
    ),
    _facet("element", "Key of an element, such as early-warning."),
    _facet("country", "ISO 3166 alpha-2 code of a country that the item is about."),
    _facet("owner", "Key of the owner organisation."),
    _facet("type", "Content type, such as bulletin."),
    _facet("state", f"Sharing state: {', '.join(SharingState.values)}."),
    _facet("marking", f"Marking: {', '.join(Marking.values)}."),
    _facet("level", f"Level: {', '.join(Level.values)}."),
    _facet("language", "Two-letter code of the language that the item is written in."),
    _facet("attachment", "Whether the item has an attachment.", _TEXT | {"enum": ["yes", "no"]}),
    _facet("year", "Year of publication (UTC)."),
    *(
        _facet(f"{OWN_PARAMETER}{name}", f"{facet.title}: a facet of some content types alone.")
        for name, facet in declared_facets().items()
    ),
    _parameter("from", "First day of publication (UTC), inclusive.", _DAY),
    _parameter("to", "Last day of publication (UTC), inclusive.", _DAY),
    _parameter("sort", "Order; without words, newest first.", _TEXT | {"enum": list(SORTS), "default": RELEVANCE}),
    _parameter("match", "Whether all words must be there, or any.", _TEXT | {"enum": list(MATCHES), "default": ALL}),
    _parameter("after", "Where the page begins: `next` of the answer before, to the same question.", _TEXT),
    _parameter("page", "Page, counted from 1.", {"type": "integer", "minimum": 1, "default": 1}),
    _parameter(
        "size", "Items a page.", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE}
    ),
    _parameter("facets", "0 leaves the facets out.", {"type": "integer", "enum": [0, 1], "default": 1}),
]
# a list has no pages
LIST_PARAMETERS = [one for one in SEARCH_PARAMETERS if one["name"] not in {"after", "page", "size", "facets"}]
TYPED = _parameter("q", "What was typed so far, of a word at least three letters.", _TEXT)
