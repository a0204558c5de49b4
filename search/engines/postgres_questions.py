"""A tree of clauses as PostgreSQL's tsquery: in each language its own words, as one question that an item meets by its
own language alone."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from search.compounds import by_parts
from search.engines.base import EngineQuery, Pair, Term
from search.stemming import CODES, forms, language_number
from search.syntax import TITLE, Clause, Query, Unit
from search.vectors import mark, quoted

# words between the two of a pair, at most
_NEAR = 3
# what an item's own reference weighs: more than all words together
_NAMED = 1000.0
_Ranked = TypeVar("_Ranked", Term, Pair)
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Ranks:
    """By language number: the query whose rank chooses candidates, and terms and pairs with their weights, each row
    filled up with None to the length of the longest."""

    rough: list[str | None]
    terms: list[list[str | None]]
    term_weights: list[list[float | None]]
    pairs: list[list[str | None]]
    pair_weights: list[list[float | None]]


def any_of(terms: Sequence[str]) -> str:
    """Return the terms of a tsquery joined by "or", the first ones reached first, nested evenly: PostgreSQL walks a
    plain row of them from the far end, at each item."""
    if len(terms) == 1:
        return terms[0]
    half = (len(terms) + 1) // 2
    return f"({any_of(terms[:half])} | {any_of(terms[half:])})"


def question(asked: EngineQuery) -> str:
    """Return the one question that finds items; empty where nothing is asked and all items are meant."""
    if not asked.query.clauses:
        return ""
    per_language = {code: _asked(asked.query, code, join=asked.match, parts=True) for code in _languages(asked)}
    return _one_question(per_language, wanted=bool(asked.query.wanted))


def whole_question(asked: EngineQuery) -> str:
    """Return the question that finds those items in which all clauses hold by the words themselves."""
    per_language = {code: _asked(asked.query, code, join="all") for code in _languages(asked)}
    return _one_question(per_language, wanted=bool(asked.query.wanted))


def _languages(asked: EngineQuery) -> Iterable[str]:
    """Return the languages to ask in: `""` stands for all that have no number."""
    chosen = asked.filters.language
    return sorted({CODES[language_number(code)] for code in chosen}) if chosen else CODES


def _asked(query: Query, language: str, *, join: str, parts: bool = False) -> str | None:
    """Return the question in one language; None where no text of it can meet it."""
    excluded = [f"!{text}" for clause in query.excluded if (text := _clause(clause, language))]
    wanted = [_clause(clause, language, parts=parts) for clause in query.wanted]
    found = [text for text in wanted if text is not None]
    if wanted and (not found or (join == "all" and len(found) < len(wanted))):
        return None
    joined = found if join == "all" or not found else [any_of(found)]
    return " & ".join([*joined, *excluded]) or None


def _clause(clause: Clause, language: str, *, parts: bool = False) -> str | None:
    meant = [unit for unit in clause.units if unit.language in {"", language}]
    found = [_unit(unit, language) for unit in meant]
    if parts:
        found += [text for unit in meant for text in _by_parts(unit)]
    return any_of(found) if found else None


def _unit(unit: Unit, language: str) -> str:
    titled = "A" if unit.field == TITLE else ""
    words = [_word(word, language, titled, prefix=unit.prefix) for word in unit.words]
    text = words[0] if len(words) == 1 else f"({' <-> '.join(words)})"
    return f"({text} | {quoted('#' + unit.reference)})" if unit.reference else text


def _by_parts(unit: Unit) -> Iterator[str]:
    """Yield how else texts of languages with compounds meet the unit. It is the same in all languages: those of others
    have no such lexeme, or not the mark."""
    titled = "A" if unit.field == TITLE else ""
    for language, alternatives in by_parts(unit).items():
        for alternative in alternatives:
            each = [_lexemes(dict.fromkeys(meant), titled) for meant in alternative]
            marked = [quoted(mark(language_number(language)))] if len(each) > 1 else []
            yield f"({' & '.join([*each, *marked])})" if marked else each[0]


def _lexemes(lexemes: Iterable[str], flags: str) -> str:
    return any_of([f"{quoted(lexeme)}:{flags}" if flags else quoted(lexeme) for lexeme in lexemes])


def _word(word: str, language: str, flags: str, *, prefix: bool) -> str:
    """Return the word in each of its forms; of a beginning, whatever begins with it or is a form of it."""
    whole = _lexemes(forms(word, language), flags)
    return any_of([whole, f"{quoted(forms(word, '')[0])}:{flags}*"]) if prefix else whole


def _one_question(per_language: dict[str, str | None], *, wanted: bool) -> str:
    """Join the questions of the languages. Every item has the mark of one: the form that most languages share holds
    where no other's mark stands, which is quicker to look up than all of their own."""
    by_form: dict[str, list[str]] = {}
    for code, text in per_language.items():
        if text is not None:
            by_form.setdefault(text, []).append(quoted(mark(language_number(code))))
    if not by_form:
        # no item has this lexeme
        return quoted("@")
    complete = wanted and len(per_language) == len(CODES) and None not in per_language.values()
    ordered = sorted(by_form.items(), key=lambda item: (-len(item[1]), item[0]))
    if complete and len(ordered) == 1:
        return ordered[0][0]
    parts = [f"(({text}) & {any_of(marks)})" for text, marks in ordered]
    if complete:
        others = [one for _text, marks in ordered[1:] for one in marks]
        parts[0] = f"(({ordered[0][0]}) & !{any_of(others)})"
    return any_of(parts)


def ranks(asked: EngineQuery) -> Ranks:
    """Return by what items are ranked, by the number of their language."""
    chosen = set(_languages(asked))
    named = [(quoted(f"#{reference}"), _NAMED) for reference in asked.ranking.references]
    terms = [[*named, *_weighed(asked.ranking.terms, code, _term)] if code in chosen else [] for code in CODES]
    pairs = [_weighed(asked.ranking.pairs, code, _pair) if code in chosen else [] for code in CODES]
    return Ranks(
        rough=[any_of([text for text, _weight in row]) if row else None for row in terms],
        terms=_even([[text for text, _weight in row] for row in terms]),
        term_weights=_even([[weight for _text, weight in row] for row in terms]),
        pairs=_even([[text for text, _weight in row] for row in pairs]),
        pair_weights=_even([[weight for _text, weight in row] for row in pairs]),
    )


def _weighed(ranked: Iterable[_Ranked], language: str, text: Callable[[_Ranked, str], str]) -> list[tuple[str, float]]:
    weighed = ((text(one, language), one.weight(language)) for one in ranked)
    return [(query, weight) for query, weight in weighed if weight > 0]


def _term(term: Term, language: str) -> str:
    if term.prefix:
        return f"{quoted(forms(term.word, '')[0])}:*"
    return quoted(forms(term.word, language)[0])


def _pair(pair: Pair, language: str) -> str:
    first, second = (quoted(forms(word, language)[0]) for word in pair.words)
    return any_of([f"({first} <{gap}> {second})" for gap in range(1, _NEAR + 1)])


def _even(rows: list[list[_Value]]) -> list[list[_Value | None]]:
    """Return the rows at one length, at least 1."""
    length = max(1, *map(len, rows))
    return [[*row, *[None] * (length - len(row))] for row in rows]
