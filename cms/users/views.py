"""Terms of use: shown to everyone signed in, accepted before anything else."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from cms.users.http import ViewerRequest
from cms.users.selectors import current_terms
from cms.users.services import accept_terms


@login_required
def terms(request: ViewerRequest) -> HttpResponse:
    """Show the terms in force; a POST with `accept` records the acceptance and leads on to `next`."""
    viewer, at = request.viewer, request.at
    current = current_terms(at)
    if current is None:
        raise Http404
    if not viewer.is_authenticated:
        return redirect("mfa_activate_totp")
    if request.method == "POST":
        if request.POST.get("accept"):
            accept_terms(user=viewer, terms=current, at=at)
            return redirect(_next(request))
        messages.error(request, _("Tick the box to accept the terms; without it the network stays closed."))
    body = mark_safe(current.body)  # noqa: S308 - written by the Commission, not by users
    return render(request, "users/terms.html", {"terms": current, "body": body, "next": _next(request)})


def _next(request: ViewerRequest) -> str:
    """Return the address to go on to, never one of another host."""
    address = request.POST.get("next") or request.GET.get("next") or "/"
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}) else "/"
