"""The parameters of a search, for the API's description; `search.queries` reads them."""

from typing import Any

from cms.sharing.enums import SharingState
from search.queries import LARGEST_PAGE, PAGE_SIZE, RELEVANCE, SORTS
from search.syntax import LONGEST_QUERY, MOST_UNITS

_TEXT = {"type": "string"}
_DAY = {"type": "string", "format": "date"}


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"in": "query", "name": name, "required": False, "description": description, "schema": schema}


SEARCH_PARAMETERS = [
    _parameter(
        "q",
        'Words, all of which must be there; "several words" as a phrase; -word to leave out. Empty: all visible items. '
        f"At most {MOST_UNITS} words or phrases.",
        _TEXT | {"maxLength": LONGEST_QUERY},
    ),
    _parameter("element", "Key of an element, such as early-warning.", _TEXT),
    _parameter("country", "ISO 3166 alpha-2 code of a country that the item is about.", _TEXT),
    _parameter("owner", "Key of the owner organisation.", _TEXT),
    _parameter("type", "Content type, such as bulletin.", _TEXT),
    _parameter("state", f"Sharing state: {', '.join(SharingState.values)}.", _TEXT),
    _parameter("from", "First day of publication (UTC), inclusive.", _DAY),
    _parameter("to", "Last day of publication (UTC), inclusive.", _DAY),
    _parameter("sort", "Order; without words, newest first.", _TEXT | {"enum": list(SORTS), "default": RELEVANCE}),
    _parameter("page", "Page, counted from 1.", {"type": "integer", "minimum": 1, "default": 1}),
    _parameter(
        "size", "Items a page.", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE}
    ),
    _parameter("facets", "0 leaves the facets out.", {"type": "integer", "enum": [0, 1], "default": 1}),
]
