"""The gate in front of every view: who may come to which address, and one answer for all that may not be seen."""

from collections.abc import Callable
from typing import Any, cast

from csp.constants import SELF, UNSAFE_INLINE
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.views.defaults import page_not_found

from cms.routes.declared import ROUTES, Route, Who
from cms.users.http import ViewerRequest
from content_types.draft_scope import DraftViewer, serving

GetResponse = Callable[[HttpRequest], HttpResponse]
EDITING_INTERFACE = "/cms/"
# Wagtail's own way in leads to ours
_WAYS_IN = ("/cms/login/", "/cms/password_reset/")
_HIDING = frozenset({403, 404})


class RouteInventoryMiddleware:
    """Lets through what the inventory declares, for whom it declares it; the rest is the one 404.

    In the editing interface all queries of pages are limited to the viewer's reach while the request lasts, being a
    superuser counts for nothing, and every refusal is turned into the same bytes as an absent page of the reader site.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = cast("ViewerRequest", request)
        viewer = DraftViewer(asked.viewer, asked.at)
        request.draft_viewer = viewer  # type: ignore[attr-defined]
        if not request.path.startswith(EDITING_INTERFACE):
            return self.get_response(request)
        if not asked.viewer.is_authenticated:
            wanted = EDITING_INTERFACE if request.path.startswith(_WAYS_IN) else request.get_full_path()
            return redirect_to_login(wanted)
        if not viewer.may_come:
            return not_found(request)
        return self._serve(request, viewer)

    def _serve(self, request: HttpRequest, viewer: DraftViewer) -> HttpResponse:
        request.user.is_superuser = False  # on this object alone, and never saved
        with serving(viewer):
            response = self.get_response(request)
        if response.status_code in _HIDING and not _refused_as_forged(request, response):
            return not_found(request)
        if response.status_code not in _HIDING:
            # Wagtail's editor sets style attributes; scripts stay as strict as everywhere
            response._csp_update = {"style-src": [SELF, UNSAFE_INLINE]}  # type: ignore[attr-defined]
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Ask the inventory before the view runs."""
        request.route_checked = True  # type: ignore[attr-defined]
        viewer: DraftViewer = request.draft_viewer  # type: ignore[attr-defined]
        match = request.resolver_match
        if match is None or not may_reach(viewer, match, kwargs):
            return not_found(request)
        return None


def may_reach(viewer: DraftViewer, match: ResolverMatch, kwargs: dict[str, Any]) -> bool:
    """Tell whether the viewer may come to the matched route with these parts of the address."""
    route = ROUTES.get(match.route)
    if route is None or not _is_among(viewer, route):
        return False
    return all(name in route.checks and route.checks[name](viewer, value) for name, value in kwargs.items())


def _is_among(viewer: DraftViewer, route: Route) -> bool:
    if route.who is Who.ANYONE:
        return True
    if route.who is Who.SIGNED_IN:
        return bool(viewer.user.is_authenticated)
    if route.who is Who.OFFICE:
        return viewer.may_come
    if route.who is Who.EDITORS:
        return viewer.may_enter
    return route.who is Who.CURATORS and viewer.is_curator


def _refused_as_forged(request: HttpRequest, response: HttpResponse) -> bool:
    """Tell whether the form's token was refused, before any view and any check of what was asked for."""
    return response.status_code == 403 and not hasattr(request, "route_checked")


def not_found(request: HttpRequest) -> HttpResponse:
    """Return the one answer for what is absent, hidden or closed."""
    return page_not_found(request, Http404())
