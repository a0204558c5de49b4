"""The instant of tests: rows made by the factories count at it."""

from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


def hours(number: float) -> timedelta:
    """Return so many hours."""
    return timedelta(hours=number)
