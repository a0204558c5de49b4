"""The one form in which a row is hashed: JSON with sorted keys and no blanks, in UTF-8 (after RFC 8785)."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

FORM = 1
# what a row says; what the database adds (its number, its transaction) is no part of it
FIELDS = (
    "key", "at", "event", "actor_id", "organisations", "session", "item", "version", "owner_id", "marking",
    "decision", "rule", "purpose", "reason", "count", "details",
)  # fmt: skip


def canonical(row: Mapping[str, Any]) -> bytes:
    """Return the bytes to be hashed for a row, given by FIELDS.

    Raises TypeError where `details` hold a number with a fraction, whose writing is not the same everywhere.
    """
    told = {name: _plain(row[name]) for name in FIELDS} | {"form": FORM}
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def row_hash(row: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 of the row's canonical form."""
    return sha256(canonical(row)).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, float):
        raise TypeError("The trail takes whole numbers only.")
    if isinstance(value, dict):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
