"""The statement that answers a search, put together from fixed parts; values go in as parameters alone.

Each question stands in a scalar sub-select, so that the planner cannot look at it: statistics are taken over hidden
items too, and a plan chosen by them would tell by its time how many hidden items have a word.
"""
# ruff: noqa: S608 - put together from this module's own text alone

from collections.abc import Sequence

AUDIENCE = """e.audience @@ (SELECT %(tokens)s::tsquery)
   AND (e.audience_since IS NULL OR e.audience_since <= %(at)s) AND (e.next_change IS NULL OR e.next_change > %(at)s)"""
FILTERS = {
    "element": "e.element_id = (SELECT id FROM elements_element WHERE key = %(element)s)",
    "owner": "e.owner_id = (SELECT id FROM organisations_organisation WHERE key = %(owner)s)",
    "country": "%(country)s = ANY (e.countries)",
    "type": "e.type_key = %(type)s",
    "state": "e.state = %(state)s",
    "published_from": "e.published_at >= %(published_from)s",
    "published_before": "e.published_at < %(published_before)s",
}
# facet → the column that is counted, and how its values become what is shown
FACET_COLUMNS = {
    "element": ("element_id", "(SELECT key FROM elements_element WHERE id = g.value)"),
    "owner": ("owner_id", "(SELECT key FROM organisations_organisation WHERE id = g.value)"),
    "country": ("countries", "g.value"),
    "type": ("type_key", "g.value"),
    "year": ("year", "g.value::text"),
}
_RANK = "ts_rank(%(weights)s::real[], e.text, (SELECT queries FROM ranking)[e.configuration + 1], 1)"
_ASKED = "(SELECT asked FROM question)"


def statement(
    *,
    wanted: Sequence[bool],
    excluded: Sequence[bool],
    access: Sequence[str],
    filters: Sequence[str],
    judged: bool,
    by_rank: bool,
    facets: Sequence[str],
) -> str:
    """Return the statement. `wanted` and `excluded` say of each unit whether it has a reference too.

    Its rows: kind (`total`, `hit`, `facet`), number (the total, the hit's place, the facet value's count), id, facet,
    value, summary, body, matches.
    """
    asks = bool(wanted or excluded)
    parts = [
        *(_questions(wanted, excluded) if asks else ()),
        _matched(asks=asks, access=access, filters=filters, judged=judged, by_rank=by_rank, facets=facets),
        "counted AS MATERIALIZED (SELECT count(*) AS total, count(rank) AS titled FROM matched)",
        _page(by_rank=by_rank),
        *((_sought(wanted),) if wanted else ()),
    ]
    answers = [
        "SELECT 'total' AS kind, total AS number, NULL::bigint AS id, NULL AS name, NULL AS value, NULL AS summary, "
        "NULL AS body, NULL::jsonb AS matches FROM counted",
        _hits(marked=bool(wanted)),
        *(_facet(name) for name in facets),
    ]
    return "WITH " + ",\n".join(parts) + "\n" + "\nUNION ALL\n".join(answers)


def _unit(name: str, number: int, *, reference: bool) -> str:
    words = f"phraseto_tsquery(c.name::regconfig, %({name}{number})s)"
    return f"({words} || %({name}{number}_reference)s::tsquery)" if reference else words


def _questions(wanted: Sequence[bool], excluded: Sequence[bool]) -> tuple[str, ...]:
    """Return the query in each configuration; as one question, in which an item meets that of its own alone; and the
    queries by which items of each configuration are ranked."""
    positive = [_unit("wanted", number, reference=reference) for number, reference in enumerate(wanted)]
    negative = [_unit("excluded", number, reference=reference) for number, reference in enumerate(excluded)]
    asked = " && ".join(positive + [f"!!{unit}" for unit in negative])
    single = "min(g.asked::text)" if wanted else "NULL"
    return (
        f"""lexed AS MATERIALIZED (
  SELECT c.number - 1 AS number, {asked} AS asked, {" || ".join(positive) or "NULL::tsquery"} AS ranked
    FROM unnest(%(configurations)s::text[]) WITH ORDINALITY AS c (name, number))""",
        f"""question AS MATERIALIZED (
  SELECT (CASE WHEN count(*) = 1 AND {single} IS NOT NULL THEN {single}
               ELSE string_agg('(' || g.asked::text || ') & (' || g.tags || ')', ' | ') END)::tsquery AS asked
    FROM (SELECT asked, string_agg(quote_literal('@' || number), ' | ') AS tags FROM lexed GROUP BY asked) g)""",
        "ranking AS MATERIALIZED (SELECT array_agg(ranked ORDER BY number) AS queries FROM lexed)",
    )


def _matched(
    *, asks: bool, access: Sequence[str], filters: Sequence[str], judged: bool, by_rank: bool, facets: Sequence[str]
) -> str:
    """Return the visible items found; the rank is that of those whose title has it all, and NULL elsewhere."""
    rank = f"CASE WHEN e.title_text @@ {_ASKED} THEN {_RANK} END" if by_rank else "NULL::real"
    columns = "".join(f", e.{FACET_COLUMNS[name][0]}" for name in facets)
    select = (
        f"SELECT e.sharing_id, e.uuid, e.published_at, e.configuration, {rank} AS rank{columns}\n"
        "    FROM search_searchentry e"
    )
    found = [f"e.text @@ {_ASKED}"] if asks else []
    by_tokens = [*found, *access, *filters, *(["NOT e.sharing_id = ANY (%(judged)s)"] if judged else [])]
    branches = [f"{select}\n   WHERE {' AND '.join(by_tokens) or 'true'}"]
    if judged:
        branches.append(f"{select}\n   WHERE {' AND '.join([*found, *filters, 'e.sharing_id = ANY (%(judged)s)'])}")
    return f"matched AS MATERIALIZED (\n  {' UNION ALL '.join(branches)})"


def _page(*, by_rank: bool) -> str:
    """Return the page's items in order. The others are ranked only where those found by title do not fill it."""
    if not by_rank:
        rows, order = "SELECT * FROM matched", "published_at DESC, uuid"
    else:
        order = "tier, rank DESC, published_at DESC, uuid"
        rows = f"""SELECT sharing_id, configuration, published_at, uuid, 0 AS tier, rank
            FROM matched WHERE rank IS NOT NULL
           UNION ALL
          SELECT m.sharing_id, m.configuration, m.published_at, m.uuid, 1, {_RANK}
            FROM matched m JOIN search_searchentry e ON e.sharing_id = m.sharing_id
           WHERE m.rank IS NULL AND (SELECT titled FROM counted) < %(end)s"""
    return f"""page AS MATERIALIZED (
  SELECT sharing_id, configuration, row_number() OVER (ORDER BY {order}) AS place
    FROM ({rows}) ordered ORDER BY {order} LIMIT %(limit)s OFFSET %(start)s)"""


def _sought(wanted: Sequence[bool]) -> str:
    """Return, for each configuration on the page, the lexemes of each wanted unit in order, and all of them."""
    vectors = [f"to_tsvector(p.name, %(wanted{number})s)" for number in range(len(wanted))]
    units = ", ".join(
        f"(SELECT jsonb_agg(v.lexeme ORDER BY at) FROM unnest({vector}) v, unnest(v.positions) at)"
        for vector in vectors
    )
    return f"""sought AS MATERIALIZED (
  SELECT p.number, jsonb_build_array({units}) AS units, tsvector_to_array({" || ".join(vectors)}) AS lexemes
    FROM (SELECT DISTINCT configuration AS number, (%(configurations)s::text[])[configuration + 1]::regconfig AS name
            FROM page) p)"""


def _hits(*, marked: bool) -> str:
    if not marked:
        return """SELECT 'hit', p.place, p.sharing_id, NULL, NULL, e.summary, NULL, NULL
  FROM page p JOIN search_searchentry e ON e.sharing_id = p.sharing_id"""
    return """SELECT 'hit', p.place, p.sharing_id, NULL, NULL, e.summary, left(e.body, %(read)s),
       (SELECT jsonb_build_object(
                 'units', s.units,
                 'positions', jsonb_object_agg(v.lexeme, v.positions) FILTER (WHERE v.lexeme = ANY (s.lexemes)),
                 'ends', jsonb_agg(v.positions) FILTER (WHERE v.lexeme = '@' || s.number) -> 0)
          FROM unnest(e.text) v WHERE v.lexeme = ANY (s.lexemes) OR v.lexeme = '@' || s.number)
  FROM page p JOIN search_searchentry e ON e.sharing_id = p.sharing_id JOIN sought s ON s.number = p.configuration"""


def _facet(name: str) -> str:
    column, shown = FACET_COLUMNS[name]
    rows = "matched, unnest(countries) AS value" if column == "countries" else "matched"
    value = "value" if column == "countries" else column
    return f"""SELECT 'facet', g.count, NULL, '{name}', {shown}, NULL, NULL, NULL
  FROM (SELECT {value} AS value, count(*) AS count FROM {rows} GROUP BY {value}) g"""
