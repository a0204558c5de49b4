"""Filters typed among the words: `owner:es`, `country:Morocco`, `before:2026-03`, `after:2026`; excluded by a minus."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django_countries import countries

from cms.organisations.models import Organisation
from search.engines.base import Filters
from search.queries import midnight
from search.syntax import FieldValue

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
# no key or code has this sign
_NO_VALUE = "!"


def narrowed(filters: Filters, typed: Iterable[FieldValue]) -> tuple[Filters, tuple[str, ...]]:
    """Return the filters together with those that were typed, and notices about what could not be understood of these.

    Values of one facet are alternatives, wherever they were given; none of those excluded may be there; of two dates
    the narrower one holds.
    """
    notices: list[str] = []
    found: dict[str, list[str]] = {"owner": [], "country": [], "without_owner": [], "without_country": []}
    start, end = filters.published_from, filters.published_before
    for field in typed:
        if field.name in _VALUES:
            found[f"without_{field.name}" if field.excluded else field.name] += _VALUES[field.name](field.value)
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
    values: dict[str, Any] = {
        name: tuple(dict.fromkeys((*getattr(filters, name), *typed_values))) for name, typed_values in found.items()
    }
    return replace(
        filters,
        **values,
        published_from=start,
        published_before=end,
    ), tuple(notices)


def _owners(value: str) -> list[str]:
    """Return the keys of the organisations of that key or name."""
    meant = Q(key=value.lower()) | Q(name__iexact=value)
    return list(Organisation.objects.filter(meant).values_list("key", flat=True)) or [_NO_VALUE]


def _countries(value: str) -> list[str]:
    """Return the code of the country of that code or name, in the language of the interface or in English."""
    if value.upper() in countries:
        return [value.upper()]
    by_name = countries.by_name(value, insensitive=True) or countries.by_name(value, language="en", insensitive=True)
    return [by_name or _NO_VALUE]


# filter → the values that are meant by what was typed
_VALUES: dict[str, Callable[[str], list[str]]] = {"owner": _owners, "country": _countries}


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
