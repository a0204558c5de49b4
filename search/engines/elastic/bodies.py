"""The bodies of searches. Whatever is asked, the viewer's tokens stand in the filter of each body: nothing hidden takes
part in what is found, counted, ranked or summed up. No body ranks by statistics of what the index holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from elasticsearch.dsl import A, Q
from elasticsearch.dsl.query import Bool, Query

from search.compounds import by_parts
from search.engines.base import OWN_FACET, Access, EngineQuery, Filters, Ranking, Term
from search.engines.elastic.definition import FIELDS, STEMMED
from search.engines.elastic.documents import instant, language_code, weighed_as
from search.stemming import folded
from search.syntax import Clause, Unit

# more values than any facet has; counts are exact where none is left out
MOST_VALUES = 10_000
# of words side by side and of words in the title, against a word in the text
PAIR_SHARE, TITLE_SHARE = 0.25, 0.5
PAIR_SLOP = 3
# more than the thirty words of a query can add
REFERENCE_WEIGHT = 1000.0
# filters that count as one facet: the days of publication
_TIMES = ("year", "month")
_FILTERED = ("element", "type", "owner", "country", "marking", "state", "level", "language", "attachment")
_COUNTED = (*_FILTERED, "year", "month")


@dataclass(frozen=True, slots=True)
class Keys:
    """Elements and owners by their keys, as their ids stand in the index; unknown keys have none."""

    element: dict[str, str]
    owner: dict[str, str]

    def ids(self, name: str, values: Sequence[str]) -> list[str]:
        """Return the values of a filter as they stand in the index."""
        known = {"element": self.element, "owner": self.owner}.get(name)
        return list(values) if known is None else [known[value] for value in values if value in known]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the index: the question, who asks, which items are left out because PostgreSQL answers for them,
    in which languages the index has copies, and how far to go."""

    asked: EngineQuery
    access: Access
    withheld: Sequence[int]
    keys: Keys
    languages: Sequence[str]
    size: int
    after: Sequence[Any] = ()


def bodies(question: Question) -> dict[str, dict[str, Any]]:
    """Return the bodies of a search, each with its name: `""` finds the hits and counts all facets that are not
    filtered by; each facet that is, is counted without its own filter, in a body of its own name."""
    filters = question.asked.filters
    chosen = [name for name in (*_FILTERED, "time") if _narrows(filters, name)] if question.asked.facets else []
    own = [OWN_FACET + name for name, _values in filters.own] if question.asked.facets else []
    apart = {name: _facet_body(question, name) for name in (*chosen, *own)}
    return {"": _hits_body(question, apart), **apart}


def frequencies_body(question: Question) -> dict[str, Any]:
    """Return the body that counts, by language, the items found and those of them that have each term of the ranking
    (by its place)."""
    having = {str(place): _having(term, question.languages) for place, term in enumerate(question.asked.ranking.terms)}
    counts = A("terms", field="language", size=MOST_VALUES)
    counts.bucket("having", "filters", filters=having)
    return {
        "query": _query(question, question.asked.filters, ranked=False).to_dict(),
        "size": 0,
        "track_total_hits": False,
        "timeout": _timeout(),
        "aggs": {"languages": counts.to_dict()},
    }


def _having(term: Term, codes: Sequence[str]) -> Query:
    fields = [f"all_{code}" for code in codes]
    if term.prefix:
        return _beginning(term.word, dict.fromkeys(fields, 1.0))
    return Q("multi_match", query=term.word, fields=fields)


def _hits_body(question: Question, apart: dict[str, Any]) -> dict[str, Any]:
    asked = question.asked
    body: dict[str, Any] = {
        "query": _query(question, asked.filters, ranked=asked.by_rank).to_dict(),
        "size": question.size,
        "track_total_hits": True,
        "_source": False,
        "version": True,
        "timeout": _timeout(),
        "sort": _sort(asked),
        "track_scores": False,
    }
    if question.after:
        body["search_after"] = list(question.after)
    if asked.facets:
        body["aggs"] = _aggregations([*(name for name in _COUNTED if _group(name) not in apart), "own"])
    return body


def _facet_body(question: Question, name: str) -> dict[str, Any]:
    without = _without(question.asked.filters, name)
    names = list(_TIMES) if name == "time" else ["own"] if name.startswith(OWN_FACET) else [name]
    return {
        "query": _query(question, without, ranked=False).to_dict(),
        "size": 0,
        "track_total_hits": False,
        "timeout": _timeout(),
        "aggs": _aggregations(names),
    }


def _timeout() -> str:
    """Return after what time the search is broken off over there: a little before nobody waits for it any more."""
    return f"{settings.ELASTICSEARCH_TIMEOUT * 9 // 10}ms"


def _group(name: str) -> str:
    return "time" if name in _TIMES else name


def _narrows(filters: Filters, name: str) -> bool:
    if name == "time":
        return bool(filters.year or filters.published_from or filters.published_before)
    return bool(getattr(filters, name))


def _without(filters: Filters, name: str) -> Filters:
    if name == "time":
        return replace(filters, year=(), published_from=None, published_before=None)
    if name.startswith(OWN_FACET):
        own = tuple(pair for pair in filters.own if OWN_FACET + pair[0] != name)
        return replace(filters, own=own)
    cleared: dict[str, Any] = {name: ()}
    return replace(filters, **cleared)


def _aggregations(names: Sequence[str]) -> dict[str, Any]:
    return {name: A("terms", field=name, size=MOST_VALUES).to_dict() for name in names}


def _sort(asked: EngineQuery) -> list[dict[str, Any]]:
    newest: list[dict[str, Any]] = [{"published": "desc"}, {"uuid": "asc"}]
    if asked.by_rank:
        return [{"_score": "desc"}, *newest]
    if asked.sort == "country":
        return [{"first_country": {"order": "asc", "missing": "_last"}}, *newest]
    return newest


def _query(question: Question, filters: Filters, *, ranked: bool) -> Bool:
    asked = question.asked
    codes = question.languages
    wanted = [_clause(clause, codes, parts=True) for clause in asked.query.wanted]
    excluded = [_clause(clause, codes) for clause in asked.query.excluded]
    found = wanted if asked.match == "all" else [Q("bool", should=wanted, minimum_should_match=1)] if wanted else []
    scored = list(_scored(asked, codes)) if ranked else []
    # what makes an item visible: tokens, of the instant
    tokens = Q("terms", audience=sorted(question.access.tokens))
    return Bool(
        filter=[tokens, *found, *_filters(filters, question.keys)],
        must_not=[*_of_another_instant(question.access), *excluded, *_left_out(question)],
        should=scored,
        minimum_should_match=0,
    )


def _of_another_instant(access: Access) -> Iterator[Query]:
    """Yield the items whose tokens are not those of the instant. Left out as they stand here: two negations among the
    filters would take as long as the tokens."""
    at = instant(access.at)
    yield Q("range", next_change={"lte": at})
    yield Q("range", audience_since={"gt": at})


def _left_out(question: Question) -> Iterator[Query]:
    filters = question.asked.filters
    ids = sorted({*question.withheld, *filters.without})
    if ids:
        yield Q("ids", values=[str(number) for number in ids])
    for name in ("owner", "country", "element", "type"):
        values = getattr(filters, f"without_{name}")
        if values:
            yield Q("terms", **{name: question.keys.ids(name, values)})


def _filters(filters: Filters, keys: Keys) -> Iterator[Query]:
    for name in (*_FILTERED, "year"):
        values = getattr(filters, name)
        if values:
            yield Q("terms", **{name: keys.ids(name, values)})
    for name, values in filters.own:
        yield Q("terms", own=[f"{name}={value}" for value in values])
    period = {"gte": instant(filters.published_from), "lt": instant(filters.published_before)}
    limits = {name: limit for name, limit in period.items() if limit is not None}
    if limits:
        yield Q("range", published=limits)
    if filters.only is not None:
        yield Q("ids", values=[str(number) for number in filters.only])


def _clause(clause: Clause, codes: Sequence[str], *, parts: bool = False) -> Query:
    """Return what an item must meet; `parts`: or meet by parts of compounds."""
    alternatives = [_unit(unit, codes) for unit in clause.units]
    if parts:
        alternatives += [query for unit in clause.units for query in _by_parts(unit, codes)]
    return alternatives[0] if len(alternatives) == 1 else Q("bool", should=alternatives, minimum_should_match=1)


def _unit(unit: Unit, codes: Sequence[str]) -> Query:
    found = _words(unit, codes)
    if unit.language and unit.language not in STEMMED:
        found = Q("bool", must=[found], filter=[Q("term", language=unit.language)])
    if unit.reference:
        return Q("bool", should=[found, Q("term", reference=unit.reference)], minimum_should_match=1)
    return found


def _by_parts(unit: Unit, codes: Sequence[str]) -> Iterator[Query]:
    """Yield how else texts of languages with compounds meet the unit."""
    pattern = "title_{}" if unit.field == "title" else "all_{}"
    for language, alternatives in by_parts(unit).items():
        for alternative in alternatives if language in codes else ():
            each = [Q("terms", **{pattern.format(language): list(lexemes)}) for lexemes in alternative]
            yield Q("bool", filter=each)


def _words(unit: Unit, codes: Sequence[str]) -> Query:
    pattern = "title_{}" if unit.field == "title" else "all_{}"
    chosen = [language_code(unit.language)] if unit.language else codes
    fields = [pattern.format(code) for code in chosen]
    if not fields:
        return Q("match_none")
    if unit.prefix:
        # a form of the word is meant too: stems are shorter than what somebody types before the star
        whole = Q("multi_match", query=unit.text, fields=fields)
        return Q("bool", should=[whole, _beginning(unit.words[0], dict.fromkeys(fields, 1.0))], minimum_should_match=1)
    kind = "phrase" if len(unit.words) > 1 else "best_fields"
    return Q("multi_match", query=unit.text, fields=fields, type=kind)


def _beginning(word: str, fields: dict[str, float]) -> Query:
    """Return the items with a word that begins like this: all alike, how common such words are tells nobody."""
    plain = folded(word)
    each = [
        Q("constant_score", filter=Q("prefix", **{name: plain}), boost=boost) for name, boost in fields.items() if boost
    ]
    return Q("dis_max", queries=each)


def bonus(asked: EngineQuery, codes: Sequence[str] = FIELDS) -> float:
    """Return what an item's score gains when all that is wanted holds in it: more than all else can add, so that such
    items come first; nothing where all must hold anyway."""
    if not asked.any_word:
        return 0.0
    return 1.0 + sum(most for _part, most in _ranked(asked.ranking, codes))


def _scored(asked: EngineQuery, codes: Sequence[str]) -> Iterator[Query]:
    """Yield what adds to the score: words, words side by side; and all that is wanted, where any of it is enough."""
    for part, _most in _ranked(asked.ranking, codes):
        yield part
    if gain := bonus(asked, codes):
        whole = [_clause(clause, codes) for clause in asked.query.wanted]
        yield Q("constant_score", filter=Q("bool", filter=whole), boost=gain)


def _ranked(ranking: Ranking, codes: Sequence[str]) -> Iterator[tuple[Query, float]]:
    """Yield each part of the score with the most that it can add."""
    for term in ranking.terms:
        for pattern, share in (("all_{}", 1.0), ("title_{}", TITLE_SHARE)):
            weights = {pattern.format(code): term.weight(weighed_as(code)) * share for code in codes}
            weights = {name: weight for name, weight in weights.items() if weight}
            if not weights:
                continue
            if term.prefix:
                # half of what a word can add: as if it stood there once
                yield (
                    _beginning(term.word, {name: weight / 2 for name, weight in weights.items()}),
                    max(weights.values()),
                )
            else:
                fields = [f"{name}^{weight:.4g}" for name, weight in weights.items()]
                yield Q("multi_match", query=term.word, fields=fields), max(weights.values())
    for reference in ranking.references:
        named = Q("term", reference=reference)
        yield Q("constant_score", filter=named, boost=REFERENCE_WEIGHT), REFERENCE_WEIGHT
    for pair in ranking.pairs:
        weights = {f"all_{code}": pair.weight(weighed_as(code)) * PAIR_SHARE for code in codes}
        fields = [f"{name}^{weight:.4g}" for name, weight in weights.items() if weight]
        if fields:
            text = " ".join(pair.words)
            # the similarity is summed over both words
            yield Q("multi_match", query=text, fields=fields, type="phrase", slop=PAIR_SLOP), 2 * max(weights.values())
