"""Counting facets in SQL: the items found are grouped once by all that has few values, and each facet sums groups; a
facet's own filter does not take part in its counts."""
# ruff: noqa: S608 - put together from this module's own text alone

from collections.abc import Sequence

PERIOD = "period"
# filter → the facet that it is of, and its condition
FILTERS = {
    "element": (
        "element",
        "e.element_id = ANY (ARRAY(SELECT id FROM elements_element WHERE key = ANY (%(element)s::text[])))",
    ),
    "owner": (
        "owner",
        "e.owner_id = ANY (ARRAY(SELECT id FROM organisations_organisation WHERE key = ANY (%(owner)s::text[])))",
    ),
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
}
# columns that are counted
COUNTED = (
    *"element_id owner_id type_key state marking level language has_attachment month countries own_facets".split(),
)
# facets of few values each, which are counted from one grouping
_FEW_VALUED = {
    "element": ("element_id", "(SELECT key FROM elements_element WHERE id = g.value)"),
    "type": ("type_key", "g.value"),
    "marking": ("marking", "g.value"),
    "state": ("state", "g.value"),
    "level": ("level", "g.value"),
    "language": ("language", "g.value"),
    "attachment": ("has_attachment", "CASE WHEN g.value THEN 'yes' ELSE 'no' END"),
}
_OWNER = "(SELECT key FROM organisations_organisation WHERE id = g.value)"


def own_filter(number: int) -> tuple[str, str]:
    """Return the filter of a facet that types declare, the so manieth of them in the query."""
    return f"own{number}", f"e.own_facets && %(own{number})s::varchar[]"


def flags(filters: Sequence[tuple[str, str]]) -> str:
    """Return a column for each facet that has filters: whether the item meets them."""
    return "".join(f", ({condition}) AS in_{facet}" for facet, condition in filters)


def facets(filters: Sequence[tuple[str, str]], rows: str) -> tuple[list[str], list[str]]:
    """Return the groupings, as parts of a WITH; and the selects of all facets' counts."""
    named = [facet for facet, _condition in filters]
    columns = ", ".join([*(column for column, _shown in _FEW_VALUED.values()), *(f"in_{facet}" for facet in named)])
    groups = [f"cells AS MATERIALIZED (SELECT {columns}, count(*) AS count FROM {rows} GROUP BY {columns})"]
    counts = [
        _counts(name, shown, f"SELECT {column} AS value, sum(count)::bigint AS count FROM cells", _kept(name, named))
        for name, (column, shown) in _FEW_VALUED.items()
    ]
    counted = "AS value, count(*) AS count FROM"
    counts += [
        _counts("owner", _OWNER, f"SELECT owner_id {counted} {rows}", _kept("owner", named)),
        _counts("month", "g.value::text", f"SELECT month {counted} {rows}", _kept(PERIOD, named)),
        _counts(
            "country",
            "g.value",
            f"SELECT c.value {counted} {rows}, unnest(countries) c (value)",
            _kept("country", named),
        ),
        _counts(
            "own", "g.value", f"SELECT c.value {counted} {rows}, unnest(own_facets) c (value)", _kept_of_own(named)
        ),
    ]
    return groups, counts


def _kept(own: str, named: Sequence[str]) -> str:
    """Return the condition of all filters but the facet's own."""
    return " AND ".join(f"in_{facet}" for facet in named if facet != own) or "true"


def _kept_of_own(named: Sequence[str]) -> str:
    """Return the same for the facets that types declare, whose values stand together: each begins with its facet."""
    conditions = [
        f"(in_{n} OR c.value ^@ %({n}_name)s::text)" if n.startswith("own") and n != "owner" else f"in_{n}"
        for n in named
    ]
    return " AND ".join(conditions) or "true"


def _counts(name: str, shown: str, select: str, kept: str) -> str:
    return f"""SELECT 'facet', g.count, NULL, '{name}', {shown}, NULL, NULL, NULL, NULL, NULL
        FROM ({select} WHERE {kept} GROUP BY 1) g"""
