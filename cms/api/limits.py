"""How often the API may be asked: by account, or by address without one."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponse

from cms.api.answers import answer
from cms.users.http import ViewerRequest
from search.limits import seconds_to_wait

View = Callable[..., HttpResponse]


def limited(view: View) -> View:
    """Answer 429 beyond `API_RATE_LIMIT` requests, before anything is looked up."""

    @wraps(view)
    def asked(request: ViewerRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        seconds = seconds_to_wait(request, "api")
        if seconds is not None:
            refusal = answer({"detail": f"Too many requests: at most {settings.API_RATE_LIMIT}. Try again later."}, 429)
            refusal.headers["Retry-After"] = str(seconds)
            return refusal
        return view(request, *args, **kwargs)

    return asked
