"""Words on a command line, read with errors that name the word and say what would be right."""

from argparse import ArgumentTypeError
from datetime import UTC, datetime
from uuid import UUID


def instant(text: str) -> datetime:
    """Return the instant that a text names, in UTC where it names no zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no day and no instant: write 2026-11-24 or 2026-11-24T06:00") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def identifier(text: str) -> UUID:
    """Return the identifier that a text names."""
    try:
        return UUID(text)
    except ValueError as error:
        right = "write it as it is shown, such as 5fb0d3a9-c642-4eb0-a938-9bbadcf239c7"
        raise ArgumentTypeError(f"{text!r} is no identifier: {right}") from error


def number(text: str) -> int:
    """Return the number of a row."""
    if not text.isascii() or not text.isdigit():
        raise ArgumentTypeError(f"{text!r} is no number of a row: write it as it is listed, such as 17")
    return int(text)
