"""How items are ranked in SQL: by weights that the query brings and the item's own words, without any statistics.

`ts_rank` of one term with even weights tells how often it occurs: r = (1 + 1/4 + … + 1/n²) / 1.645, from which comes a
frequency that saturates, the slower the longer the text.
"""
# ruff: noqa: S608 - put together from this module's own text alone

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
_TERMS = (
    f"""unnest((SELECT terms FROM ranking)[{_ROW}], (SELECT term_weights FROM ranking)[{_ROW}]) t (query, weight)"""
)
_PAIRS = (
    f"""unnest((SELECT pairs FROM ranking)[{_ROW}], (SELECT pair_weights FROM ranking)[{_ROW}]) t (query, weight)"""
)

# OFFSET 0 keeps each rank from being computed wherever it is named
EXACT_RANK = f"""(coalesce((
    SELECT sum(r.weight * ({_TEXT_FREQUENCY} + {_TITLE_SHARE} * {_TITLE_FREQUENCY}))
      FROM (SELECT t.weight, ts_rank({_TEXT_WEIGHTS}, e.text, t.query)::float8 AS in_text,
                   ts_rank('{{1,1,1,1}}', e.title_text, t.query)::float8 AS in_title
              FROM {_TERMS} WHERE t.query IS NOT NULL OFFSET 0) r), 0)
  + coalesce((
    SELECT sum({_PAIR_SHARE} * t.weight / (1 + {_slowness("e.length", _USUAL_TEXT)}))
      FROM {_PAIRS} WHERE e.text @@ t.query), 0))"""
TITLE_RANK = f"""coalesce((
    SELECT sum(r.weight * {_TITLE_FREQUENCY})
      FROM (SELECT t.weight, ts_rank('{{1,1,1,1}}', e.title_text, t.query)::float8 AS in_title
              FROM {_TERMS} WHERE t.query IS NOT NULL OFFSET 0) r), 0)"""
