"""The index's own score of an item, computed from its entry: so that items for which the database answers stand among
the others where they would stand if the index had them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from cms.core.prepared import prepared_cursor
from search.engines.base import EngineQuery, Pair, Ranking, Term
from search.engines.blending import Frequency
from search.engines.elastic.bodies import PAIR_SHARE, PAIR_SLOP, REFERENCE_WEIGHT, TITLE_SHARE
from search.engines.elastic.definition import LENGTH_SHARE, USUAL_TEXT, USUAL_TITLE
from search.engines.elastic.documents import language_code, weighed_as
from search.highlights import PLACES_OF_ENTRY, highlight_parameters
from search.stemming import CODES, folded, forms
from search.vectors import TITLE, mark

_PLACES = f"""
SELECT e.sharing_id, e.configuration, e.length, e.title_length, {PLACES_OF_ENTRY}
  FROM search_searchentry e WHERE e.sharing_id = ANY (%(ids)s::bigint[])
"""  # noqa: S608 - put together from this module's own text alone

# where a word stands → the weight of that part of the text
Places = Mapping[int, str]


def read_scored(sharing_ids: Sequence[int], asked: EngineQuery, using: str = DEFAULT_DB_ALIAS) -> dict[int, "Scored"]:
    """Return each of these items (ids of sharing rows) with the places of the words that are asked for."""
    if not sharing_ids:
        return {}
    parameters = {**highlight_parameters(asked.query), "ids": list(sharing_ids)}
    with prepared_cursor(using) as cursor:
        cursor.execute(_PLACES, parameters)
        rows = cursor.fetchall()
    return {row[0]: Scored(*row[1:]) for row in rows}


class Scored:
    """The places of the words that were asked for in one entry."""

    def __init__(self, language: int, length: int, title_length: int, places: str | None) -> None:
        self._language = CODES[language]
        self._weighed_as = weighed_as(language_code(self._language))
        self._slow = _slowness(length, USUAL_TEXT)
        self._slow_title = _slowness(title_length, USUAL_TITLE)
        stored: dict[str, Any] = json.loads(places) if places else {}
        self._ends = sorted(stored.pop(mark(language), ([], []))[0] or [])
        self._places: dict[str, Places] = {
            lexeme: dict(zip(positions or [], weights or [], strict=True))
            for lexeme, (positions, weights) in stored.items()
        }

    def frequency(self, ranking: Ranking) -> dict[str, Frequency]:
        """Return what the item adds to the frequencies of the terms."""
        return {self._weighed_as: Frequency(1, [int(self._has(term)) for term in ranking.terms])}

    def score(self, ranking: Ranking) -> float:
        """Return the score."""
        named = sum(REFERENCE_WEIGHT for reference in ranking.references if f"#{reference}" in self._places)
        return named + sum(map(self._term, ranking.terms)) + sum(map(self._pair, ranking.pairs))

    def _where(self, word: str) -> dict[int, str]:
        found: dict[int, str] = {}
        for form in forms(word, self._language):
            found |= self._places.get(form, {})
        return found

    def _has(self, term: Term) -> bool:
        return bool(self._parts_of_beginning(term.word) if term.prefix else self._where(term.word))

    def _parts_of_beginning(self, word: str) -> set[str]:
        """Return the parts of the text in which a word begins like this."""
        places = [set(at.values()) for lexeme, at in self._places.items() if lexeme.startswith(folded(word))]
        return set().union(*places)

    def _term(self, term: Term) -> float:
        weight = term.weight(self._weighed_as)
        if term.prefix:
            parts = self._parts_of_beginning(term.word)
            return weight / 2 * (bool(parts) + TITLE_SHARE * (TITLE in parts))
        where = self._where(term.word)
        titled = sum(part == TITLE for part in where.values())
        return weight * (_saturated(len(where), self._slow) + TITLE_SHARE * _saturated(titled, self._slow_title))

    def _pair(self, pair: Pair) -> float:
        weight = pair.weight(self._weighed_as)
        first, second = (sorted(self._where(word)) for word in pair.words)
        if not weight or not first or not second:
            return 0.0
        near = (self._nearness(at, second) for at in first)
        # the similarity is summed over both words
        return 2 * PAIR_SHARE * weight * _saturated(sum(near), self._slow)

    def _nearness(self, at: int, others: Iterable[int]) -> float:
        """Return how near the nearest of the other places is to the one after this, 1 at most; 0 beyond the slop and in
        another part of the text."""
        moves = [abs(other - at - 1) for other in others if self._part(other) == self._part(at)]
        nearest = min(moves, default=PAIR_SLOP + 1)
        return 1 / (1 + nearest) if nearest <= PAIR_SLOP else 0.0

    def _part(self, at: int) -> int:
        return sum(end < at for end in self._ends)


def _slowness(length: int, usual: int) -> float:
    return 1 - LENGTH_SHARE + LENGTH_SHARE * _kept(length) / usual


def _saturated(frequency: float, slowness: float) -> float:
    return frequency / (frequency + slowness)


def _kept(length: int) -> int:
    """Return the length as Lucene keeps it in one byte: short ones exactly, of others the first four binary digits."""
    free = 24
    if length < free:
        return length
    rest = length - free
    digits = rest.bit_length()
    if digits < 4:
        return length
    shift = digits - 4
    return free + (rest >> shift << shift)
