"""The request as it reaches a view, after the project's middleware."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest


class InstantRequest(HttpRequest):
    """A request with `at`, the instant of all its decisions."""

    at: datetime


def client_address(request: HttpRequest) -> str:
    """Return the address that a request came from; behind a proxy the one that the proxy itself added last."""
    if settings.BEHIND_PROXY:
        return str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip() or "0.0.0.0"  # noqa: S104
    return str(request.META["REMOTE_ADDR"])
