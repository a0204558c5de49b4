"""What a browser posted, before anything believes it."""

from django.http import HttpRequest

_LONGEST_NUMBER = 18  # digits: more is no key of a row


def posted_text(request: HttpRequest, name: str) -> str:
    """Return the text under the name without the character that the database cannot keep; empty where there is none."""
    return request.POST.get(name, "").replace("\x00", "")


def posted_number(request: HttpRequest, name: str) -> int | None:
    """Return the whole number under the name, or None for anything else."""
    return whole_number(request.POST.get(name, ""))


def whole_number(text: str) -> int | None:
    """Return the whole number that a text is, as long as it can be the key of a row; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else None
