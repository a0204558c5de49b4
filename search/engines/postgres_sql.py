"""The statement that answers a search, put together from fixed parts; values go in as parameters alone.

Each question stands in a scalar sub-select, so that the planner cannot look at it: statistics are taken over hidden
items too, and a plan chosen by them would tell by its time how many hidden items have a word.
"""
# ruff: noqa: S608 - put together from this module's own text alone

import re
from dataclasses import dataclass
from functools import lru_cache

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
# so many items are all ranked by their whole text. Of more, those with all of it in the title come first, by their
# titles (to read thousands of long vectors takes longest of all); the others are ranked where these fill no page
FEW = 250
_ASKED = "(SELECT asked FROM question)"
_TITLE_RANK = "ts_rank(e.title_text, (SELECT queries FROM ranking)[e.configuration + 1], 1)"
_RANK = "ts_rank(%(weights)s::real[], e.text, (SELECT queries FROM ranking)[e.configuration + 1], 1)"
# the ends of two small indexes: a plan for any instant would take "is there one" for something that many rows fulfil
_DUE = """SELECT 'due', 0, NULL, NULL, NULL, NULL, NULL, NULL
 WHERE (SELECT min(d.next_change) FROM search_searchentry d) <= %(at)s
    OR (SELECT max(d.audience_since) FROM search_searchentry d) > %(at)s"""
_SORTED = "e.sharing_id, e.configuration, e.published_at, e.uuid"


# every item has the mark of one language: the form that most languages share holds where no other's mark stands, which
# is quicker to look up than all of their own
_EACH_FORM = "string_agg('(' || asked || ') & (' || marks || ')', ' | ')"
_ONE_OF_FORMS = """string_agg('(' || asked || ')' || CASE WHEN place > 1 THEN ' & (' || marks || ')' ELSE
    coalesce(' & !(' || (SELECT string_agg(marks, ' | ') FROM forms WHERE place > 1) || ')', '') END, ' | ')"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Which parts a statement has. `wanted` and `excluded` say of each unit whether it names an item's reference too;
    `filters` names conditions; `judged`: rows judged from their facts are added; `filtered_by_audience` is off for the
    benchmark alone."""

    wanted: tuple[bool, ...] = ()
    excluded: tuple[bool, ...] = ()
    filters: tuple[str, ...] = ()
    by_rank: bool = False
    facets: bool = False
    judged: bool = False
    filtered_by_audience: bool = True

    @property
    def tells_due(self) -> bool:
        """Whether the answer says that some tokens are of another instant."""
        return self.filtered_by_audience and not self.judged

    @property
    def asks(self) -> bool:
        """Whether there is a question at all."""
        return bool(self.wanted or self.excluded)


@lru_cache(maxsize=500)
def statement(shape: Shape) -> str:
    """Return the statement.

    Its rows: kind (`total`, `hit`, `facet`, `due`), number (the total, the hit's place, the facet value's count), id,
    facet, value, summary, body, matches.
    """
    parts = [
        *(_questions(shape) if shape.asks else ()),
        _matched(shape),
        "counted AS MATERIALIZED (SELECT count(*) AS total FROM matched)",
        *(_ranked(shape) if shape.by_rank else ()),
        _page("tier, rank DESC, published_at DESC, uuid" if shape.by_rank else "published_at DESC, uuid", shape),
        *((_sought(shape),) if shape.wanted else ()),
    ]
    answers = [
        "SELECT 'total' AS kind, total AS number, NULL::bigint AS id, NULL AS name, NULL AS value, NULL AS summary, "
        "NULL AS body, NULL::jsonb AS matches FROM counted",
        _hits(marked=bool(shape.wanted)),
        *(_facet(name) for name in FACET_COLUMNS if shape.facets),
        *((_DUE,) if shape.tells_due else ()),
    ]
    text = "WITH " + ", ".join(parts) + " " + " UNION ALL ".join(answers)
    # psycopg keeps what it learnt of a short statement
    return re.sub(r"\s+", " ", text)


def _unit(name: str, number: int, *, reference: bool) -> str:
    words = f"phraseto_tsquery(c.name::regconfig, %({name}{number})s)"
    return f"({words} || %({name}{number}_reference)s::tsquery)" if reference else words


def _questions(shape: Shape) -> tuple[str, ...]:
    """Return the query in each configuration; as one question, in which an item meets that of its own alone; and the
    queries by which items of each configuration are ranked."""
    wanted = [_unit("wanted", number, reference=reference) for number, reference in enumerate(shape.wanted)]
    excluded = [_unit("excluded", number, reference=reference) for number, reference in enumerate(shape.excluded)]
    asked = " && ".join(wanted + [f"!!{unit}" for unit in excluded])
    return (
        f"""lexed AS MATERIALIZED (
            SELECT c.number - 1 AS number, {asked} AS asked, {" || ".join(wanted) or "NULL::tsquery"} AS ranked
              FROM unnest(%(configurations)s::text[]) WITH ORDINALITY AS c (name, number))""",
        """forms AS MATERIALIZED (
            SELECT asked::text AS asked, string_agg(quote_literal('@' || number), ' | ') AS marks,
                   row_number() OVER (ORDER BY count(*) DESC, asked) AS place
              FROM lexed GROUP BY asked)""",
        f"question AS MATERIALIZED (SELECT ({_ONE_OF_FORMS if wanted else _EACH_FORM})::tsquery AS asked FROM forms)",
        "ranking AS MATERIALIZED (SELECT array_agg(ranked ORDER BY number) AS queries FROM lexed)",
    )


def _found(shape: Shape, columns: str, *conditions: str, asked: bool = True) -> str:
    """Return the visible items found: by their tokens, and those judged from their facts."""
    found = [f"e.text @@ {_ASKED}"] if asked and shape.asks else []
    filters = [FILTERS[name] for name in shape.filters]
    select = f"SELECT {columns} FROM search_searchentry e WHERE "
    by_tokens = [*found, *([AUDIENCE] if shape.filtered_by_audience else []), *filters, *conditions]
    if not shape.judged:
        return select + (" AND ".join(by_tokens) or "true")
    return (
        select
        + " AND ".join([*by_tokens, "NOT e.sharing_id = ANY (%(judged)s)"])
        + f" UNION ALL {select}"
        + " AND ".join([*found, *filters, *conditions, "e.sharing_id = ANY (%(judged)s)"])
    )


def _matched(shape: Shape) -> str:
    counted = "".join(f", e.{column}" for column, _shown in FACET_COLUMNS.values()) if shape.facets else ""
    return f"matched AS MATERIALIZED ({_found(shape, _SORTED + counted)})"


def _ranked(shape: Shape) -> tuple[str, ...]:
    """Return those whose title has it all, ranked by the title, unless all items are few; and the others, or all."""
    by_title = f"e.title_text @@ {_ASKED}"
    few = f"(SELECT total FROM counted) <= {FEW}"
    # what an exclusion names may stand outside the title
    titled = _found(shape, f"{_SORTED}, {_TITLE_RANK} AS rank", by_title, f"NOT {few}", asked=bool(shape.excluded))
    return (
        f"""titled AS MATERIALIZED (
            SELECT sharing_id, configuration, published_at, uuid, 0 AS tier, rank FROM ({titled}) t
             ORDER BY rank DESC, published_at DESC, uuid LIMIT %(end)s)""",
        f"""others AS (
            SELECT {_SORTED}, CASE WHEN {by_title} THEN 0 ELSE 1 END AS tier, {_RANK} AS rank
              FROM matched m JOIN search_searchentry e ON e.sharing_id = m.sharing_id
             WHERE ({few} OR NOT {by_title}) AND ({few} OR (SELECT count(*) FROM titled) < %(end)s))""",
        """ordered AS (
            SELECT sharing_id, configuration, published_at, uuid, tier, rank FROM titled
             UNION ALL SELECT sharing_id, configuration, published_at, uuid, tier, rank FROM others)""",
    )


def _page(order: str, shape: Shape) -> str:
    rows = "ordered" if shape.by_rank else "matched"
    return f"""page AS MATERIALIZED (
        SELECT sharing_id, configuration, row_number() OVER (ORDER BY {order}) AS place
          FROM {rows} ORDER BY {order} LIMIT %(limit)s OFFSET %(start)s)"""


def _sought(shape: Shape) -> str:
    """Return, for each configuration on the page, the lexemes of each wanted unit in order, and all of them."""
    vectors = [f"to_tsvector(p.name, %(wanted{number})s)" for number in range(len(shape.wanted))]
    units = ", ".join(
        f"(SELECT jsonb_agg(v.lexeme ORDER BY at) FROM unnest({vector}) v, unnest(v.positions) at)"
        for vector in vectors
    )
    return f"""sought AS MATERIALIZED (
        SELECT p.number, jsonb_build_array({units}) AS units,
               tsvector_to_array({" || ".join(vectors)}) || ('@' || p.number) AS lexemes
          FROM (SELECT DISTINCT configuration AS number,
                       (%(configurations)s::text[])[configuration + 1]::regconfig AS name FROM page) p)"""


def _hits(*, marked: bool) -> str:
    if not marked:
        return """SELECT 'hit', p.place, p.sharing_id, NULL, NULL, e.summary, NULL, NULL
            FROM page p JOIN search_searchentry e ON e.sharing_id = p.sharing_id"""
    return """SELECT 'hit', p.place, p.sharing_id, NULL, NULL, e.summary, left(e.body, %(read)s),
               (SELECT jsonb_build_object('units', s.units, 'mark', '@' || s.number,
                                          'positions', jsonb_object_agg(v.lexeme, v.positions))
                  FROM unnest(e.text) v WHERE v.lexeme = ANY (s.lexemes))
          FROM page p JOIN search_searchentry e ON e.sharing_id = p.sharing_id
          JOIN sought s ON s.number = p.configuration"""


def _facet(name: str) -> str:
    column, shown = FACET_COLUMNS[name]
    rows = "matched, unnest(countries) AS value" if column == "countries" else "matched"
    value = "value" if column == "countries" else column
    return f"""SELECT 'facet', g.count, NULL, '{name}', {shown}, NULL, NULL, NULL
        FROM (SELECT {value} AS value, count(*) AS count FROM {rows} GROUP BY {value}) g"""
