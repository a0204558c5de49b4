"""Grants to inspect, and the one page on which the item of a grant is opened."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages
from wagtail.models import Page

from cms.administration import selectors, services
from cms.administration.enums import InspectionKind
from cms.administration.forms import InspectForm
from cms.administration.models import InspectGrant
from cms.administration.rules import Asking, Inspection
from cms.administration.views.pages import act_page, demand, done, posted, viewer_of
from cms.organisations.rules import Place, permitted
from cms.users.http import ViewerRequest
from content_types.draft_scope import whole_tree
from content_types.models import ContentPage


@require_safe
def index(request: ViewerRequest) -> HttpResponse:
    """List the grants that the viewer asked for, confirmed, or may confirm."""
    viewer, at = viewer_of(request), request.at
    demand(permitted(viewer, "look_after", Place(None, at)))
    grants = [
        {
            "row": row,
            "opens": viewer.has_perm("administration.inspect", Inspection(row, at)),
            "confirms": viewer.has_perm("administration.confirm_inspection", Inspection(row, at)),
            "ends": row.ended_at is None and (row.counts_until is None or row.counts_until > at),
            "mine": row.grantee_id == viewer.pk,
        }
        for row in selectors.grants_for(viewer, at)
    ]
    return render(request, "administration/inspections.html", {"grants": grants, "at": at})


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: ViewerRequest) -> HttpResponse:
    """Ask for a grant."""
    viewer, at = viewer_of(request), request.at
    kinds = [kind for kind in InspectionKind if viewer.has_perm("administration.ask_to_inspect", Asking(kind, at))]
    demand(bool(kinds))
    return act_page(
        request,
        InspectForm(posted(request), kinds=kinds),
        lambda data: services.ask_to_inspect(**data, actor=viewer, at=at),
        _("Asked for: another person confirms it."),
        title=_("Ask to inspect an item"),
        explanation=_("One item, for a stated time, after another person has confirmed it. The owner is told at once."),
        button=_("Ask"),
        back=reverse("inspections:index"),
    )


@require_http_methods(["POST"])
def answer(request: ViewerRequest, grant: UUID, answer: str) -> HttpResponse:
    """Confirm a grant, or end it."""
    viewer, at = viewer_of(request), request.at
    row: InspectGrant = demand(selectors.grant_for(viewer, grant, at))
    form = forms.Form({})
    form.is_valid()
    acts: dict[str, Any] = {
        "confirm": lambda: services.confirm_inspection(grant=row, actor=viewer, at=at),
        "end": lambda: services.end_inspection(grant=row, actor=viewer, at=at),
    }
    if done(form, demand(acts.get(answer))):
        messages.success(request, _("Confirmed: the owner is told.") if answer == "confirm" else _("Ended."))
    else:
        messages.error(request, " ".join(str(error) for error in form.non_field_errors()))
    return redirect("inspections:index")


@require_http_methods(["POST"])
def open_item(request: ViewerRequest, grant: UUID) -> HttpResponse:
    """Open the one item of a grant, by its grantee and in its time; each opening is on record."""
    viewer, at = viewer_of(request), request.at
    row: InspectGrant = demand(selectors.grant_for(viewer, grant, at))
    sharing = demand(services.inspect(grant=row, actor=viewer, at=at))
    with whole_tree():
        page = demand(Page.objects.filter(pk=sharing.page_id, live=True).first()).specific
        demand(isinstance(page, ContentPage))
        context = {"grant": row, "sharing": sharing, "item": page, "body": page.rendered_body()}
    return render(request, "administration/inspected.html", context)
