"""The piece of an item's text that a hit shows, with what matched marked."""

import re
from bisect import bisect_left
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
# what a repeated match counts beside a new one
_REPEATED = 0.05
_ELLIPSIS = "…"
_DOT = " · "
_LINE_ENDS = re.compile(r"\s*\n\s*")
_RUN = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Sought:
    """One unit that is looked for: the places of each of its words, in order, and how much it says."""

    words: Sequence[frozenset[int]]
    weight: float


@dataclass(frozen=True, slots=True)
class Window:
    """The best piece of one part of a text: its first word, counted from 0, and how much it says."""

    start: int
    worth: float


@dataclass(frozen=True, slots=True)
class Matches:
    """Where a text has what was looked for. Places count words from 1 over title, summary, body and each page of
    attachments, with one place after each of these parts: `ends`."""

    sought: Sequence[Sought]
    ends: Sequence[int]

    def places(self) -> dict[int, Sought]:
        """Return the places of words that belong to a whole unit: of a phrase only where all of it stands."""
        found: dict[int, Sought] = {}
        for unit in self.sought:
            for start in unit.words[0]:
                places = range(start, start + len(unit.words))
                if all(place in unit.words[index] for index, place in enumerate(places)):
                    found.update(dict.fromkeys(places, unit))
        return found

    def by_part(self) -> dict[int, dict[int, Sought]]:
        """Return, by the number of the part (0: title), the places within it, counted from 0; parts without any are
        left out."""
        parts: dict[int, dict[int, Sought]] = {}
        for place, unit in self.places().items():
            number = bisect_left(self.ends, place)
            if number < len(self.ends) and self.ends[number] != place:
                first = self.ends[number - 1] if number else 0
                parts.setdefault(number, {})[place - first - 1] = unit
        return parts


def best_window(places: Mapping[int, Sought]) -> Window:
    """Return the window in which different units of most weight stand (the first of several)."""
    ordered = sorted(places)
    best, low = Window(0, 0.0), 0
    for high, place in enumerate(ordered):
        while place - ordered[low] >= SNIPPET_WORDS - _LEAD:
            low += 1
        inside = [places[at] for at in ordered[low : high + 1]]
        worth = sum({id(unit): unit.weight for unit in inside}.values()) + _REPEATED * len(inside)
        if worth > best.worth:
            best = Window(max(0, ordered[low] - _LEAD), worth)
    return best


def beginning(summary: str) -> SafeString:
    """Return the first words of the text as escaped HTML."""
    return marked(readable(summary), 0, frozenset())


def readable(text: str) -> str:
    """Return the text as its words were counted; bodies are stored like this."""
    return parted(composed(text))


def marked(text: str, start: int, places: frozenset[int]) -> SafeString:
    """Return the words of a readable text from the given one on as HTML, those at the places in <mark>, all else
    escaped; empty where the text ends before it."""
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
