"""Who is asking: a second factor and the current terms stand before everything else."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from cms.core.acts import note_session
from cms.users.http import ViewerRequest
from cms.users.selectors import terms_to_accept

GetResponse = Callable[[HttpRequest], HttpResponse]
# under which the session keeps the language
LANGUAGE_KEY = "language"
# where somebody must be able to go before everything is in order
_SIGN_IN = "/accounts/"
_API = "/api/"
_OPEN = ("/static/", "/health/")


def has_second_factor(request: HttpRequest) -> bool:
    """Tell whether this session was opened with a second factor."""
    methods: list[dict[str, Any]] = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    return any(method.get("method") == "mfa" for method in methods)


class LanguageMiddleware:
    """Speak the language that whoever signed in has chosen; the browser's, asked before this, where none was."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: ViewerRequest) -> HttpResponse:
        language = request.session.get(LANGUAGE_KEY)
        if not language:
            return self.get_response(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class SecondFactorMiddleware:
    """Set `request.viewer`; a session without a second factor counts as nobody and is led to give one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: ViewerRequest) -> HttpResponse:
        request.viewer = AnonymousUser()
        if not request.user.is_authenticated:
            note_session(None)
            return self.get_response(request)
        note_session(request.session.session_key)
        if has_second_factor(request):
            request.viewer = request.user
        elif not request.path.startswith((_SIGN_IN, *_OPEN)):
            return redirect(_way_to_second_factor(request))
        return self.get_response(request)


def _way_to_second_factor(request: ViewerRequest) -> str:
    """Return where the second factor is set up, or given in this session by whoever has just set it up."""
    if not is_mfa_enabled(request.user):
        return reverse("mfa_activate_totp")
    return reverse("mfa_reauthenticate") + f"?next={quote(request.get_full_path())}"


class TermsMiddleware:
    """Lead whoever has not accepted the terms in force to them, whatever page was asked for.

    The API is left out: it answers such a session as it answers nobody, for without accepted terms no token is formed.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: ViewerRequest) -> HttpResponse:
        viewer = request.viewer
        if isinstance(viewer, AnonymousUser) or request.path.startswith((_SIGN_IN, _API, *_OPEN)):
            return self.get_response(request)
        if terms_to_accept(viewer, request.at):
            return redirect(reverse("terms") + f"?next={quote(request.get_full_path())}")
        return self.get_response(request)
