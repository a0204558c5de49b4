"""The request as it reaches a view, after the project's middleware."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

if TYPE_CHECKING:
    from cms.users.models import User


class ViewerRequest(HttpRequest):
    """A request with `at`, the instant of all its decisions, and `viewer`, who is asking.

    `viewer` is the account only when the session was opened with a second factor; otherwise it is anonymous.
    """

    at: datetime
    viewer: "User | AnonymousUser"
