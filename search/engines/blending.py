"""Where any word is enough, a word says the more the fewer of the items found have it, beside what it says at large.
The items found are visible ones alone, so that no weight tells of a hidden one."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from search.engines.base import Ranking, Term

GIVEN_SHARE, FOUND_SHARE = 0.4, 0.6


@dataclass(frozen=True, slots=True)
class Frequency:
    """Of items found in one language: how many there are, and how many have each term of the ranking, in its order."""

    total: int
    having: Sequence[int]


def blended(ranking: Ranking, frequencies: Mapping[str, Frequency]) -> Ranking:
    """Return the ranking with the weights of its terms blended, by language (`""`: every other one). Languages without
    an item found keep the weights they have."""
    return replace(ranking, terms=tuple(_blended(term, place, frequencies) for place, term in enumerate(ranking.terms)))


def _blended(term: Term, place: int, frequencies: Mapping[str, Frequency]) -> Term:
    rest = {"": term.weight(""), **term.weights}
    found = {code: _weight(term.weight(code), one.total, one.having[place]) for code, one in frequencies.items()}
    return replace(term, weights=rest | found)


def _weight(given: float, total: int, having: int) -> float:
    # where a word is not looked for it has no weight
    rarity = math.log(1 + (total - having + 0.5) / (having + 0.5))
    return GIVEN_SHARE * given + FOUND_SHARE * rarity if given else 0.0


def added(*parts: Mapping[str, Frequency]) -> dict[str, Frequency]:
    """Return the frequencies in all parts together."""
    sums: dict[str, Frequency] = {}
    for part in parts:
        for language, one in part.items():
            other = sums.get(language, Frequency(0, [0] * len(one.having)))
            having = [left + right for left, right in zip(one.having, other.having, strict=True)]
            sums[language] = Frequency(one.total + other.total, having)
    return sums
