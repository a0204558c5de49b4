"""Public identifiers of items: UUIDs in their one usual spelling."""

from uuid import UUID

from django.http import Http404


def uuid_or_none(text: str) -> UUID | None:
    """Return the identifier, or None for any other spelling."""
    try:
        identifier = UUID(text)
    except ValueError:
        return None
    return identifier if str(identifier) == text else None


def uuid_or_404(text: str) -> UUID:
    """Return the identifier; any other spelling is the one Http404, as if the item were absent."""
    identifier = uuid_or_none(text)
    if identifier is None:
        raise Http404
    return identifier
