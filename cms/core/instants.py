"""The application's clock: one UTC instant per request, passed as an argument to every decision."""

from datetime import UTC, date, datetime


def current_instant() -> datetime:
    """Return this instant in UTC. Called once per request, job or command; decisions take the value as `at`."""
    return datetime.now(UTC)


def day_of(at: datetime) -> date:
    """Return the UTC day of an aware instant; memberships count in such days, both ends inclusive."""
    return at.astimezone(UTC).date()
