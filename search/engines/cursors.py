"""Cursors: where a page ended, as a text that an address can hold."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from search.engines.base import UnreadableCursor

LONGEST_CURSOR = 400  # characters
# what the database counts in
_LARGEST = 2**31
_NUMBERS = {"tier": int, "stage": int, "rank": float, "country": str}
_KEYS = {
    "rank": ("tier", "stage", "rank", "published", "uuid"),
    "date": ("published", "uuid"),
    "country": ("country", "published", "uuid"),
}


@dataclass(frozen=True, slots=True)
class Cursor:
    """The item after which a page begins, by what its order sorts by, and how many came up to it."""

    order: str
    place: int
    key: dict[str, Any]

    def parameters(self) -> dict[str, Any]:
        """Return the values of the key by the names that statements give them."""
        return {f"after_{name}": value for name, value in self.key.items()}


def write_cursor(order: str, place: int, key: str | list[Any]) -> str:
    """Return the cursor for the order, the place and the key (a JSON array or its text)."""
    values = json.loads(key) if isinstance(key, str) else key
    return urlsafe_b64encode(json.dumps([order, place, *values]).encode()).decode().rstrip("=")


def read_cursor(text: str, order: str) -> Cursor:
    """Return what the text says. Raises UnreadableCursor where it is no cursor of this order."""
    try:
        return _read(text, order)
    except (ValueError, TypeError, OverflowError) as error:
        raise UnreadableCursor from error


def _read(text: str, order: str) -> Cursor:
    if len(text) > LONGEST_CURSOR:
        raise ValueError(text[:LONGEST_CURSOR])
    found_order, place, *values = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    if found_order != order or not isinstance(place, int) or not 0 <= place < 10**9:
        raise ValueError(order)
    key = {name: _value(name, value) for name, value in zip(_KEYS[order], values, strict=True)}
    return Cursor(order, place, key)


def _value(name: str, value: Any) -> Any:
    if name == "uuid":
        return str(UUID(value))
    if name == "published":
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is None:
            raise ValueError(value)
        # one that lies outside the calendar in UTC is none
        return instant.astimezone(UTC)
    kind = _NUMBERS[name]
    if isinstance(value, bool) or not isinstance(value, (kind, int) if kind is float else kind):
        raise TypeError(name)
    # one half of a surrogate pair cannot be encoded, which is a ValueError too
    if isinstance(value, str) and b"\x00" in value.encode():
        raise ValueError(name)
    if isinstance(value, int) and abs(value) >= _LARGEST:
        raise ValueError(name)
    return kind(value)
