"""The statement that answers a search, put together from fixed parts; values go in as parameters alone.

Each question stands in a scalar sub-select, so that the planner cannot look at it: statistics are taken over hidden
items too, and a plan chosen by them would tell by its time how many hidden items have a word.
"""
# ruff: noqa: S608 - put together from this module's own text alone

import re
from dataclasses import dataclass
from functools import lru_cache

from search.engines.postgres_facets import COUNTED, facets, flags
from search.engines.postgres_ranks import (
    BLENDED_WEIGHTS,
    CANDIDATES,
    EXACT_RANK,
    GIVEN_WEIGHTS,
    RANKING,
    ROUGH_RANK,
    TITLE_RANK,
)
from search.highlights import PLACES_OF_ENTRY

OF_THE_INSTANT = """(e.audience_since IS NULL OR e.audience_since <= %(at)s)
 AND (e.next_change IS NULL OR e.next_change > %(at)s)"""
AUDIENCE = f"e.audience @@ (SELECT %(tokens)s::tsquery) AND {OF_THE_INSTANT}"
# so many items are all ranked by their whole text. Of more, those with all of it in the title come first, by their
# titles (to read thousands of long vectors takes longest of all); the others are ranked where these fill no page
FEW = 250
_ASKED = "(SELECT asked FROM question)"
_WHOLE = "(SELECT whole FROM question)"
_IS_FEW = f"(SELECT total FROM counted) <= {FEW}"
# the ends of two small indexes: a plan for any instant would take "is there one" for something that many rows fulfil
_DUE = """SELECT 'due', 0, NULL::bigint, NULL, NULL, NULL::smallint, NULL, NULL, NULL::jsonb, NULL::jsonb
 WHERE (SELECT min(d.next_change) FROM search_searchentry d) <= %(at)s
    OR (SELECT max(d.audience_since) FROM search_searchentry d) > %(at)s"""
_SORTED = "e.sharing_id, e.published_at, e.uuid"
# order → what it sorts by, and what comes after the item that a cursor names. A country is that named first.
_COUNTRY = "coalesce(countries[1], '~')"
ORDERS = {
    "rank": "tier, stage, rank DESC, published_at DESC, uuid",
    "date": "published_at DESC, uuid",
    "country": f"{_COUNTRY}, published_at DESC, uuid",
}
_LATER = "(published_at, %(after_uuid)s::uuid) < (%(after_published)s::timestamptz, uuid)"
AFTER = {
    "rank": f"""(tier, stage, -rank) > (%(after_tier)s::int, %(after_stage)s::int, -%(after_rank)s::float8)
        OR (tier, stage, rank) = (%(after_tier)s::int, %(after_stage)s::int, %(after_rank)s::float8) AND {_LATER}""",
    "date": _LATER,
    "country": f"""{_COUNTRY} > %(after_country)s::text OR {_COUNTRY} = %(after_country)s::text AND {_LATER}""",
}
# what a cursor keeps of the last item shown
KEYS = {
    "rank": "jsonb_build_array(tier, stage, rank, published_at, uuid)",
    "date": "jsonb_build_array(published_at, uuid)",
    "country": f"jsonb_build_array({_COUNTRY}, published_at, uuid)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Which parts a statement has.

    `asks`: there is a question; `marks`: with wanted words, so that places of matches are told; `order`: rank, date or
    country; `any_word`: items in which not all holds are found too; `deep`: the page lies beyond the candidates that
    are ranked exactly; `after`: it begins after a cursor. `filters` names conditions of `postgres_facets`, `narrowed`
    those that narrow everything. `judged`: rows judged from their facts are added; `filtered_by_audience` is off for
    the benchmark alone.
    """

    asks: bool = False
    marks: bool = False
    order: str = "date"
    any_word: bool = False
    deep: bool = False
    after: bool = False
    filters: tuple[tuple[str, str], ...] = ()
    narrowed: tuple[str, ...] = ()
    facets: bool = False
    judged: bool = False
    filtered_by_audience: bool = True

    @property
    def tells_due(self) -> bool:
        """Whether the answer says that some tokens are of another instant."""
        return self.filtered_by_audience and not self.judged

    @property
    def flagged(self) -> bool:
        """Whether items that facets' own filters leave out are read too, for their counts."""
        return self.facets and bool(self.filters)


@lru_cache(maxsize=1000)
def statement(shape: Shape) -> str:
    """Return the statement.

    Its rows: kind (`total`, `hit`, `facet`, `due`), number (the total, the hit's place, the facet value's count), id,
    facet, value, language number, summary, body, matches, the order's key.
    """
    parts = [
        *(("question AS MATERIALIZED (SELECT %(asked)s::tsquery AS asked, %(whole)s::tsquery AS whole)",) * shape.asks),
        *_matched(shape),
        "counted AS MATERIALIZED (SELECT count(*) AS total FROM kept)",
        *(_ranked(shape) if shape.order == "rank" else ()),
        _page(shape),
    ]
    answers = [
        """SELECT 'total' AS kind, total AS number, NULL::bigint AS id, NULL AS name, NULL AS value,
                  NULL::smallint AS language, NULL AS summary, NULL AS body, NULL::jsonb AS matches, NULL::jsonb AS key
             FROM counted""",
        _hits(shape),
    ]
    if shape.facets:
        counts, rows = facets(shape.filters, "matched")
        parts += counts
        answers += rows
    if shape.tells_due:
        answers.append(_DUE)
    text = "WITH " + ", ".join(parts) + " " + " UNION ALL ".join(answers)
    # psycopg keeps what it learnt of a short statement
    return re.sub(r"\s+", " ", text)


def _found(shape: Shape, columns: str, *conditions: str, asked: bool = True, filtered: bool = True) -> str:
    """Return the visible items found: by their tokens, and those judged from their facts."""
    found = [f"e.text @@ {_ASKED}"] if asked and shape.asks else []
    filters = [f"({condition})" for _facet, condition in shape.filters if filtered]
    select = f"SELECT {columns} FROM search_searchentry e WHERE "
    rest = [*filters, *shape.narrowed, *conditions]
    by_tokens = [*found, *([AUDIENCE] if shape.filtered_by_audience else []), *rest]
    if not shape.judged:
        return select + (" AND ".join(by_tokens) or "true")
    return (
        select
        + " AND ".join([*by_tokens, "NOT e.sharing_id = ANY (%(judged)s)"])
        + f" UNION ALL {select}"
        + " AND ".join([*found, *rest, "e.sharing_id = ANY (%(judged)s)"])
    )


def _matched(shape: Shape) -> tuple[str, str]:
    """Return the items found, before the filters of facets where these are counted; and those that all filters keep."""
    columns = _SORTED + (", e.countries" if shape.order == "country" and not shape.facets else "")
    if shape.facets:
        columns += "".join(f", e.{column}" for column in COUNTED)
    if not shape.flagged:
        return f"matched AS MATERIALIZED ({_found(shape, columns)})", "kept AS (SELECT * FROM matched)"
    matched = _found(shape, columns + flags(shape.filters), filtered=False)
    kept = " AND ".join(f"in_{facet}" for facet, _condition in shape.filters)
    return f"matched AS MATERIALIZED ({matched})", f"kept AS MATERIALIZED (SELECT * FROM matched WHERE {kept})"


def _ranked(shape: Shape) -> tuple[str, ...]:
    """Return the items in tiers and stages with their ranks: few all exactly; of many those whose title has it all, by
    the title; then the best candidates exactly, the others roughly where a page lies so deep."""
    by_title = f"e.title_text @@ {_WHOLE}"
    # what an exclusion or a filter names may stand outside the title, so the whole question is asked too
    titled = _found(shape, f"{_SORTED}, {TITLE_RANK} AS rank", by_title, f"NOT {_IS_FEW}")
    rough = f"CASE WHEN {_IS_FEW} THEN 0 ELSE {ROUGH_RANK} END"
    tier = f"CASE WHEN {'e.text @@ ' + _WHOLE if shape.any_word else 'true'} THEN 1 ELSE 2 END"
    others = f"""SELECT {_SORTED}, {tier} AS tier, {rough} AS rough
          FROM kept m JOIN search_searchentry e ON e.sharing_id = m.sharing_id
         WHERE {_IS_FEW} OR (NOT {by_title} AND (SELECT count(*) FROM titled) < %(end)s)"""
    best = "ORDER BY tier, rough DESC, published_at DESC, uuid"
    if shape.deep:
        chosen = f"SELECT o.*, row_number() OVER ({best}) <= {CANDIDATES} OR {_IS_FEW} AS best FROM ({others}) o"
    else:
        chosen = f"SELECT o.*, true AS best FROM ({others}) o {best} LIMIT {CANDIDATES}"
    return (
        RANKING,
        BLENDED_WEIGHTS if shape.any_word else GIVEN_WEIGHTS,
        f"""titled AS MATERIALIZED (
            SELECT sharing_id, published_at, uuid, 0 AS tier, 0 AS stage, rank FROM ({titled}) t
             ORDER BY rank DESC, published_at DESC, uuid LIMIT %(end)s)""",
        f"chosen AS MATERIALIZED ({chosen})",
        f"""ordered AS (
            SELECT sharing_id, published_at, uuid, tier, stage, rank FROM titled
             UNION ALL
            SELECT {_SORTED}, c.tier, CASE WHEN c.best THEN 0 ELSE 1 END AS stage,
                   CASE WHEN c.best THEN {EXACT_RANK} ELSE c.rough END AS rank
              FROM chosen c JOIN search_searchentry e ON e.sharing_id = c.sharing_id)""",
    )


def _page(shape: Shape) -> str:
    rows = "ordered" if shape.order == "rank" else "kept"
    after = f"WHERE {AFTER[shape.order]}" if shape.after else ""
    order = ORDERS[shape.order]
    # numbered when it is cut out: to number all rows would sort all of them, where the first ones alone are wanted
    return f"""page AS MATERIALIZED (
        SELECT sharing_id, {KEYS[shape.order]} AS key, row_number() OVER (ORDER BY {order}) AS place
          FROM (SELECT * FROM {rows} {after} ORDER BY {order} LIMIT %(limit)s OFFSET %(start)s) p)"""


def _hits(shape: Shape) -> str:
    """Return the hits, with what highlights need."""
    if not shape.marks:
        return """SELECT 'hit', p.place, p.sharing_id, NULL, NULL, e.configuration, e.summary, NULL, NULL, p.key
            FROM page p JOIN search_searchentry e ON e.sharing_id = p.sharing_id"""
    return f"""SELECT 'hit', p.place, p.sharing_id, NULL, NULL, e.configuration, e.summary, left(e.body, %(read)s),
               {PLACES_OF_ENTRY}, p.key
          FROM page p JOIN search_searchentry e ON e.sharing_id = p.sharing_id"""
