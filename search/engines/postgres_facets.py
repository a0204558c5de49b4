"""Counting facets in SQL: the items found are grouped by what has few values, and each facet sums groups; a facet's own
filter does not take part in its counts."""
# ruff: noqa: S608 - put together from this module's own text alone

from collections.abc import Iterator, Sequence
from typing import Any

from search.engines.base import Filters

PERIOD = "period"
_BY_OWNER = "e.owner_id = ANY (ARRAY(SELECT id FROM organisations_organisation WHERE key = ANY (%({})s::text[])))"
_BY_ELEMENT = "e.element_id = ANY (ARRAY(SELECT id FROM elements_element WHERE key = ANY (%({})s::text[])))"
# filter → the facet that it is of, and its condition
FILTERS = {
    "element": ("element", _BY_ELEMENT.format("element")),
    "owner": ("owner", _BY_OWNER.format("owner")),
    "country": ("country", "e.countries && %(country)s::varchar[]"),
    "type": ("type", "e.type_key = ANY (%(type)s::text[])"),
    "state": ("state", "e.state = ANY (%(state)s::text[])"),
    "marking": ("marking", "e.marking = ANY (%(marking)s::text[])"),
    "level": ("level", "e.level = ANY (%(level)s::text[])"),
    "language": ("language", "e.language = ANY (%(language)s::text[])"),
    "attachment": ("attachment", "CASE WHEN e.has_attachment THEN 'yes' ELSE 'no' END = ANY (%(attachment)s::text[])"),
    "year": (PERIOD, "e.year::text = ANY (%(year)s::text[])"),
    "published_from": (PERIOD, "e.published_at >= %(published_from)s"),
    "published_before": (PERIOD, "e.published_at < %(published_before)s"),
}
# what narrows everything alike
NARROWED = {
    "only": "e.sharing_id = ANY (%(only)s::bigint[])",
    "without": "NOT e.sharing_id = ANY (%(without)s::bigint[])",
    "without_owner": f"NOT {_BY_OWNER.format('without_owner')}",
    "without_country": "NOT e.countries && %(without_country)s::varchar[]",
    "without_element": f"NOT {_BY_ELEMENT.format('without_element')}",
    "without_type": "NOT e.type_key = ANY (%(without_type)s::text[])",
}
# Two groupings, each over columns that together have few values, from which all facets are summed up: to go through the
# items once for each facet takes twice as long.
_KINDS = tuple("element_id owner_id type_key state marking level language has_attachment".split())
_PLACES = tuple("month countries own_facets".split())
# facet → the grouping that it sums up, its column, and how its values are shown
_SHOWN = {
    "element": ("kinds", "element_id", "(SELECT key FROM elements_element WHERE id = g.value)"),
    "owner": ("kinds", "owner_id", "(SELECT key FROM organisations_organisation WHERE id = g.value)"),
    "type": ("kinds", "type_key", "g.value"),
    "marking": ("kinds", "marking", "g.value"),
    "state": ("kinds", "state", "g.value"),
    "level": ("kinds", "level", "g.value"),
    "language": ("kinds", "language", "g.value"),
    "attachment": ("kinds", "has_attachment", "CASE WHEN g.value THEN 'yes' ELSE 'no' END"),
    "month": ("places", "month", "g.value::text"),
    "country": ("places, unnest(countries) c (value)", "c.value", "g.value"),
    "own": ("places, unnest(own_facets) c (value)", "c.value", "g.value"),
}
# columns that are counted
COUNTED = (*_KINDS, *_PLACES)
# facets whose filter has another name
_FILTERED_AS = {"month": PERIOD}


def own_filter(number: int) -> tuple[str, str]:
    """Return the filter of a facet that types declare, the so manieth of them in the query."""
    return f"own{number}", f"e.own_facets && %(own{number})s::varchar[]"


def conditions(filters: Filters) -> Iterator[tuple[str, str]]:
    """Yield the facet and the condition of each filter that is set; a facet's conditions as one."""
    found: dict[str, list[str]] = {}
    for name, (facet, condition) in FILTERS.items():
        if getattr(filters, name):
            found.setdefault(facet, []).append(condition)
    for number in range(len(filters.own)):
        facet, condition = own_filter(number)
        found[facet] = [condition]
    for facet, both in found.items():
        yield facet, " AND ".join(both)


def narrowed(filters: Filters) -> Iterator[str]:
    """Yield the conditions that narrow everything alike."""
    for name, condition in NARROWED.items():
        # only: no items at all is a choice too
        if getattr(filters, name) or (name == "only" and filters.only is not None):
            yield condition


def filter_parameters(filters: Filters) -> dict[str, Any]:
    """Return the parameters of all these conditions."""
    parameters: dict[str, Any] = {}
    for name in (*FILTERS, *NARROWED):
        value = getattr(filters, name)
        parameters[name] = list(value) if isinstance(value, tuple) else value
    for number, (name, values) in enumerate(filters.own):
        parameters |= {f"own{number}": [f"{name}={value}" for value in values], f"own{number}_name": f"{name}="}
    return parameters


def flags(filters: Sequence[tuple[str, str]]) -> str:
    """Return a column for each facet that has filters: whether the item meets them."""
    return "".join(f", ({condition}) AS in_{facet}" for facet, condition in filters)


def facets(filters: Sequence[tuple[str, str]], rows: str) -> tuple[list[str], list[str]]:
    """Return the groupings, as parts of a WITH; and the selects of all facets' counts."""
    named = [facet for facet, _condition in filters]
    groups = [_grouped(name, columns, named, rows) for name, columns in (("kinds", _KINDS), ("places", _PLACES))]
    counts = [
        f"""SELECT 'facet', g.count, NULL, '{name}', {shown}, NULL, NULL, NULL, NULL, NULL
              FROM (SELECT {column} AS value, sum(count)::bigint AS count FROM {group}
                     WHERE {_kept_of_own(named) if name == "own" else _kept(name, named)} GROUP BY 1) g"""
        for name, (group, column, shown) in _SHOWN.items()
    ]
    return groups, counts


def _grouped(name: str, columns: Sequence[str], named: Sequence[str], rows: str) -> str:
    grouped = ", ".join([*columns, *(f"in_{facet}" for facet in named)])
    return f"{name} AS MATERIALIZED (SELECT {grouped}, count(*) AS count FROM {rows} GROUP BY {grouped})"


def _kept(facet: str, named: Sequence[str]) -> str:
    """Return the condition of all filters but the facet's own."""
    own = _FILTERED_AS.get(facet, facet)
    return " AND ".join(f"in_{name}" for name in named if name != own) or "true"


def _kept_of_own(named: Sequence[str]) -> str:
    """Return the same for the facets that types declare, whose values stand together: each begins with its facet."""
    kept = [
        f"(in_{name} OR c.value ^@ %({name}_name)s::text)"
        if name.startswith("own") and name != "owner"
        else f"in_{name}"
        for name in named
    ]
    return " AND ".join(kept) or "true"
