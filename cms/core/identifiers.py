"""Public identifiers of items: UUIDs in their one usual spelling."""

from uuid import UUID

from django.http import Http404


def uuid_or_404(text: str) -> UUID:
    """Return the identifier; any other spelling is the one Http404, as if the item were absent."""
    try:
        identifier = UUID(text)
    except ValueError:
        raise Http404 from None
    if str(identifier) != text:
        raise Http404
    return identifier
