"""The reader site's page on which a reader flags an item: personal data, a wrong marking, malware."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.core.identifiers import uuid_or_404
from cms.sharing import services
from cms.sharing.act_forms import RequiredReasonForm
from cms.sharing.confirming import open_acts
from cms.sharing.enums import PendingKind
from cms.sharing.exceptions import NotAllowed
from cms.sharing.rules import allowed
from cms.sharing.selectors import get_visible_sharing
from cms.sharing.views.acts import put_beside
from cms.users.http import ViewerRequest
from cms.users.models import User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def flag(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Ask what is wrong, and tell the owner's approvers and deciders; the one Http404 for who may not flag the item."""
    viewer, at = request.viewer, request.at
    sharing = get_visible_sharing(viewer, uuid_or_404(identifier), at)
    if sharing is None or not isinstance(viewer, User) or not allowed(viewer, "flag", sharing, at):
        raise Http404
    form = RequiredReasonForm(request.POST if request.method == "POST" else None, sharing=sharing, at=at)
    if request.method == "POST" and form.is_valid():
        try:
            services.flag(sharing=sharing, actor=viewer, at=at, reason=form.cleaned_data["reason"])
        except (NotAllowed, ValidationError) as error:
            put_beside(form, error)
        else:
            messages.success(request, _("The owner's approvers and deciders are told."))
            return redirect("item", sharing.uuid)
    own = open_acts().filter(sharing=sharing, kind=PendingKind.FLAG, proposed_by=viewer).first()
    context = {"sharing": sharing, "form": form, "flagged": own}
    return render(request, "sharing/flag.html", context, status=400 if form.errors else 200)
