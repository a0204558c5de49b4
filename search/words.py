"""Words of a text, cut in the same way for index, query and highlights.

Anything but letters and digits separates words. What is written together with the next or the last word by an
apostrophe and is no word to look for is passed over: the articles of *l'immigration*, *dell'Unione*, the *s* of
*Spain's*.
"""

import re
import unicodedata
from itertools import islice

# bytes of the longest UTF-8 character × this stays below the 2,047 bytes that PostgreSQL keeps of one word
_LONGEST_WORD = 500
_APOSTROPHE = "['’ʼ]"
_ELISION = (
    r"(?<![^\W_])(?:[ldjmtsnc]|qu|jusqu|lorsqu|puisqu|quoiqu|dell|all|nell|dall|sull|coll|un|quest|quell|gl)"
    rf"{_APOSTROPHE}(?=[^\W\d_])"
)
_POSSESSIVE = rf"(?<=[^\W\d_]){_APOSTROPHE}s(?![^\W_])"
_PLAIN = re.compile(rf"([^\W_]{{1,{_LONGEST_WORD}}})")
# the same where an apostrophe may stand in the text, which takes several times as long
_WORD = re.compile(rf"{_ELISION}|{_POSSESSIVE}|{_PLAIN.pattern}", re.IGNORECASE)
# "1e5x" is cut into a number and a word
_NUMBER_AND_WORD = re.compile(r"(?<![^\W_])(\d+[eE]\d+)(?=[^\W\d_])")

# marks that stay alone after composition (Latin, Cyrillic, Hebrew, Arabic), soft hyphens, invisible joiners
_UNREAD = re.compile(
    "[\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u0610-\u061a\u064b-\u065f\u0670"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u2060-\u2064\u20d0-\u20f0\ufe00-\ufe0f\ufe20-\ufe2f\ufeff]"
)
# line ends stay: snippets show where one is
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u206f]")


def composed(text: str) -> str:
    """Return the text with each letter and its accents as one character, ligatures and wide forms as plain letters,
    blanks for control characters, and without what is written but not read: loose accents, soft hyphens."""
    return _CONTROL.sub(" ", _UNREAD.sub("", unicodedata.normalize("NFKC", text)))


def parted(text: str) -> str:
    """Return the composed text with a blank where a number and a word are written as one."""
    return _NUMBER_AND_WORD.sub(r"\1 ", text)


def words(text: str) -> list[str]:
    """Return the words of a composed text in order, as they are written."""
    return [word for word in _pattern(text).findall(parted(text)) if word]


def _pattern(text: str) -> re.Pattern[str]:
    return _WORD if any(sign in text for sign in "'’ʼ") else _PLAIN


def word_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return where words of a composed and parted text begin and end: from the `start`-th up to the `end`-th, counted
    from 0."""
    found = (match.span(1) for match in _pattern(text).finditer(text) if match[1])
    return list(islice(found, start, end))
