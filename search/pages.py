"""Page links and facet links of a page of results: the address that is shown, with one thing changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from search.facet_titles import facet_titles, own_facet_titles
from search.queries import FACET_PARAMETERS, OWN_PARAMETER, SearchRequest
from search.selectors import FacetValue

# pages shown on each side of the current one
_AROUND = 2
FACET_TITLES = {
    "element": gettext_lazy("Element"),
    "type": gettext_lazy("Type"),
    "owner": gettext_lazy("Owner"),
    "country": gettext_lazy("Country"),
    "language": gettext_lazy("Language"),
    "marking": gettext_lazy("Marking"),
    "state": gettext_lazy("Sharing state"),
    "level": gettext_lazy("Level"),
    "attachment": gettext_lazy("Attachment"),
    "year": gettext_lazy("Year"),
}
# bars of the histogram
_MOST_BARS = 24


@dataclass(frozen=True, slots=True)
class PageLink:
    """One page of results."""

    number: int
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class FacetLink:
    """One value of a facet: its address filters by it too, or no longer does where it is selected."""

    value: str
    title: str
    count: int
    selected: bool
    url: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with its values."""

    name: str
    title: str
    values: Sequence[FacetLink]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter at work: its address is the same search without it."""

    facet: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A month of the histogram: its address filters by its days; `height` is in hundredths of the highest one."""

    title: str
    count: int
    height: int
    url: str


def page_links(address: QueryDict, current: int, pages: int) -> list[PageLink | None]:
    """Return links to the first, the last and the pages around the current one; None stands for a gap."""
    near = range(current - _AROUND, current + _AROUND + 1)
    numbers = sorted({1, pages, *near} & set(range(1, pages + 1))) if pages > 1 else []
    links: list[PageLink | None] = []
    for before, number in zip([0, *numbers], numbers, strict=False):
        if number - before > 1:
            links.append(None)
        links.append(PageLink(number, with_values(address, page=str(number)), number == current))
    return links


def facets(address: QueryDict, request: SearchRequest, counted: Mapping[str, Sequence[FacetValue]]) -> list[Facet]:
    """Return the facets with their links, those of a type's own at the end; a selected value is there even where
    nothing has it."""
    own = own_facet_titles([name for name in counted if name.startswith(OWN_PARAMETER)])
    titles = {**{name: str(title) for name, title in FACET_TITLES.items()}, **own}
    return [
        Facet(name, title, _links(address, name, request.selected(name), counted.get(name, ())))
        for name, title in titles.items()
    ]


def chips(address: QueryDict, request: SearchRequest, shown: Sequence[Facet]) -> list[Chip]:
    """Return the filters at work: chosen values of facets, and the days."""
    chosen = [Chip(facet.title, link.title, link.url) for facet in shown for link in facet.values if link.selected]
    first, last = (day and date_format(day, "DATE_FORMAT") for day in (request.first_day, request.last_day))
    if first and last:
        days = _("%(first)s to %(last)s") % {"first": first, "last": last}
    elif first or last:
        days = (_("from %(day)s") if first else _("to %(day)s")) % {"day": first or last}
    else:
        return chosen
    return [*chosen, Chip(_("Published"), days, with_values(address, **{"from": "", "to": ""}))]


def histogram(address: QueryDict, months: Sequence[FacetValue]) -> list[Bar]:
    """Return the latest months in which something was published, oldest first, with the empty ones in between."""
    counts = {month.value: month.count for month in months[:_MOST_BARS]}
    if len(counts) < 2:
        return []
    highest = max(counts.values())
    spanned = list(_months(min(counts), max(counts)))[-_MOST_BARS:]
    return [
        Bar(
            _month_title(month),
            counts.get(month, 0),
            -(-100 * counts.get(month, 0) // highest),
            _of_month(address, month),
        )
        for month in spanned
    ]


def _months(first: str, last: str) -> Iterator[str]:
    month = first
    while month <= last:
        yield month
        month = _next_month(month)


def _month_title(month: str) -> str:
    return date_format(date(int(month[:4]), int(month[5:]), 1), "F Y")


def _next_month(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02}"


def _of_month(address: QueryDict, month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    days = 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
    last = days if number == 2 else 30 if number in {4, 6, 9, 11} else 31
    return with_values(address, year=(), **{"from": f"{month}-01", "to": f"{month}-{last}"})


def with_values(address: QueryDict, **values: str | Sequence[str]) -> str:
    """Return the address with these values in place of its own, from its first page; an empty value is left out."""
    changed = address.copy()
    for name in ("page", "after"):
        changed.pop(name, None)
    for name, value in values.items():
        changed.pop(name, None)
        chosen = [value] if isinstance(value, str) else list(value)
        if any(chosen):
            changed.setlist(name, chosen)
    return f"?{changed.urlencode()}"


def kept(address: QueryDict) -> list[tuple[str, str]]:
    """Return the parameters that a new search from the form keeps: the values of facets."""
    names = [name for name in address if name in FACET_PARAMETERS or name.startswith(OWN_PARAMETER)]
    return [(name, value) for name in names for value in address.getlist(name) if value]


def _links(address: QueryDict, name: str, selected: Sequence[str], values: Sequence[FacetValue]) -> list[FacetLink]:
    counted = {value.value for value in values}
    absent = [value for value in selected if value not in counted]
    titles = facet_titles(name, absent) if absent else {}
    shown = [*values, *(FacetValue(value=value, title=titles.get(value, value), count=0) for value in absent)]
    return [
        FacetLink(v.value, v.title, v.count, v.value in selected, _toggle(address, name, v.value, selected))
        for v in shown
    ]


def _toggle(address: QueryDict, name: str, value: str, selected: Sequence[str]) -> str:
    if value in selected:
        return with_values(address, **{name: [one for one in selected if one != value]})
    return with_values(address, **{name: [*selected, value]})
