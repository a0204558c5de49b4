"""How often the API may be asked: by account, or by address without one."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django_ratelimit.core import get_usage

from cms.api.answers import answer
from cms.users.http import ViewerRequest

View = Callable[..., HttpResponse]


def limited(view: View) -> View:
    """Answer 429 beyond `API_RATE_LIMIT` requests, before anything is looked up."""

    @wraps(view)
    def asked(request: ViewerRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        by = _account if request.viewer.is_authenticated else "ip"
        usage = get_usage(request, group="api", key=by, rate=settings.API_RATE_LIMIT, increment=True)
        if usage is not None and usage["should_limit"]:
            refusal = answer({"detail": f"Too many requests: at most {settings.API_RATE_LIMIT}. Try again later."}, 429)
            refusal.headers["Retry-After"] = str(max(1, usage["time_left"]))
            return refusal
        return view(request, *args, **kwargs)

    return asked


def _account(_group: str, request: ViewerRequest) -> str:
    return f"account {request.viewer.pk}"
