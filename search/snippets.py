"""The piece of an item's text that a hit shows, with what matched marked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.words import composed, parted, word_spans

SNIPPET_WORDS = 36
# words shown before the first match
_LEAD = 8
# farther matches are found, but not shown
READ_CHARACTERS = 20_000
_ELLIPSIS = "…"
_DOT = " · "
_LINE_ENDS = re.compile(r"\s*\n\s*")
_RUN = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Matches:
    """Where a text has what was looked for. Positions count words from 1 over title, summary and body, with one
    position after each of the three: `ends`. `units` are the lexemes of each wanted unit, in order."""

    units: Sequence[Sequence[str]]
    positions: Mapping[str, Sequence[int]]
    ends: Sequence[int]

    def places(self) -> set[int]:
        """Return the positions of words that belong to a whole unit: of a phrase only where all of it stands."""
        found: set[int] = set()
        for unit in self.units:
            where = [set(self.positions.get(lexeme, ())) for lexeme in unit]
            for start in where[0]:
                places = range(start, start + len(unit))
                if all(place in where[index] for index, place in enumerate(places)):
                    found.update(places)
        return found


def beginning(summary: str) -> SafeString:
    """Return the first words of the text as escaped HTML."""
    return _marked(_readable(summary), 0, frozenset())


def snippet(summary: str, body: str, matches: Matches) -> SafeString:
    """Return the words around the best match as HTML, matches in <mark>, all else escaped: from the body, or from the
    summary where the body has none or fewer different ones."""
    if len(matches.ends) < 2:
        return beginning(summary)
    title_end, summary_end = matches.ends[:2]
    places = matches.places()
    in_summary = frozenset(place - title_end - 1 for place in places if title_end < place < summary_end)
    in_body = frozenset(place - summary_end - 1 for place in places if place > summary_end)
    if in_summary and len(in_summary) >= _best(in_body)[1]:
        start, _count = _best(in_summary)
        return _marked(_readable(summary), start, in_summary)
    start, count = _best(in_body)
    text = _marked(body, start, in_body) if count else SafeString()
    return text or beginning(summary)


def _readable(text: str) -> str:
    """Return the text as its words were counted; bodies are stored like this."""
    return parted(composed(text))


def _best(places: frozenset[int]) -> tuple[int, int]:
    """Return where the window with the most matches starts (the first of several), and how many it has."""
    ordered = sorted(places)
    best_start, best_count, low = 0, 0, 0
    for high, place in enumerate(ordered):
        while place - ordered[low] >= SNIPPET_WORDS - _LEAD:
            low += 1
        if high - low + 1 > best_count:
            best_start, best_count = max(0, ordered[low] - _LEAD), high - low + 1
    return best_start, best_count


def _marked(text: str, start: int, places: frozenset[int]) -> SafeString:
    """Return the words from the given one on; empty where the text ends before it."""
    spans = word_spans(text, start, start + SNIPPET_WORDS + 1)
    if not spans:
        return SafeString()
    shown = spans[:SNIPPET_WORDS]
    parts, at = [], shown[0][0] if start else 0
    for number, (left, right) in enumerate(shown, start):
        if number in places:
            parts += [escape(_blanks(text[at:left])), "<mark>", escape(text[left:right]), "</mark>"]
            at = right
    cut = len(spans) > SNIPPET_WORDS
    parts.append(escape(_blanks(text[at : shown[-1][1] if cut else None])))
    before = f"{_ELLIPSIS} " if start else ""
    after = f" {_ELLIPSIS}" if cut else ""
    return mark_safe(f"{before}{''.join(parts).strip(_DOT)}{after}")  # noqa: S308 - each piece of text was escaped above


def _blanks(text: str) -> str:
    """Return the text with one blank for each run of blanks, and a dot between lines."""
    return _RUN.sub(" ", _LINE_ENDS.sub(_DOT, text))
