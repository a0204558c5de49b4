"""A search as it is asked for, by page or API: parsed, checked, with every error named by its parameter."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from search.engines.base import EngineQuery, Filters
from search.syntax import Query, parse_query

PAGE_SIZE = 20
LARGEST_PAGE = 100
# far beyond what anybody pages through, and far below what the database counts with
_MOST_DIGITS = 12
RELEVANCE, DATE = "relevance", "date"
SORTS = (RELEVANCE, DATE)
# what a facet's value can look like; anything else is no value of any item
_VALUE = re.compile(r"[\w.+-]{1,64}")
# no key, code or state has this sign
_NO_VALUE = "!"


class InvalidSearch(ValueError):
    """Parameters that cannot be understood; `errors` says by parameter what would be right."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {message}" for name, message in errors.items()))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What somebody asks for. Empty values do not filter; days are UTC days of publication, both inclusive."""

    q: str = ""
    query: Query = field(default_factory=Query)
    element: str = ""
    country: str = ""
    owner: str = ""
    type: str = ""
    state: str = ""
    first_day: date | None = None
    last_day: date | None = None
    sort: str = RELEVANCE
    page: int = 1
    size: int = PAGE_SIZE
    facets: bool = True

    def engine_query(self) -> EngineQuery:
        """Return the question for an engine."""
        return EngineQuery(
            query=self.query,
            filters=Filters(
                element=_one(self.element),
                country=_one(self.country),
                owner=_one(self.owner),
                type=_one(self.type),
                state=_one(self.state),
                published_from=_midnight(self.first_day),
                published_before=_midnight(self.last_day, days=1),
            ),
            sort="date" if self.sort == DATE else "relevance",
            offset=(self.page - 1) * self.size,
            limit=self.size,
            facets=self.facets,
        )


def parse_search(parameters: Mapping[str, Any]) -> SearchRequest:
    """Return the search that the parameters (texts, as in an address) ask for; unknown parameters are passed over.

    Raises InvalidSearch naming every parameter that is not understood. A facet value that no item has is no error: it
    finds nothing, as a value does that only hidden items have.
    """
    errors: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name, (field_name, parse) in _PARSERS.items():
        text = str(parameters.get(name) or "").strip()
        if text:
            try:
                values[field_name] = parse(text)
            except ValueError as error:
                errors[name] = str(error)
    first_day, last_day = values.get("first_day"), values.get("last_day")
    if first_day and last_day and last_day < first_day:
        errors["to"] = _("The last day lies before the first one.")
    if errors:
        raise InvalidSearch(errors)
    return SearchRequest(**values, query=parse_query(values.get("q", "")))


def _one(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


def _query(text: str) -> str:
    parse_query(text)
    return text


def _value(text: str) -> str:
    return text if _VALUE.fullmatch(text) else _NO_VALUE


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise ValueError(_("Give a day as YYYY-MM-DD, for example 2026-03-31.")) from None


def _sort(text: str) -> str:
    if text not in SORTS:
        raise ValueError(_("Give one of: %(choices)s.") % {"choices": ", ".join(SORTS)})
    return text


def _page(text: str) -> int:
    number = _number(text)
    if number is None or number < 1:
        raise ValueError(_("Give a whole number of at least 1."))
    return number


def _size(text: str) -> int:
    number = _number(text)
    if number is None or not 1 <= number <= LARGEST_PAGE:
        raise ValueError(_("Give a whole number from 1 to %(limit)d.") % {"limit": LARGEST_PAGE})
    return number


def _facets(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError(_("Give 0 or 1."))
    return text == "1"


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    """Return the beginning of the day, or of one so many days later; None after the last day there is."""
    if day is None or (days and day == date.max):
        return None
    return datetime.combine(day + timedelta(days=days), time.min, tzinfo=UTC)


# parameter → field, and how its text is read
_PARSERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "q": ("q", _query),
    "element": ("element", _value),
    "country": ("country", lambda text: _value(text).upper()),
    "owner": ("owner", _value),
    "type": ("type", _value),
    "state": ("state", _value),
    "from": ("first_day", _day),
    "to": ("last_day", _day),
    "sort": ("sort", _sort),
    "page": ("page", _page),
    "size": ("size", _size),
    "facets": ("facets", _facets),
}
