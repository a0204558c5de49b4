"""Typed reading of one JSON object: each reader notes what is wrong and goes on with an empty value."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from cms.worlds.problems import Problems, listed, member, shown
from content_types.vocabularies import COUNTRY_CODES

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE)
_ZONE = re.compile(r"(Z|[+-]\d{2}:?\d{2})$", re.IGNORECASE)
_SLUG = re.compile(r"[-a-zA-Z0-9_]+")
# what no line holds: control characters, and halves of surrogate pairs
_UNFIT_IN_LINE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
# what the database cannot keep
_UNFIT = re.compile("[\x00\ud800-\udfff]")
# remains of converted documents, which must not reach a page or a search engine's marks
_REMAINS = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FIRST_YEAR = 1900
_COUNTRIES = frozenset(COUNTRY_CODES)
_LONG_LIST = 20
_HIGHEST_COUNT = 1_000_000
Day = TypeVar("Day", bound=date)


class Fields:
    """One object of the file at its path. Names are all looked at when it is opened; a value of the wrong shape is
    noted as a problem once, and read as empty."""

    def __init__(
        self, value: Any, path: str, problems: Problems, *, required: Sequence[str], optional: Sequence[str] = ()
    ) -> None:
        self.path = path
        self.problems = problems
        self.values: dict[str, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            problems.add(path, f"must be an object, not {shown(value)}")
            return
        for name in getattr(value, "repeated", ()):
            problems.add(member(path, name), "stands twice in this object")
        known = [*required, *optional]
        for name in value:
            if name not in known:
                problems.add(member(path, name), f"is unknown here; known are {listed(known)}")
        for name in required:
            if name not in value:
                problems.add(member(path, name), "is missing")

    def at(self, name: str) -> str:
        """Return the path of a member."""
        return member(self.path, name)

    def wrong(self, name: str, reason: str) -> None:
        """Note a problem with a member."""
        self.problems.add(self.at(name), reason)

    def text(self, name: str, *, longest: int, blank: bool = False, lines: bool = False, default: str = "") -> str:
        """Return a text of at most so many characters.

        `lines`: it may have line breaks, and stray control characters are replaced by the sign for a character that
        cannot be told.
        """
        value = self.values.get(name, default)
        if name not in self.values:
            return default
        reason = _text_reason(value, longest=longest, blank=blank, lines=lines)
        if reason is not None:
            self.wrong(name, reason)
            return default
        return _REMAINS.sub("\ufffd", value) if lines else str(value)

    def optional_text(self, name: str, *, longest: int, blank: bool = False) -> str | None:
        """Return a text, or None where null stands or nothing."""
        if self.values.get(name) is None:
            return None
        return self.text(name, longest=longest, blank=blank) or None

    def slug(self, name: str, *, longest: int = 50) -> str:
        """Return a key of letters, digits, hyphens and underscores."""
        value = self.text(name, longest=longest)
        if value and not _SLUG.fullmatch(value):
            self.wrong(name, f"must be of letters, digits, “-” and “_” alone, not {shown(value)}")
            return ""
        return value

    def choice(self, name: str, known: Collection[str], *, default: str = "") -> str:
        """Return one of the known words; where the member is absent or wrong, the default."""
        if name not in self.values:
            return default
        value = self.values[name]
        if not isinstance(value, str) or value not in known:
            self.wrong(name, f"must be one of {_some(known)}, not {shown(value)}")
            return default
        return value

    def optional_choice(self, name: str, known: Collection[str]) -> str:
        """Return one of the known words, or an empty text where null stands or nothing."""
        return "" if self.values.get(name) is None else self.choice(name, known)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            self.wrong(name, f"must be true or false, not {shown(value)}")
            return default
        return value

    def optional_number(self, name: str, known: Collection[int]) -> int | None:
        """Return one of the known whole numbers, or None."""
        value = self.values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value not in known:
            self.wrong(name, f"must be one of {listed([str(number) for number in known])}, not {shown(value)}")
            return None
        return value

    def optional_count(self, name: str) -> int | None:
        """Return a whole number from 0 to a million, or None."""
        value = self.values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _HIGHEST_COUNT:
            self.wrong(name, f"must be a whole number from 0 to {_HIGHEST_COUNT}, not {shown(value)}")
            return None
        return value

    def day(self, name: str) -> date | None:
        """Return a day, or None where null stands or nothing."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            self.wrong(name, f"must be a day such as 2026-10-01, not {shown(value)}")
            return None
        try:
            return self._in_range(name, date.fromisoformat(value))
        except ValueError:
            self.wrong(name, f"is no day of the calendar: {shown(value)}")
            return None

    def instant(self, name: str) -> datetime | None:
        """Return an instant in UTC, or None where null stands or nothing. A time zone is demanded."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not _INSTANT.fullmatch(value):
            right = "an instant with time zone such as 2026-10-02T08:00:00Z"
            what = "a bare date" if isinstance(value, str) and _DAY.fullmatch(value) else shown(value)
            self.wrong(name, f"must be {right}, not {what}")
            return None
        if not _ZONE.search(value):
            self.wrong(name, f"lacks its time zone: write {value[:40]}Z for UTC")
            return None
        try:
            return self._in_range(name, datetime.fromisoformat(value.upper()).astimezone(UTC))
        except (ValueError, OverflowError):
            self.wrong(name, f"is no instant of the calendar: {shown(value)}")
            return None

    def _in_range(self, name: str, value: Day) -> Day | None:
        if value.year < _FIRST_YEAR:
            self.wrong(name, f"lies before {_FIRST_YEAR}")
            return None
        return value

    def entries(self, name: str) -> Iterator[tuple[str, Any]]:
        """Yield path and value of each entry of a list; an absent list is empty."""
        value = self.values.get(name, [])
        if not isinstance(value, list):
            self.wrong(name, f"must be a list, not {shown(value)}")
            return
        path = self.at(name)
        for number, entry in enumerate(value):
            yield f"{path}[{number}]", entry

    def words(self, name: str, known: Collection[str]) -> tuple[str, ...]:
        """Return a list of known words, each once, in order of the alphabet."""
        found: set[str] = set()
        for path, entry in self.entries(name):
            if isinstance(entry, str) and entry in known:
                found.add(entry)
            else:
                self.problems.add(path, f"must be one of {_some(known)}, not {shown(entry)}")
        return tuple(sorted(found))

    def optional_country(self, name: str) -> str | None:
        """Return one country, or None where null stands or nothing."""
        return self.optional_choice(name, _COUNTRIES) or None

    def countries(self, name: str) -> tuple[str, ...]:
        """Return a list of countries, each once."""
        return self.words(name, _COUNTRIES)


def _some(known: Collection[str]) -> str:
    """Name the known words, or what kind of words they are where there are many."""
    if known is _COUNTRIES or known == _COUNTRIES:
        return "the alpha-2 codes of ISO 3166 in capitals"
    words = sorted(known) if isinstance(known, frozenset | set) else list(known)
    more = f" and {len(words) - _LONG_LIST} more" if len(words) > _LONG_LIST else ""
    return (listed(words[:_LONG_LIST]) or "nothing") + more


def _text_reason(value: Any, *, longest: int, blank: bool, lines: bool) -> str | None:
    """Return why a value is not such a text, or None where it is."""
    if not isinstance(value, str):
        return f"must be a text, not {shown(value)}"
    if not blank and not value.strip():
        return "must not be empty"
    if len(value) > longest:
        return f"is too long: {len(value)} characters, at most {longest} fit"
    if (_UNFIT if lines else _UNFIT_IN_LINE).search(value):
        return "holds control characters or halves of characters, which it may not hold"
    return None
