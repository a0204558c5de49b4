"""Page links and facet links of a page of results: the address that is shown, with one thing changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from search.queries import SearchRequest
from search.selectors import FacetValue, facet_titles

# pages shown on each side of the current one
_AROUND = 2
FACET_TITLES = {
    "element": _("Element"),
    "owner": _("Owner"),
    "country": _("Country"),
    "type": _("Type"),
    "year": _("Year"),
}


@dataclass(frozen=True, slots=True)
class PageLink:
    """One page of results."""

    number: int
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class FacetLink:
    """One value of a facet: its address filters by it, or no longer does where it is selected."""

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
    """Return the facets with their links; a selected value is there even where nothing has it."""
    return [
        Facet(name, str(title), _links(address, name, _selected(request, name), counted.get(name, ())))
        for name, title in FACET_TITLES.items()
    ]


def with_values(address: QueryDict, **values: str) -> str:
    """Return the address with these values in place of its own; an empty value is left out."""
    changed = address.copy()
    changed.pop("page", None)
    for name, value in values.items():
        changed.pop(name, None)
        if value:
            changed[name] = value
    return f"?{changed.urlencode()}"


def _links(address: QueryDict, name: str, selected: str, values: Sequence[FacetValue]) -> list[FacetLink]:
    shown = list(values)
    if selected and selected not in {value.value for value in values}:
        title = facet_titles(name, [selected]).get(selected, selected)
        shown.append(FacetValue(value=selected, title=title, count=0))
    return [
        FacetLink(
            v.value, v.title, v.count, v.value == selected, _toggle(address, name, v.value, on=v.value != selected)
        )
        for v in shown
    ]


def _toggle(address: QueryDict, name: str, value: str, *, on: bool) -> str:
    if name == "year":
        first, last = (f"{value}-01-01", f"{value}-12-31") if on else ("", "")
        return with_values(address, **{"from": first, "to": last})
    return with_values(address, **{name: value if on else ""})


def _selected(request: SearchRequest, name: str) -> str:
    if name != "year":
        value: str = getattr(request, name)
        return value
    first, last = request.first_day, request.last_day
    if first is None or last is None or first.year != last.year:
        return ""
    whole = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    return str(first.year) if whole else ""
