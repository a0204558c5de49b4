"""Two samples compared, with figures known from elsewhere."""

import pytest

from cms.worlds.effect_sizes import compare


def test_samples_that_are_the_same_differ_in_nothing() -> None:
    found = compare([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    assert (found.medians, found.delta, found.p) == (0.0, 0.0, 1.0)


def test_samples_apart_differ_in_everything() -> None:
    found = compare([float(value) for value in range(10, 20)], [float(value) for value in range(10)])
    assert (found.medians, found.delta) == (10.0, 1.0)
    # as the textbooks' normal approximation has it: z = 49.5 / √175
    assert found.p == pytest.approx(0.000182672, rel=1e-4)


def test_ties_share_their_rank() -> None:
    # pairs in which the first is longer: 2, and 4 ties count a half; variance 16/12 · (9 - 60/56)
    found = compare([1.0, 2.0, 2.0, 3.0], [2.0, 2.0, 4.0, 5.0])
    assert found.delta == pytest.approx(-0.5)
    assert found.p == pytest.approx(0.2817, abs=1e-4)


def test_an_empty_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="need values"):
        compare([], [1.0])
