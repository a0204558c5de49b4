"""Search vectors, put together word by word, in the notation in which PostgreSQL reads them."""

from search.compounds import part_forms
from search.stemming import forms, language_number
from search.words import composed, words

# a vector has an end at one megabyte; words beyond this size of it are not searched. No act ever fails for it.
MOST_BYTES = 900_000
# what PostgreSQL keeps of one lexeme, and the last position that it tells from the next
_MOST_POSITIONS, _LAST_POSITION = 255, 16_383
# bytes of a lexeme's entry, and of each of its positions, beside its text
_ENTRY, _POSITION = 8, 2
TITLE, SUMMARY, ATTACHMENT, BODY = "A", "B", "C", "D"


def quoted(lexeme: str) -> str:
    """Return the lexeme as it stands in PostgreSQL's notation of tsquery and tsvector, whatever characters it has."""
    inside = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{inside}'"


def mark(number: int) -> str:
    """Return the lexeme of a language: it stands once after each part of a text."""
    return f"@{number}"


class Vector:
    """A vector of one language's words, filled part by part. Positions count words from 1, and each part's end."""

    def __init__(self, language: str) -> None:
        self.length = 0
        self._language = language
        self._mark = mark(language_number(language))
        self._positions: dict[str, list[str]] = {}
        self._bytes = 0
        self._at = 0

    def add(self, text: str, weight: str) -> int:
        """Add the words of a text under the weight, then the end of a part; return how many words there were."""
        found = words(composed(text))
        for word in found:
            self._at += 1
            for form in (*forms(word, self._language), *part_forms(word, self._language)):
                self._place(form, weight)
        self._at += 1
        self._place(self._mark, weight)
        self.length += len(found)
        return len(found)

    def name(self, lexeme: str) -> None:
        """Add a lexeme without a position: no phrase has it, and it lengthens nothing."""
        self._positions.setdefault(lexeme, [])

    def _place(self, lexeme: str, weight: str) -> None:
        positions = self._positions.get(lexeme)
        if positions is None:
            size = len(lexeme.encode()) + _ENTRY
            if self._bytes + size > MOST_BYTES:
                return
            self._bytes += size
            positions = self._positions[lexeme] = []
        if len(positions) < _MOST_POSITIONS and self._bytes < MOST_BYTES:
            positions.append(f"{min(self._at, _LAST_POSITION)}{weight}")
            self._bytes += _POSITION

    def __str__(self) -> str:
        return " ".join(
            f"{quoted(lexeme)}:{','.join(positions)}" if positions else quoted(lexeme)
            for lexeme, positions in self._positions.items()
        )
