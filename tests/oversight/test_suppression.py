"""What is withheld cannot be worked out from what is told: every number below the threshold stays possible."""

from itertools import product

import pytest

from cms.oversight.suppression import THRESHOLD, Column, quarter_of, told

SMALL = range(THRESHOLD)


def _told(small: tuple[int, ...]) -> Column[int]:
    """Return what is told of these small counts beside two large ones."""
    return told(dict(enumerate([*small, 7, 40])))


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_each_withheld_count_could_be_any_small_number(number: int) -> None:
    possible: dict[int | None, list[tuple[int, ...]]] = {}
    for small in product(SMALL, repeat=number):
        possible.setdefault(_told(small).total, []).append(small)
    for alike in possible.values():
        for place in range(number):
            assert {counts[place] for counts in alike} == set(SMALL)


def test_large_counts_and_harmless_totals_are_told() -> None:
    assert _told(()) == Column({0: 7, 1: 40}, 47)
    assert _told((2, 2)) == Column({0: None, 1: None, 2: 7, 3: 40}, 51)
    assert _told((0,)).total is None
    assert _told((0, 3)).total is None


def test_a_share_is_told_as_a_quarter_of_a_whole_that_is_not_small() -> None:
    assert [quarter_of(part, 8) for part in range(9)] == [0, 0, 1, 1, 2, 2, 3, 3, 3]
    assert quarter_of(4, 4) is None
