"""What somebody typed into the search box, as a tree: clauses that must all hold, each of one or more alternatives.

    smuggl* OR "people trafficking" -ferry title:visa owner:es after:2026-01

Nothing that can be typed is refused for its form: what cannot be understood is told in a notice, and its words are
searched all the same. Only what would cost too much is refused: too long, or too many words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from search.words import composed, words

LONGEST_QUERY = 500  # characters
MOST_UNITS = 30
# letters that stand before the star: fewer would name too many words
SHORTEST_PREFIX = 3
TITLE = "title"
# fields whose value is searched as words, and those that filter
FILTER_FIELDS = ("owner", "country", "element", "type", "before", "after")
FIELDS = (TITLE, *FILTER_FIELDS)
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
# an optional minus, an optional field (whatever looks like one: an address does not), then a quoted phrase (to the end
# where the quote is not closed), or anything without blanks
_TOKEN = re.compile(
    r"(?P<minus>(?<!\S)-)?(?:(?P<field>(?<![^\s-])[^\W\d_]{2,20}):(?=[^\s:/]))?"
    r'(?:"(?P<phrase>[^"]*)(?P<closed>"?)|(?P<word>[^\s"]+))'
)
_REFERENCE = re.compile(r"[A-Z]{2,4}-[A-Z0-9-]{2,8}-\d{4}-[0-9A-HJKMNP-TV-Z]{5}", re.IGNORECASE)
_PREFIX = re.compile(r"(?P<stem>[^*?]*[^\W_])\*")
_REGULAR_EXPRESSION = re.compile(r"/.+[\\.*+?()\[\]{}|^$].*/")


class UnreadableQuery(ValueError):
    """The text is no query; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One condition: these words in this order and side by side (usually one).

    `reference` is set where the words are an item's reference: then that item is meant too. `prefix`: the one word is
    the beginning of a word. `joined`: the words were written as one, as in cross-border, without quotation marks.
    `field` is `title`, or empty for the whole text. `language`: only texts in it are meant (a code such as `de`; empty:
    all), and `share` is the part of its weight that it counts in ranking: both for words that nobody typed, the
    translations of a synonym.
    """

    words: tuple[str, ...]
    reference: str = ""
    prefix: bool = False
    joined: bool = False
    field: str = ""
    language: str = ""
    share: float = 1.0

    @property
    def text(self) -> str:
        """The words with a blank between them."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Clause:
    """One of these units must be there; none of them, where excluded."""

    units: tuple[Unit, ...]
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A filter that was typed: one of FILTER_FIELDS with its value, as written; `excluded`: with a minus or NOT."""

    name: str
    value: str
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """The clauses, the filters typed among them, and what the person should be told about how the text was read."""

    clauses: tuple[Clause, ...] = ()
    fields: tuple[FieldValue, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[Clause, ...]:
        """The clauses that must hold."""
        return tuple(clause for clause in self.clauses if not clause.excluded)

    @property
    def excluded(self) -> tuple[Clause, ...]:
        """The clauses that must not hold."""
        return tuple(clause for clause in self.clauses if clause.excluded)

    @property
    def reference(self) -> str:
        """The reference, where it is all that was asked."""
        units = self.clauses[0].units if len(self.clauses) == 1 and not self.clauses[0].excluded else ()
        return units[0].reference if len(units) == 1 else ""


@dataclass(slots=True)
class _Reading:
    """What was read so far, and what the next token means by the words before it."""

    clauses: list[Clause] = field(default_factory=list)
    fields: list[FieldValue] = field(default_factory=list)
    notices: dict[str, None] = field(default_factory=dict)
    joins: bool = False  # OR was read, and its right side is to come
    negates: bool = False  # so was NOT

    def tell(self, notice: str) -> None:
        """Keep a notice, each once."""
        self.notices[notice] = None

    def add(self, unit: Unit, *, excluded: bool) -> None:
        """Add a unit: as a further alternative after OR, as a clause of its own otherwise."""
        excluded, joins = excluded or self.negates, self.joins
        self.joins = self.negates = False
        if joins and (excluded or not self.clauses or self.clauses[-1].excluded):
            self.tell(_("OR stands between two words or phrases that are looked for; here it was passed over."))
            joins = False
        if not unit.words:
            return
        if joins:
            before = self.clauses.pop().units
            self.clauses.append(Clause((*before, *(() if unit in before else (unit,)))))
        else:
            self.clauses.append(Clause((unit,), excluded))


def parse_query(text: str, *, limited: bool = True) -> Query:
    """Return the tree of the text. Raises UnreadableQuery when it is too long or has too many words, unless it comes
    from the program itself."""
    text = text.strip()
    if limited and len(text) > LONGEST_QUERY:
        raise UnreadableQuery(_("Use at most %(limit)d characters.") % {"limit": LONGEST_QUERY})
    reading = _Reading()
    for token in _TOKEN.finditer(composed(text.translate(_QUOTES))):
        if token["phrase"] is not None and not token["closed"]:
            reading.tell(_("A closing quotation mark is missing: what follows the other one was taken as a phrase."))
        if not _operator(token, reading):
            _read(token, reading)
    if reading.joins or reading.negates:
        reading.tell(_("OR and NOT stand before a word or phrase; at the end they were passed over."))
    clauses = tuple(dict.fromkeys(reading.clauses))
    if limited and sum(len(clause.units) for clause in clauses) + len(reading.fields) > MOST_UNITS:
        raise UnreadableQuery(_("Use at most %(limit)d words or phrases.") % {"limit": MOST_UNITS})
    return Query(clauses, tuple(dict.fromkeys(reading.fields)), tuple(reading.notices))


def _operator(token: re.Match[str], reading: _Reading) -> bool:
    """Take AND, OR and NOT in capitals; return whether the token was one."""
    word = None if token["minus"] or token["field"] else token["word"]
    if word == "OR":
        reading.joins = True
    elif word == "NOT":
        reading.negates = True
    return word in {"OR", "NOT", "AND"}


def _read(token: re.Match[str], reading: _Reading) -> None:
    written = token["word"] or token["phrase"] or ""
    name, excluded = (token["field"] or "").lower(), token["minus"] is not None
    if name and name not in FIELDS:
        known = {"name": token["field"], "fields": ", ".join(FIELDS)}
        reading.tell(
            _("There is no field %(name)s: the words after it were looked for. Fields are %(fields)s.") % known
        )
        name = ""
    if name in FILTER_FIELDS:
        _filter(name, written, reading, excluded=excluded or reading.negates)
    elif token["word"] and "*" in written:
        reading.add(_starred(written, name, reading), excluded=excluded)
    else:
        if _REGULAR_EXPRESSION.fullmatch(written):
            reading.tell(_("Regular expressions are not understood: their words were looked for."))
        reference = written.upper() if not name and _REFERENCE.fullmatch(written) else ""
        found = tuple(words(written))
        joined = len(found) > 1 and not token["phrase"]
        reading.add(Unit(found, reference=reference, joined=joined, field=name), excluded=excluded)


def _filter(name: str, written: str, reading: _Reading, *, excluded: bool) -> None:
    reading.joins = reading.negates = False
    if written.strip():
        reading.fields.append(FieldValue(name, written.strip(), excluded))


def _starred(written: str, name: str, reading: _Reading) -> Unit:
    """Return the unit of a word with a star: of a beginning where that is what it says, of its words otherwise."""
    match, parts = _PREFIX.fullmatch(written), tuple(words(written))
    if _REGULAR_EXPRESSION.fullmatch(written):
        reading.tell(_("Regular expressions are not understood: their words were looked for."))
    elif match is None:
        reading.tell(
            _("A star stands at the end of the beginning of a word, as in smugg*; elsewhere it means nothing.")
        )
    elif len(parts) != 1:
        reading.tell(_("A star completes a single word; here it was passed over."))
    elif len(parts[0]) < SHORTEST_PREFIX:
        limit = {"limit": SHORTEST_PREFIX}
        reading.tell(
            _("Give at least %(limit)d letters before the star; the word was looked for as it stands.") % limit
        )
    else:
        return Unit(parts, prefix=True, field=name)
    return Unit(parts, field=name)


def loosened(query: Query) -> Query:
    """Return the query with words that were written as one, as in cross-border, each for itself: for where any word is
    enough."""
    clauses = [
        Clause((Unit((word,), field=unit.field),))
        if len(clause.units) == 1 and unit.joined and not clause.excluded
        else clause
        for clause in query.clauses
        for unit in clause.units[:1]
        for word in (unit.words if unit.joined else unit.words[:1])
    ]
    return replace(query, clauses=tuple(dict.fromkeys(clauses)))


def units(query: Query) -> Iterator[Unit]:
    """Yield every unit of the query, excluded ones too."""
    for clause in query.clauses:
        yield from clause.units
