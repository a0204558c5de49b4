"""The request as it reaches a view, after the project's middleware."""

from datetime import datetime

from django.http import HttpRequest


class InstantRequest(HttpRequest):
    """A request with `at`, the instant of all its decisions."""

    at: datetime
