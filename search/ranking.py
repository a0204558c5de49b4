"""By what a query ranks: its words with their weights, and the pairs of words that stand beside each other in it."""

from functools import lru_cache
from itertools import pairwise

from search.engines.base import Pair, Ranking, Term
from search.stemming import CODES
from search.syntax import Query, Unit
from search.weights import PREFIX, word_weight

# pairs of words that say little are everywhere
_TELLING = 1.0


def ranking_of(query: Query) -> Ranking:
    """Return by what items found by the query are ranked; excluded clauses do not rank."""
    units = [unit for clause in query.wanted for unit in clause.units]
    typed = [clause.units[0] for clause in query.wanted]
    inside = [(unit, couple) for unit in units for couple in pairwise(unit.words)]
    between = [
        (first, (first.words[-1], second.words[0])) for first, second in pairwise(typed) if _plain(first, second)
    ]
    pairs = (_pair(unit, words) for unit, words in [*inside, *between])
    return Ranking(
        terms=tuple(_term(unit, word) for unit in units for word in unit.words),
        pairs=tuple(pair for pair in pairs if any(pair.weights.values())),
        references=tuple(unit.reference for unit in units if unit.reference),
    )


def _plain(*units: Unit) -> bool:
    return not any(unit.prefix or unit.language for unit in units)


def _term(unit: Unit, word: str) -> Term:
    weights = dict.fromkeys(CODES, PREFIX) if unit.prefix else weights_of(word)
    chosen = {unit.language: weights.get(unit.language, weights[""])} if unit.language else weights
    return Term(word, {code: unit.share * weight for code, weight in chosen.items()}, prefix=unit.prefix)


def _pair(unit: Unit, words: tuple[str, str]) -> Pair:
    first, second = weights_of(words[0]), weights_of(words[1])
    languages = [unit.language] if unit.language else CODES
    both = {code: min(first.get(code, first[""]), second.get(code, second[""])) for code in languages}
    return Pair(words, {code: unit.share * weight if weight >= _TELLING else 0 for code, weight in both.items()})


@lru_cache(maxsize=10_000)
def weights_of(word: str) -> dict[str, float]:
    """Return the weight of a word by language; `""` stands for those without a list of words. Not to be changed."""
    return {code: word_weight(word, code) for code in CODES}
