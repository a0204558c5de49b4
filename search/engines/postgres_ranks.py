"""How items are ranked in SQL: by weights that the query brings and the item's own words, without any statistics.

`ts_rank` of one term with even weights tells how often it occurs: r = (1 + 1/4 + … + 1/n²) / 1.645, from which comes a
frequency that saturates, the slower the longer the text.
"""
# ruff: noqa: S608 - put together from this module's own text alone

from search.engines.blending import FOUND_SHARE, GIVEN_SHARE

# so many of the best by PostgreSQL's own rank are ranked exactly
CANDIDATES = 500
# share of length in how soon a frequency saturates; the length at which it counts neither for nor against a text
_LENGTH_SHARE, _USUAL_TEXT, _USUAL_TITLE = 0.75, 100, 6
# π²/6, to which the sum above grows
_LIMIT = 1.645
# weights of positions in `ts_rank`: body, attachment, summary, title
_TEXT_WEIGHTS = "'{1,0.4,1,1}'"
_TITLE_SHARE = 0.5
_PAIR_SHARE = 0.3
_ROW = "e.configuration + 1 : e.configuration + 1"

ROUGH_RANK = f"ts_rank({_TEXT_WEIGHTS}, e.text, (SELECT rough FROM ranking)[e.configuration + 1], 1)"


def _slowness(length: str, usual: int) -> str:
    return f"({1 - _LENGTH_SHARE} + {_LENGTH_SHARE} * {length} / {usual}.0)"


def _saturated(rank: str, slowness: str) -> str:
    """Return the frequency behind a rank, from 0 to below 1."""
    return f"{rank} / ({rank} + {_LIMIT} * {slowness} * (1 - {rank}))"


_TITLE_FREQUENCY = _saturated("r.in_title", _slowness("e.title_length", _USUAL_TITLE))
_TEXT_FREQUENCY = _saturated("r.in_text", _slowness("e.length", _USUAL_TEXT))
_TERMS = f"unnest((SELECT terms FROM ranking)[{_ROW}], (SELECT term_weights FROM weights)[{_ROW}]) t (query, weight)"
_PAIRS = f"unnest((SELECT pairs FROM ranking)[{_ROW}], (SELECT pair_weights FROM ranking)[{_ROW}]) t (query, weight)"
# a long vector lies outside its row: it is fetched once for all questions to it
_WHOLE_TEXT = "(SELECT e.text || ''::tsvector AS text OFFSET 0) w"

# OFFSET 0 keeps each rank from being computed wherever it is named
EXACT_RANK = f"""(SELECT coalesce((
    SELECT sum(r.weight * ({_TEXT_FREQUENCY} + {_TITLE_SHARE} * {_TITLE_FREQUENCY}))
      FROM (SELECT t.weight, ts_rank({_TEXT_WEIGHTS}, w.text, t.query)::float8 AS in_text,
                   ts_rank('{{1,1,1,1}}', e.title_text, t.query)::float8 AS in_title
              FROM {_TERMS} WHERE t.query IS NOT NULL OFFSET 0) r), 0)
  + coalesce((
    SELECT sum({_PAIR_SHARE} * t.weight / (1 + {_slowness("e.length", _USUAL_TEXT)}))
      FROM {_PAIRS} WHERE w.text @@ t.query), 0) FROM {_WHOLE_TEXT})"""
TITLE_RANK = f"""coalesce((
    SELECT sum(r.weight * {_TITLE_FREQUENCY})
      FROM (SELECT t.weight, ts_rank('{{1,1,1,1}}', e.title_text, t.query)::float8 AS in_title
              FROM {_TERMS} WHERE t.query IS NOT NULL OFFSET 0) r), 0)"""

RANKING = """ranking AS MATERIALIZED (SELECT %(rough)s::tsquery[] AS rough, %(terms)s::tsquery[] AS terms,
    %(term_weights)s::float8[] AS term_weights, %(pairs)s::tsquery[] AS pairs,
    %(pair_weights)s::float8[] AS pair_weights)"""
GIVEN_WEIGHTS = "weights AS (SELECT term_weights FROM ranking)"
# Where any word is enough, a word says the more the fewer of the items found have it, beside what it says at large.
# They are visible ones alone; some of them, by their random identifiers, are enough.
_SAMPLE = 500
BLENDED_WEIGHTS = f"""frequencies AS MATERIALIZED (
        SELECT e.configuration, t.place, count(*) AS total, count(*) FILTER (WHERE w.text @@ t.query) AS having
          FROM (SELECT sharing_id FROM kept ORDER BY uuid LIMIT {_SAMPLE}) s
          JOIN search_searchentry e ON e.sharing_id = s.sharing_id,
               LATERAL {_WHOLE_TEXT},
               unnest((SELECT terms FROM ranking)[{_ROW}]) WITH ORDINALITY t (query, place)
         WHERE t.query IS NOT NULL GROUP BY e.configuration, t.place),
    weights AS MATERIALIZED (
        SELECT array_agg(n.weights ORDER BY n.number) AS term_weights
          FROM (SELECT number,
                       (SELECT array_agg({GIVEN_SHARE} * t.weight + coalesce({FOUND_SHARE} * ln(1
                                   + (f.total - f.having + 0.5) / (f.having + 0.5)), {GIVEN_SHARE} * t.weight)
                                   ORDER BY t.place)
                          FROM unnest((SELECT term_weights FROM ranking)[number : number])
                               WITH ORDINALITY t (weight, place)
                          LEFT JOIN frequencies f ON f.configuration = number - 1 AND f.place = t.place) AS weights
                  FROM generate_series(1, (SELECT array_length(terms, 1) FROM ranking)) number) n)"""
