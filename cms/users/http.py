"""The request as it reaches a view, after the project's middleware."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from cms.core.http import InstantRequest
from cms.users.models import User


class ViewerRequest(InstantRequest):
    """A request with `viewer`, who is asking, and `at`, the instant of all its decisions.

    `viewer` is the account only when the session was opened with a second factor; otherwise it is anonymous.
    """

    viewer: User | AnonymousUser


def person_or_404(request: ViewerRequest) -> User:
    """Return who is asking, signed in with a second factor; anybody else gets the one Http404."""
    if not isinstance(request.viewer, User):
        raise Http404
    return request.viewer
