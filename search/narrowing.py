"""Filters typed among the words: `owner:es`, `country:Morocco`, `element:return`, `type:bulletin`, `before:2026-03`,
`after:2026`; excluded by a minus. A name that is none is told and passed over: the other words are looked for.

Which countries and types there are is known to everybody. Owners and elements are known to somebody by the items that
this person may see: one that has none there counts as none, whether or not there is such an owner.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from cms.elements.models import Element
from cms.organisations.models import Organisation
from search.engines.base import FacetCount, Filters
from search.queries import NO_VALUE, midnight
from search.syntax import FieldValue, Query
from search.types import type_keys, type_title

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def narrowed(filters: Filters, typed: Iterable[FieldValue]) -> tuple[Filters, tuple[str, ...]]:
    """Return the filters together with those that were typed, and notices about what could not be understood of these.

    Values of one facet are alternatives, wherever they were given; none of those excluded may be there; of two dates
    the narrower one holds.
    """
    notices: list[str] = []
    found: dict[str, list[str]] = {}
    start, end = filters.published_from, filters.published_before
    for field in typed:
        if field.name in _VALUES:
            values = _VALUES[field.name](field.value)
            if values:
                found.setdefault(f"without_{field.name}" if field.excluded else field.name, []).extend(values)
            else:
                notices.append(_no_such(field))
        else:
            day = _day(field)
            if day is None:
                notices.append(
                    _("%(field)s: needs a date such as 2026, 2026-03 or 2026-03-31; it was passed over.")
                    % {"field": field.name}
                )
            elif (field.name == "before") is not field.excluded:
                end = min(filter(None, (end, midnight(day))))
            else:
                start = max(filter(None, (start, midnight(day))))
    values_of: dict[str, Any] = {
        name: tuple(dict.fromkeys((*getattr(filters, name), *values))) for name, values in found.items()
    }
    return replace(filters, **values_of, published_from=start, published_before=end), tuple(notices)


def in_doubt(typed: Iterable[FieldValue], counted: Mapping[str, Sequence[FacetCount]]) -> tuple[FieldValue, ...]:
    """Return the typed names of which the counts of facets do not show that the person sees such an item."""
    shown = {name: {count.value for count in counts} for name, counts in counted.items()}
    return tuple(
        field
        for field in typed
        if field.name in _KNOWN_BY_ITEMS and not shown.get(field.name, set()) & set(_VALUES[field.name](field.value))
    )


def only_of(field: FieldValue) -> Filters:
    """Return the filter that keeps the items of the name."""
    values: dict[str, Any] = {field.name: tuple(_VALUES[field.name](field.value))}
    return Filters(**values)


def without(query: Query, strange: Sequence[FieldValue]) -> Query:
    """Return the query without these names, which are told in notices."""
    kept = tuple(field for field in query.fields if field not in strange)
    return replace(query, fields=kept, notices=(*query.notices, *map(_no_such, strange)))


def _no_such(field: FieldValue) -> str:
    """Return the notice that a name is none."""
    return str(_NO_SUCH[field.name]) % {"field": field.name, "value": field.value}


def _owners(value: str) -> list[str]:
    """Return the keys of the organisations of that key or name; of none, a value that no item has."""
    meant = Q(key=value.lower()) | Q(name__iexact=value)
    return list(Organisation.objects.filter(meant).values_list("key", flat=True)) or [NO_VALUE]


def _elements(value: str) -> list[str]:
    """Return the key of the element of that key or name, in the language of the interface or in English; of none, a
    value that no item has."""
    named = ((one.key, {one.key, one.title.lower(), one.name.lower()}) for one in Element.objects.all())
    return [key for key, names in named if value.lower() in names] or [NO_VALUE]


def _countries(value: str) -> list[str]:
    """Return the code of the country of that code or name, in the language of the interface or in English."""
    if value.upper() in countries:
        return [value.upper()]
    by_name = countries.by_name(value, insensitive=True) or countries.by_name(value, language="en", insensitive=True)
    return [by_name] if by_name else []


def _types(value: str) -> list[str]:
    """Return the keys of the types of that key or name."""
    return [key for key in type_keys() if value.lower() in {key, type_title(key).lower()}]


# filter → the values that are meant by what was typed
_VALUES: dict[str, Callable[[str], list[str]]] = {
    "owner": _owners,
    "country": _countries,
    "element": _elements,
    "type": _types,
}
_KNOWN_BY_ITEMS = ("owner", "element")
_NO_SUCH = {
    **dict.fromkeys(
        _KNOWN_BY_ITEMS, gettext_lazy("%(field)s: no item that you may see is of “%(value)s”; it was passed over.")
    ),
    "country": gettext_lazy("%(field)s: there is no country “%(value)s”; it was passed over."),
    "type": gettext_lazy("%(field)s: there is no type “%(value)s”; it was passed over."),
}


def _day(field: FieldValue) -> date | None:
    """Return the first day of the period named, or for `after` the first one after it: the day on which `before` ends
    and `after` begins, and, where excluded, the other way round. None for no date."""
    match = _DATE.fullmatch(field.value)
    if match is None:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        first = datetime(year, month or 1, day or 1, tzinfo=UTC).date()
        return first if field.name == "before" else _following(first, month, day)
    except (ValueError, OverflowError):
        return None


def _following(first: date, month: int, day: int) -> date:
    if day:
        return first + timedelta(days=1)
    if not month or month == 12:
        return date(first.year + 1, 1, 1)
    return first.replace(month=month + 1)
