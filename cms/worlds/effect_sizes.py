"""How far two samples of times differ: medians, Cliff's delta, and the rank test of Mann and Whitney."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import erfc, sqrt
from statistics import median


@dataclass(frozen=True, slots=True)
class Difference:
    """Two samples compared. `delta` lies between -1 and 1 (0: neither tends to be longer); `p` is two-sided."""

    first: float
    second: float
    delta: float
    p: float

    @property
    def medians(self) -> float:
        """By how much the first median is above the second."""
        return self.first - self.second


def compare(first: Sequence[float], second: Sequence[float]) -> Difference:
    """Compare two samples; raises ValueError for an empty one. `p` is the normal approximation, corrected for ties."""
    if not first or not second:
        raise ValueError("Both samples need values.")
    n, m = len(first), len(second)
    ranks, ties = _ranks([*first, *second])
    greater = sum(ranks[:n]) - n * (n + 1) / 2  # pairs in which the first is longer; a tie counts a half
    spread = sqrt(n * m / 12 * ((n + m + 1) - ties / ((n + m) * (n + m - 1)))) if n + m > 1 else 0.0
    away = max(abs(greater - n * m / 2) - 0.5, 0.0)
    return Difference(
        first=median(first),
        second=median(second),
        delta=2 * greater / (n * m) - 1,
        p=erfc(away / spread / sqrt(2)) if spread else 1.0,
    )


def _ranks(values: Sequence[float]) -> tuple[list[float], int]:
    """Return each value's rank, equal ones sharing theirs, and the sum of t³ - t over groups of t equal ones."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    ranks, ties, done = [0.0] * len(values), 0, 0
    for _value, group in groupby(order, key=lambda place: values[place]):
        places = list(group)
        for place in places:
            ranks[place] = done + (len(places) + 1) / 2
        ties += len(places) ** 3 - len(places)
        done += len(places)
    return ranks, ties
