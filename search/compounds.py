"""Compounds: German writes as one word what other languages write as several. *Aufenthaltsgenehmigung* is found by
*Genehmigung* too, and finds texts that have *Aufenthalt* and *Genehmigung*; always below what has the word itself.

Where a word is cut is told by how common its parts are in the language at large, as the table of weights knows it, and
never by what is held here. A cut is made where the parts are commoner than the whole (Koehn and Knight, 2003).
"""

from collections.abc import Iterator
from functools import lru_cache

from search.stemming import forms
from search.syntax import Unit
from search.weights import UNKNOWN, word_weight

# language → what may stand between two parts
_LINKS = {"de": ("", "s", "es", "n", "en", "er", "e")}
LANGUAGES = frozenset(_LINKS)
# letters of a part: shorter ones are prefixes and endings more often than words
_SHORTEST = 4
# a part weighs no more than this: rarer words are names and fragments; and no less, for such words are prefixes
_RAREST, _COMMONEST = 3.8, 0.9
# endings and beginnings that are words, or look like one, but no parts
_NO_PARTS = frozenset(
    "ende enden endes ungen lich liche lichen licher liches lung kung arten tragen stehen tritt halt halts "
    "über miss wieder gegen durch hinter zwischen".split()
)
_LONGEST = 60
# what the lexeme of a part begins with: it stands where the whole word stands, and is none that somebody typed
SIGN = "~"
_Cut = tuple[float, tuple[str, ...]]
_NONE: _Cut = (UNKNOWN, ())
# lexemes of which a text has one, of each of these
Alternative = tuple[tuple[str, ...], ...]


def part_forms(word: str, language: str) -> tuple[str, ...]:
    """Return the lexemes of a compound's parts; empty for a word that is none, and in languages that are not cut."""
    return tuple(dict.fromkeys(part_form(part, language) for part in parts(word, language)))


def part_form(word: str, language: str) -> str:
    """Return the lexeme under which a word stands as part of a compound."""
    return SIGN + forms(word, language)[0]


@lru_cache(maxsize=100_000)
def parts(word: str, language: str) -> tuple[str, ...]:
    """Return the parts of a compound in small letters, without what links them; empty for a word that is none."""
    lowered = word.lower()
    if language not in _LINKS or not 2 * _SHORTEST <= len(lowered) <= _LONGEST or not lowered.isalpha():
        return ()
    weight, found = _cut(lowered, language)
    return found if weight < word_weight(lowered, language) else ()


@lru_cache(maxsize=100_000)
def _cut(word: str, language: str) -> _Cut:
    """Return the best cut of the word: the mean weight of its parts, and these; nothing where there is none."""
    best: _Cut = _NONE
    for end in range(_SHORTEST, len(word) - _SHORTEST + 1):
        tail = _known(word[end:], language)
        if not tail[1]:
            continue
        for link in _LINKS[language]:
            head = _known(word[:end].removesuffix(link), language) if word[:end].endswith(link) else _NONE
            if head[1]:
                both = (*head[1], *tail[1])
                best = min(best, ((head[0] * len(head[1]) + tail[0] * len(tail[1])) / len(both), both))
    return best


@lru_cache(maxsize=200_000)
def _known(piece: str, language: str) -> _Cut:
    """Return the weight of a piece and itself, where it is a word; its own cut otherwise."""
    if len(piece) < _SHORTEST or piece in _NO_PARTS:
        return _NONE
    weight = word_weight(piece, language)
    if weight > _RAREST:
        return _cut(piece, language)
    return (weight, (piece,)) if weight >= _COMMONEST else _NONE


def by_parts(unit: Unit) -> dict[str, tuple[Alternative, ...]]:
    """Return how else texts of each language meet a word that is looked for: as part of a compound; a compound, too, by
    all of its parts, each for itself or in other compounds. Nothing of phrases, beginnings and references."""
    if len(unit.words) != 1 or unit.prefix or unit.reference:
        return {}
    return {language: _alternatives(unit.words[0], language) for language in LANGUAGES & _meant(unit)}


def lexemes_of_parts(unit: Unit) -> Iterator[str]:
    """Yield every lexeme of `by_parts`."""
    for alternatives in by_parts(unit).values():
        for alternative in alternatives:
            for lexemes in alternative:
                yield from lexemes


def _meant(unit: Unit) -> frozenset[str]:
    return frozenset({unit.language}) if unit.language else LANGUAGES


def _alternatives(word: str, language: str) -> tuple[Alternative, ...]:
    # what is no word of the language is no part of any
    if _known(word.lower(), language) == _NONE:
        return ()
    cut = [(*forms(part, language), part_form(part, language)) for part in parts(word, language)]
    return ((part_form(word, language),),), *((tuple(cut),) if cut else ())
