"""Administrators of other participants, as the Commission sees whom it registered: by function, without names."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.administration import selectors
from cms.administration.forms import ReasonForm
from cms.administration.views.pages import act_page, demand, posted, viewer_of
from cms.administration.views.people import lifting_page
from cms.organisations import people
from cms.organisations.models import Membership
from cms.organisations.rules import administration_of
from cms.users.http import ViewerRequest
from cms.users.models import User

FORM = ["GET", "HEAD", "POST"]


def _administrator(request: ViewerRequest, membership: UUID) -> tuple[User, Membership]:
    """Return viewer and membership; those of the own tree have pages of their own, and are the one Http404 here."""
    viewer, at = viewer_of(request), request.at
    row: Membership = demand(selectors.membership_for(viewer, membership, at))
    demand(not administration_of(viewer, at).covers(row.organisation) and row.user_id != viewer.pk)
    return viewer, row


def _page(row: Membership) -> dict[str, Any]:
    return {"aside": f"{row.get_role_display()} · {row.organisation}", "back": reverse("people:index"), "grave": True}


@require_http_methods(FORM)
def suspend(request: ViewerRequest, membership: UUID) -> HttpResponse:
    """Close the account of an administrator whom the Commission registered."""
    viewer, row = _administrator(request, membership)
    demand(row.user.is_active)
    return act_page(
        request,
        ReasonForm(posted(request)),
        lambda data: people.suspend(user=row.user, reason=data["reason"], actor=viewer, at=request.at),
        _("Suspended: no session of this account is open any more."),
        title=_("Suspend the account"),
        explanation=_("Every open session ends with its next request. Only the Commission lifts this."),
        button=_("Suspend"),
        **_page(row),
    )


@require_http_methods(FORM)
def lift(request: ViewerRequest, membership: UUID) -> HttpResponse:
    """Lift what the Commission suspended."""
    viewer, row = _administrator(request, membership)
    return lifting_page(request, viewer, row.user, **_page(row))
