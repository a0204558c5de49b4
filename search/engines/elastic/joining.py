"""Joining two answers to one question: of the index, and of the database for the items withheld from it. Both are
ordered by the same things, so that together they are one list."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from search.engines.base import FACETS, EngineQuery, FacetCount
from search.engines.cursors import Cursor
from search.engines.elastic.answers import Found
from search.engines.elastic.documents import instant

_LATEST_FIRST = {"year", "month"}
# tiers of the database's order: items in which all that is wanted holds, and in which some does
_ALL_HOLDS, _SOME_HOLD = 1, 2
# a country that sorts after all
NO_COUNTRY = "~"
# scores of the index have 32 bits
_ROUNDING = 1e-5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One item of the joint list: by what it is ordered (ascending), and the same as a cursor keeps it."""

    order: Key
    cursor: list[Any]
    sharing_id: int


def place_in_index(found: Found, asked: EngineQuery, gain: float) -> Place:
    """Return the place of an item found in the index; `gain` is what its score has in addition when all holds in it."""
    *first, published, uuid = found.sort
    at = (_EPOCH + timedelta(microseconds=published)).isoformat()
    if not first:
        return Place((-published, uuid), [at, uuid], found.sharing_id)
    if asked.by_rank:
        score = first[0]
        tier = _ALL_HOLDS if score >= gain else _SOME_HOLD
        rank = score - gain if tier == _ALL_HOLDS else score
        return Place((-score, -published, uuid), [tier, 0, rank, at, uuid], found.sharing_id)
    country = first[0] or NO_COUNTRY
    return Place((country, -published, uuid), [country, at, uuid], found.sharing_id)


def place_in_database(sharing_id: int, key: Sequence[Any], score: float | None, gain: float) -> Place:
    """Return the place of an item found in the database, by the key of its order there; where items are ordered by
    relevance, by the score that it would have in the index."""
    *first, at, uuid = key
    newest = (-(instant(datetime.fromisoformat(at)) or 0), uuid)
    if score is None:
        return Place((*first, *newest), list(key), sharing_id)
    tier = _ALL_HOLDS if first[0] <= _ALL_HOLDS else _SOME_HOLD
    whole = score + (gain if tier == _ALL_HOLDS else 0.0)
    return Place((-whole, *newest), [tier, 0, score, at, uuid], sharing_id)


def alike(places: Sequence[Place], known: Sequence[float]) -> list[Place]:
    """Return the places, each with a score that the index gave where the two differ by no more than the rounding of
    numbers; `known` are such scores, in order."""
    return [_with_score(place, _nearest(-place.order[0], known)) for place in places]


def _with_score(place: Place, score: float) -> Place:
    tier, stage, rank, *newest = place.cursor
    moved = score + place.order[0]
    return replace(place, order=(-score, *place.order[1:]), cursor=[tier, stage, rank + moved, *newest])


def _nearest(score: float, known: Sequence[float]) -> float:
    at = bisect_left(known, score)
    close = [other for other in known[max(0, at - 1) : at + 1] if abs(other - score) <= _ROUNDING * max(1.0, score)]
    return min(close, key=lambda other: abs(other - score), default=score)


def sort_after(cursor: Cursor, gain: float) -> list[Any]:
    """Return where the index goes on after the item of a cursor."""
    key = cursor.key
    newest = [instant(key["published"]), key["uuid"]]
    if cursor.order == "rank":
        return [key["rank"] + (gain if key["tier"] <= _ALL_HOLDS else 0.0), *newest]
    if cursor.order == "country":
        return [None if key["country"] == NO_COUNTRY else key["country"], *newest]
    return newest


def order_after(cursor: Cursor, gain: float) -> Key:
    """Return what is ordered after the item of a cursor: everything greater than this."""
    *first, published, uuid = sort_after(cursor, gain)
    if cursor.order == "rank":
        return (-first[0], -published, uuid)
    return (*(value or NO_COUNTRY for value in first), -published, uuid)


def joined_facets(
    counts: Mapping[str, Counter[str]], beside: Mapping[str, Sequence[FacetCount]]
) -> dict[str, tuple[FacetCount, ...]]:
    """Return the sums of both counts: commonest value first, years and months latest first."""
    sums: dict[str, Counter[str]] = {name: Counter() for name in FACETS} | {
        name: Counter(values) for name, values in counts.items()
    }
    for name, values in beside.items():
        sums.setdefault(name, Counter()).update({count.value: count.count for count in values})
    return {name: _ordered(name, values) for name, values in sums.items()}


def _ordered(name: str, values: Counter[str]) -> tuple[FacetCount, ...]:
    ordered = sorted(values.items())
    if name in _LATEST_FIRST:
        ordered.reverse()
    else:
        ordered.sort(key=lambda pair: -pair[1])
    return tuple(FacetCount(value, count) for value, count in ordered if value)
