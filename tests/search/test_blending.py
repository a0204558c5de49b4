"""Weights of words by how rare they are among the items found; waits of what was published."""

import math

import pytest

from search.benchmark.publishing import NeverFound, waits
from search.engines.base import Ranking, Term
from search.engines.blending import FOUND_SHARE, GIVEN_SHARE, Frequency, added, blended

RANKING = Ranking(terms=(Term("quay", {"en": 4.0, "": 3.0}), Term("kai", {"de": 5.0, "": 0.0})))


def test_a_word_weighs_the_more_the_rarer_it_is_among_those_found() -> None:
    quay, kai = blended(RANKING, {"en": Frequency(10, [9, 0]), "de": Frequency(2, [1, 2])}).terms
    assert quay.weight("en") == GIVEN_SHARE * 4 + FOUND_SHARE * math.log(1 + 1.5 / 9.5)
    assert quay.weight("de") == GIVEN_SHARE * 3 + FOUND_SHARE * math.log(2)
    assert kai.weight("de") == GIVEN_SHARE * 5 + FOUND_SHARE * math.log(1 + 0.5 / 2.5)


def test_where_a_word_is_not_looked_for_it_gets_no_weight() -> None:
    _quay, kai = blended(RANKING, {"en": Frequency(10, [9, 0])}).terms
    assert (kai.weight("en"), kai.weight("fr")) == (0, 0)


def test_languages_without_an_item_keep_their_weights() -> None:
    quay, _kai = blended(RANKING, {"en": Frequency(10, [9, 0])}).terms
    assert (quay.weight("fr"), quay.weight("")) == (3, 3)


def test_frequencies_in_two_places_are_added() -> None:
    index, beside = {"en": Frequency(10, [9, 0])}, {"en": Frequency(1, [0, 1]), "de": Frequency(1, [1, 1])}
    assert added(index, beside) == {"en": Frequency(11, [9, 1]), "de": Frequency(1, [1, 1])}


def test_waits_end_at_commit_or_where_items_are_copied_when_they_are_found() -> None:
    instants = {7: (1.0, 1.25), 8: (2.0, 2.5)}
    assert waits(instants, None) == [0.25, 0.5]
    assert waits(instants, {7: 2.0, 8: 4.0}) == [1.0, 2.0]
    with pytest.raises(NeverFound, match="1 of 2 items"):
        waits(instants, {7: 2.0})
