"""Who is asking: a second factor and the current terms stand before everything else."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cms.core.acts import note_session
from cms.users.models import TermsAcceptance
from cms.users.selectors import current_terms

GetResponse = Callable[[HttpRequest], HttpResponse]
# where somebody must be able to go before everything is in order
_SIGN_IN = "/accounts/"
_OPEN = ("/static/", "/health/")


def has_second_factor(request: HttpRequest) -> bool:
    """Tell whether this session was opened with a second factor."""
    methods: list[dict[str, Any]] = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    return any(method.get("method") == "mfa" for method in methods)


class SecondFactorMiddleware:
    """Set `request.viewer`; a session without a second factor counts as nobody and is led to give one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = AnonymousUser()  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            note_session(None)
            return self.get_response(request)
        note_session(request.session.session_key)
        if has_second_factor(request):
            request.viewer = request.user  # type: ignore[attr-defined]
        elif not request.path.startswith((_SIGN_IN, *_OPEN)):
            return redirect("mfa_activate_totp")
        return self.get_response(request)


class TermsMiddleware:
    """Lead whoever has not accepted the terms in force to them, whatever was asked for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        viewer = request.viewer  # type: ignore[attr-defined]
        if viewer.is_authenticated and not request.path.startswith((_SIGN_IN, *_OPEN)):
            terms = current_terms(request.at)  # type: ignore[attr-defined]
            if terms and not TermsAcceptance.objects.filter(user=viewer, terms=terms).exists():
                return redirect(reverse("terms") + f"?next={request.path}")
        return self.get_response(request)
