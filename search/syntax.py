"""What somebody typed into the search box, as units: words, "phrases", and -exclusions, all of which must hold."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from search.words import composed, words

LONGEST_QUERY = 500  # characters
MOST_UNITS = 30
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
# an optional minus, then a quoted phrase (to the end where the quote is not closed), or anything without blanks
_TOKEN = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)(?P<closed>"?)|(?P<word>[^\s"]+))')
_REFERENCE = re.compile(r"[A-Z]{2,4}-[A-Z0-9-]{2,8}-\d{4}-[0-9A-HJKMNP-TV-Z]{5}", re.IGNORECASE)


class UnreadableQuery(ValueError):
    """The text is no query; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One condition: these words in this order and side by side (usually one), or their absence.

    `reference` is set where the words are an item's reference: then that item is meant too.
    """

    words: tuple[str, ...]
    excluded: bool = False
    reference: str = ""

    @property
    def text(self) -> str:
        """The words with a blank between them."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Query:
    """The units, and what the person should be told about how the text was read."""

    units: tuple[Unit, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[Unit, ...]:
        """The units that must be there."""
        return tuple(unit for unit in self.units if not unit.excluded)

    @property
    def excluded(self) -> tuple[Unit, ...]:
        """The units that must not be there."""
        return tuple(unit for unit in self.units if unit.excluded)


def parse_query(text: str) -> Query:
    """Return the units of the text. Raises UnreadableQuery when it is too long or has too many of them."""
    text = text.strip()
    if len(text) > LONGEST_QUERY:
        raise UnreadableQuery(_("Use at most %(limit)d characters.") % {"limit": LONGEST_QUERY})
    units: dict[Unit, None] = {}
    notices = []
    for token in _TOKEN.finditer(composed(text.translate(_QUOTES))):
        unit = _unit(token)
        if unit.words:
            units[unit] = None
        if token["phrase"] is not None and not token["closed"]:
            notices.append(_("A closing quotation mark is missing: what follows the other one was taken as a phrase."))
    if len(units) > MOST_UNITS:
        raise UnreadableQuery(_("Use at most %(limit)d words or phrases.") % {"limit": MOST_UNITS})
    return Query(tuple(units), tuple(notices))


def _unit(token: re.Match[str]) -> Unit:
    written = token["word"] or token["phrase"] or ""
    reference = written.upper() if _REFERENCE.fullmatch(written) else ""
    return Unit(tuple(words(written)), excluded=token["minus"] is not None, reference=reference)
