"""Words that stand nowhere but where they were planted: who is told one knows what it was planted in."""

import re
from collections.abc import Iterable, Mapping
from itertools import count

_numbers = count(1)
# letters alone: a word stays whole in search, in addresses and in headers
_LETTERS = "bcdfghjklm"
_WORD = re.compile(r"zyx[bcdfghjklm]{4}q", re.IGNORECASE)


def new_word() -> str:
    """Return a word that was never returned before."""
    return "zyx" + "".join(_LETTERS[int(digit)] for digit in f"{next(_numbers):04}") + "q"


def words_in(text: str) -> set[str]:
    """Return the planted words that stand in the text."""
    return {found.lower() for found in _WORD.findall(text)}


def told(status: int, headers: Mapping[str, str], body: str) -> set[str]:
    """Return the planted words that an answer tells, in its headers or its body."""
    return words_in(body) | words_in(" ".join(f"{name}: {value}" for name, value in headers.items()))


def without(text: str, values: Iterable[str]) -> str:
    """Return the text without what was asked for: an answer may repeat the address."""
    for value in sorted({str(value) for value in values}, key=len, reverse=True):
        text = text.replace(value, "*")
    return text
