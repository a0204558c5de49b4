"""A search as it is asked for, by page or API: parsed, checked, with every error named by its parameter."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from search.engines.base import EngineQuery, Filters, Match, Sort
from search.engines.cursors import LONGEST_CURSOR
from search.ranking import ranking_of
from search.syntax import Query, UnreadableQuery, parse_query

PAGE_SIZE = 20
LARGEST_PAGE = 100
# far beyond what anybody pages through, and far below what the database counts with
_MOST_DIGITS = 12
RELEVANCE: Final = "relevance"
DATE: Final = "date"
COUNTRY: Final = "country"
SORTS: tuple[Sort, ...] = (RELEVANCE, DATE, COUNTRY)
ALL: Final = "all"
ANY: Final = "any"
MATCHES: tuple[Match, ...] = (ALL, ANY)
# parameters that name values of a facet; each may be there several times, and one of its values is enough
FACET_PARAMETERS = (
    "element",
    "country",
    "owner",
    "type",
    "state",
    "marking",
    "level",
    "language",
    "attachment",
    "year",
)
# facets that a content type declares of its own: `field.<name>`
OWN_PARAMETER = "field."
# values of one facet; more are no choice any more
MOST_VALUES = 30
_MOST_OWN = 5
_OWN_NAME = re.compile(rf"{re.escape(OWN_PARAMETER)}([a-z][a-z0-9_]{{0,39}})")
# what a facet's value can look like; anything else is no value of any item
_VALUE = re.compile(r"[\w.+-]{1,64}")
# no key, code or state has this sign
NO_VALUE = "!"


class InvalidSearch(ValueError):
    """Parameters that cannot be understood; `errors` says by parameter what would be right."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {message}" for name, message in errors.items()))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What somebody asks for. Empty values do not filter; days are UTC days of publication, both inclusive.

    `own` has values of facets that content types declare, by name. `after` is the cursor that an answer gave.
    """

    q: str = ""
    query: Query = field(default_factory=Query)
    element: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    marking: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    attachment: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    own: tuple[tuple[str, tuple[str, ...]], ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    sort: Sort = RELEVANCE
    match: Match = ALL
    page: int = 1
    size: int = PAGE_SIZE
    after: str = ""
    facets: bool = True

    def filters(self) -> Filters:
        """Return the filters of the parameters; those typed into the query are read by `search.narrowing`."""
        return Filters(
            **{name: getattr(self, name) for name in FACET_PARAMETERS},
            own=self.own,
            published_from=midnight(self.first_day),
            published_before=midnight(self.last_day, days=1),
        )

    def engine_query(self) -> EngineQuery:
        """Return the question for an engine."""
        return EngineQuery(
            query=self.query,
            ranking=ranking_of(self.query),
            filters=self.filters(),
            match=self.match,
            sort=self.sort,
            offset=0 if self.after else (self.page - 1) * self.size,
            after=self.after,
            limit=self.size,
            facets=self.facets,
        )

    def selected(self, facet: str) -> tuple[str, ...]:
        """Return the values that are chosen of a facet."""
        if facet.startswith(OWN_PARAMETER):
            return dict(self.own).get(facet.removeprefix(OWN_PARAMETER), ())
        values: tuple[str, ...] = getattr(self, facet, ())
        return values


def parse_search(parameters: Mapping[str, Any]) -> SearchRequest:
    """Return the search that the parameters (texts, or lists of them, as in an address) ask for; unknown parameters
    are passed over.

    Raises InvalidSearch naming every parameter that is not understood. A facet value that no item has is no error: it
    finds nothing, as a value does that only hidden items have.
    """
    errors: dict[str, str] = {}
    values: dict[str, Any] = {"q": str(parameters.get("q") or "").strip()}
    try:
        values["query"] = parse_query(values["q"])
    except UnreadableQuery as error:
        errors["q"] = str(error)
    for name, (field_name, parse) in _PARSERS.items():
        text = str(parameters.get(name) or "").strip()
        if text:
            try:
                values[field_name] = parse(text)
            except ValueError as error:
                errors[name] = str(error)
    for name in FACET_PARAMETERS:
        values[name] = _values(parameters, name, errors)
    values["own"] = _own(parameters, errors)
    first_day, last_day = values.get("first_day"), values.get("last_day")
    if first_day and last_day and last_day < first_day:
        errors["to"] = _("The last day lies before the first one.")
    if errors:
        raise InvalidSearch(errors)
    return SearchRequest(**values)


def _values(parameters: Mapping[str, Any], name: str, errors: dict[str, str]) -> tuple[str, ...]:
    texts = [text for text in _texts(parameters, name) if text]
    if len(texts) > MOST_VALUES:
        errors[name] = _("Choose at most %(limit)d values.") % {"limit": MOST_VALUES}
    change = _CASES.get(name, str)
    return tuple(dict.fromkeys(change(text) if _VALUE.fullmatch(text) else NO_VALUE for text in texts[:MOST_VALUES]))


def _texts(parameters: Mapping[str, Any], name: str) -> Sequence[str]:
    getlist = getattr(parameters, "getlist", None)
    found = getlist(name) if getlist is not None else parameters.get(name) or ()
    return [str(text).strip() for text in ([found] if isinstance(found, str) else found)]


def _own(parameters: Mapping[str, Any], errors: dict[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    named = sorted(name for name in parameters if _OWN_NAME.fullmatch(name))
    found = [(name.removeprefix(OWN_PARAMETER), _values(parameters, name, errors)) for name in named[:_MOST_OWN]]
    return tuple((name, values) for name, values in found if values)


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise ValueError(_("Give a day as YYYY-MM-DD, for example 2026-03-31.")) from None


def _one_of(choices: Sequence[str]) -> Callable[[str], str]:
    def chosen(text: str) -> str:
        if text not in choices:
            raise ValueError(_("Give one of: %(choices)s.") % {"choices": ", ".join(choices)})
        return text

    return chosen


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


def _cursor(text: str) -> str:
    if len(text) > LONGEST_CURSOR:
        raise ValueError(_("This is no place in the results: begin with the first page."))
    return text


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def midnight(day: date | None, *, days: int = 0) -> datetime | None:
    """Return the beginning of the day, or of one so many days later; None after the last day there is."""
    if day is None or (days and day == date.max):
        return None
    return datetime.combine(day + timedelta(days=days), time.min, tzinfo=UTC)


# how the values of a facet are written
_CASES: dict[str, Callable[[str], str]] = {"country": str.upper, "marking": str.upper, "language": str.lower}
# parameter → field, and how its text is read
_PARSERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "from": ("first_day", _day),
    "to": ("last_day", _day),
    "sort": ("sort", _one_of(SORTS)),
    "match": ("match", _one_of(MATCHES)),
    "page": ("page", _page),
    "size": ("size", _size),
    "after": ("after", _cursor),
    "facets": ("facets", _facets),
}
