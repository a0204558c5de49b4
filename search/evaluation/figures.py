"""Figures of a list of results against judgements."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median

_FIRST, _DEEP = 10, 100


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over questions; the time is the median of one search, in milliseconds."""

    ndcg_10: float
    recall_100: float
    mrr: float
    median_ms: float

    def as_json(self) -> dict[str, float]:
        """Return the values under names, to four digits."""
        return {
            "ndcg@10": round(self.ndcg_10, 4),
            "recall@100": round(self.recall_100, 4),
            "mrr": round(self.mrr, 4),
            "median_ms": round(self.median_ms, 2),
        }


def ndcg(found: Sequence[str], grades: Mapping[str, int], places: int = _FIRST) -> float:
    """Return the discounted gain of the first places against that of the best order; a grade g gains 2^g − 1."""
    best = sorted(grades.values(), reverse=True)[:places]
    return _gain([grades.get(each, 0) for each in found[:places]]) / _gain(best)


def _gain(grades: Sequence[int]) -> float:
    return float(sum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, 1)))


def recall(found: Sequence[str], grades: Mapping[str, int], places: int = _DEEP) -> float:
    """Return the share of answers that stand in the first places."""
    return len(set(found[:places]) & grades.keys()) / len(grades)


def reciprocal_rank(found: Sequence[str], grades: Mapping[str, int]) -> float:
    """Return 1 for an answer in the first place, 1/2 for the second, and so on; 0 where none was found."""
    return next((1 / place for place, each in enumerate(found, 1) if each in grades), 0.0)


def figures(results: Sequence[tuple[Sequence[str], Mapping[str, int]]], seconds: Sequence[float]) -> Figures:
    """Return the figures of results, each with its judgements."""
    return Figures(
        mean(ndcg(found, grades) for found, grades in results),
        mean(recall(found, grades) for found, grades in results),
        mean(reciprocal_rank(found, grades) for found, grades in results),
        median(seconds) * 1000,
    )
