"""Terms of use: shown to everyone signed in, accepted before anything else."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.users.forms import ChoosePasswordForm
from cms.users.http import ViewerRequest
from cms.users.invitations import open_invitation, use_invitation
from cms.users.selectors import accepted_at, current_terms
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
    context = {"terms": current, "body": body, "next": _next(request), "accepted": accepted_at(viewer, current)}
    return render(request, "users/terms.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: ViewerRequest, token: str) -> HttpResponse:
    """Let somebody choose the password of their account by a link that counts once; then they sign in with it.

    A link that is unknown, used, revoked or too old is the one Http404. Only sending the form uses it up.
    """
    found = open_invitation(token, request.at)
    if found is None:
        raise Http404
    form = ChoosePasswordForm(request.POST if request.method == "POST" else None, user=found.user)
    if request.method == "POST" and form.is_valid():
        try:
            use_invitation(invitation=found, password=form.cleaned_data["password"], at=request.at)
        except ValidationError as used_meanwhile:
            raise Http404 from used_meanwhile
        messages.success(request, _("Your password is set. Sign in with it; then you set up the second step."))
        return redirect("account_login")
    context = {"form": form, "account": found.user}
    return render(request, "users/invitation.html", context, status=400 if form.errors else 200)


def _next(request: ViewerRequest) -> str:
    """Return the address to go on to, never one of another host."""
    address = request.POST.get("next") or request.GET.get("next") or "/"
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}) else "/"
