"""Words that mean the same, in several languages, kept by the Commission: a query for one finds the others too."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content_types.vocabularies import Language
from search.stemming import CODES, forms
from search.syntax import Clause, Query, Unit
from search.words import composed, words

# what a synonym counts beside a word that was typed
SHARE = 0.7
MOST_TERMS, MOST_WORDS = 40, 5
# alternatives that a query may grow by
_MOST_ADDED = 40


@dataclass(frozen=True, slots=True)
class SynonymTerm:
    """One word or several in a row, in a language."""

    language: str
    words: tuple[str, ...]


class SynonymGroup(models.Model):
    """Terms that mean the same, one a line, each after its language: `en: smuggler`."""

    handle = models.UUIDField(default=uuid4, unique=True, editable=False)
    terms = models.TextField(
        gettext_lazy("terms"),
        max_length=4000,
        help_text=gettext_lazy("One a line, after the code of its language, such as “fr: passeur”."),
    )
    changed_at = models.DateTimeField(gettext_lazy("changed"))

    class Meta:
        verbose_name = gettext_lazy("group of synonyms")
        verbose_name_plural = gettext_lazy("groups of synonyms")

    def __str__(self) -> str:
        return ", ".join(" ".join(term.words) for term in self.parsed())

    def clean(self) -> None:
        """Refuse lines that are no term, and groups of one term or of too many."""
        try:
            terms = list(parsed_terms(self.terms))
        except ValueError as error:
            raise ValidationError({"terms": str(error)}) from error
        if not 2 <= len(set(terms)) <= MOST_TERMS:
            raise ValidationError({"terms": _("Give from 2 to %(most)d different terms.") % {"most": MOST_TERMS}})

    def parsed(self) -> list[SynonymTerm]:
        """Return the terms."""
        return list(parsed_terms(self.terms))


def parsed_terms(text: str) -> Iterator[SynonymTerm]:
    """Yield the terms of the lines. Raises ValueError naming the line that is none."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        language, _colon, term = line.partition(":")
        found = tuple(words(composed(term)))
        code = language.strip().lower()
        if code not in Language.values or not 1 <= len(found) <= MOST_WORDS:
            raise ValueError(
                _("Line %(line)d: give a language such as “en”, a colon, and from 1 to %(most)d words.")
                % {"line": number, "most": MOST_WORDS}
            )
        yield SynonymTerm(code, found)


@dataclass(frozen=True, slots=True)
class Synonyms:
    """All terms of all groups, and by language and stems the groups that a term belongs to."""

    groups: tuple[tuple[SynonymTerm, ...], ...]
    places: dict[tuple[str, tuple[str, ...]], tuple[int, ...]]
    languages: tuple[str, ...]


def expanded(query: Query, languages: Sequence[str] = (), synonyms: Synonyms | None = None) -> Query:
    """Return the query with the synonyms of its words as further alternatives, each in texts of its own language;
    of the given languages alone, where some are. Exclusions, titles, beginnings and quoted phrases stay as they are.

    Who expands many queries at one moment gives the synonyms as `present_synonyms` tells them."""
    if not any(_words(clause) for clause in query.clauses):
        return query
    index = synonyms or present_synonyms()
    added: dict[int, dict[Unit, None]] = {}
    for start in range(len(query.clauses)):
        for end, group in _groups_from(query.clauses, start, index):
            for place in range(start, end):
                added.setdefault(place, {}).update(dict.fromkeys(_units(index.groups[group], languages)))
    if not added:
        return query
    return replace(query, clauses=tuple(_with(clause, added.get(n, {})) for n, clause in enumerate(query.clauses)))


_latest: list[tuple[dict[str, Any], Synonyms]] = []


def present_synonyms() -> Synonyms:
    """Return the groups as they are now; they are read anew only when one has changed."""
    version = SynonymGroup.objects.aggregate(number=Count("pk"), latest=Max("changed_at"))
    if not _latest or _latest[0][0] != version:
        _latest[:] = [(version, _read_index())]
    return _latest[0][1]


def _read_index() -> Synonyms:
    groups = tuple(tuple(group.parsed()) for group in SynonymGroup.objects.order_by("pk"))
    places: dict[tuple[str, tuple[str, ...]], tuple[int, ...]] = {}
    for number, terms in enumerate(groups):
        for term in terms:
            key = term.language, tuple(_stem(word, term.language) for word in term.words)
            places[key] = (*places.get(key, ()), number)
    return Synonyms(groups, places, tuple(sorted({language for language, _stems in places})))


def _plain(unit: Unit) -> bool:
    return not (unit.prefix or unit.field or unit.reference or (len(unit.words) > 1 and not unit.joined))


def _words(clause: Clause) -> tuple[str, ...]:
    """Return the words of a clause that may have synonyms; none of others."""
    unit = clause.units[0]
    return unit.words if not clause.excluded and len(clause.units) == 1 and _plain(unit) else ()


def _groups_from(clauses: Sequence[Clause], start: int, index: Synonyms) -> Iterator[tuple[int, int]]:
    """Yield the groups of which a term begins at the clause, each with the clause after the term's last."""
    taken: tuple[str, ...] = ()
    for end in range(start, len(clauses)):
        found = _words(clauses[end])
        taken += found
        if not found or len(taken) > MOST_WORDS:
            return
        for language in index.languages:
            stems = tuple(_stem(word, language) for word in taken)
            for group in index.places.get((language, stems), ()):
                yield end + 1, group


def _stem(word: str, language: str) -> str:
    return forms(word, language if language in CODES else "")[-1]


def _units(terms: Sequence[SynonymTerm], languages: Sequence[str]) -> Iterator[Unit]:
    for term in terms:
        if not languages or term.language in languages:
            yield Unit(term.words, language=term.language if term.language in CODES else "", share=SHARE)


def _with(clause: Clause, added: dict[Unit, None]) -> Clause:
    """Return the clause with the alternatives that it does not have itself."""
    typed = {tuple(word.lower() for word in unit.words) for unit in clause.units}
    new = [unit for unit in added if tuple(word.lower() for word in unit.words) not in typed]
    return replace(clause, units=(*clause.units, *new[:_MOST_ADDED]))
