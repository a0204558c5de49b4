"""Small numbers: how much of some counts may be told, so that nothing that is withheld can be worked out.

The threshold rule with complementary suppression, as the Handbook on Statistical Disclosure Control of the European
Statistical System describes them for tables of frequencies. Here:

- A count below the threshold is withheld, nought included: that something exists at all is not to be told either.
- The total is told only where each count that is withheld could still be any number below the threshold. With k counts
  withheld that add up to S this holds exactly for 4 ≤ S ≤ 4 (k - 1); otherwise the total is withheld too.
- A share is told as a quarter of the whole, and only of a whole that is not small.
- Columns are told apart: nothing is added up over elements or periods, and periods do not overlap.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

# the smallest number that is told; policy says "fewer than 5" of readers too
THRESHOLD = 5
_LARGEST = THRESHOLD - 1
_QUARTERS = 4

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Column(Generic[Key]):
    """Counts as they may be told, and their total; None is withheld."""

    counts: Mapping[Key, int | None]
    total: int | None


def told(counts: Mapping[Key, int]) -> Column[Key]:
    """Return what may be told of counts that are shown together with their total."""
    small = [number for number in counts.values() if number < THRESHOLD]
    safe = not small or _LARGEST <= sum(small) <= _LARGEST * (len(small) - 1)
    cells = {key: number if number >= THRESHOLD else None for key, number in counts.items()}
    return Column(cells, sum(counts.values()) if safe else None)


def quarter_of(part: int, whole: int) -> int | None:
    """Return in which quarter of the whole the part lies, from 0 to 3 (three quarters and more); None where the whole
    is small."""
    return None if whole < THRESHOLD else min(_QUARTERS * part // whole, _QUARTERS - 1)
