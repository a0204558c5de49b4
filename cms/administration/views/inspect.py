"""Grants to inspect, and the one page on which the item of a grant is opened."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Page

from cms.administration import selectors, services
from cms.administration.acts.inspections import GRANTS
from cms.administration.models import InspectGrant
from cms.administration.rules import Inspection
from cms.administration.views.acting import answer_at_once, said_of
from cms.administration.views.pages import demand
from cms.organisations.rules import Place, permitted
from cms.users.http import ViewerRequest, person_or_404
from content_types.draft_scope import whole_tree
from content_types.models import ContentPage


@require_safe
def index(request: ViewerRequest) -> HttpResponse:
    """List the grants that the viewer asked for, confirmed, or may confirm."""
    viewer, at = person_or_404(request), request.at
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


@require_http_methods(["POST"])
def answer(request: ViewerRequest, grant: UUID, answer: str) -> HttpResponse:
    """Confirm a grant, or end it."""
    act, scene, form = answer_at_once(request, GRANTS, answer, {"grant": grant})
    said_of(request, act, form)
    return redirect(act.back(scene))


@require_http_methods(["POST"])
def open_item(request: ViewerRequest, grant: UUID) -> HttpResponse:
    """Open the one item of a grant, by its grantee and in its time; each opening is on record."""
    viewer, at = person_or_404(request), request.at
    row: InspectGrant = demand(selectors.grant_for(viewer, grant, at))
    sharing = demand(services.inspect(grant=row, actor=viewer, at=at))
    with whole_tree():
        page = demand(Page.objects.filter(pk=sharing.page_id, live=True).first()).specific
        demand(isinstance(page, ContentPage))
        context = {"grant": row, "sharing": sharing, "item": page, "body": page.rendered_body()}
    return render(request, "administration/inspected.html", context)
