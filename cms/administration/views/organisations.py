"""Organisations of the own tree: found, rename, ceilings, and what one prepares and another one decides."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cms.administration import selectors
from cms.administration.acts.organisations import PROPOSALS
from cms.administration.views.acting import answer_at_once, said_of
from cms.administration.views.pages import demand
from cms.elements.enums import Ceiling
from cms.organisations import changes
from cms.organisations.enums import ProposalKind
from cms.organisations.models import Organisation, OrganisationProposal
from cms.organisations.rules import Place, permitted
from cms.organisations.tree import in_tree_order
from cms.sharing.services.succession import effects_of
from cms.users.http import ViewerRequest, person_or_404


@require_safe
def index(request: ViewerRequest) -> HttpResponse:
    """List the organisations that the viewer administers or decides for, and what waits for a decision."""
    viewer, at = person_or_404(request), request.at
    rows = selectors.own_organisations(viewer, at) | selectors.decided_organisations(viewer, at)
    found = in_tree_order(rows.distinct())
    demand(bool(found))
    context = {
        "rows": [(row, len(row.lineage) - 1) for row in found],
        "proposals": selectors.proposals_of(viewer, at),
        "administers": permitted(viewer, "administer", Place(None, at)),
    }
    return render(request, "administration/organisations.html", context)


@require_safe
def organisation(request: ViewerRequest, key: str) -> HttpResponse:
    """Show one organisation, and what may be done with it."""
    viewer, at = person_or_404(request), request.at
    row: Organisation = demand(selectors.organisation_for(viewer, key, at))
    place = Place(row, at)
    above = Organisation.objects.filter(pk__in=row.lineage[:-1])
    context = {
        "organisation": row,
        "above": in_tree_order(above),
        "administers": permitted(viewer, "administer", place),
        "decides": permitted(viewer, "decide", place),
        "moves": row.parent_id is not None,
        "proposals": [item for item in selectors.proposals_of(viewer, at) if item.organisation_id == row.pk],
        "lowest": row.ceiling == Ceiling.OWNER,
        "highest": row.ceiling == Ceiling.PUBLIC,
    }
    return render(request, "administration/organisation.html", context)


@require_safe
def proposal(request: ViewerRequest, proposal: UUID) -> HttpResponse:
    """Show what was prepared, who gains and who loses by it, and let a decider decide."""
    viewer, at = person_or_404(request), request.at
    row: OrganisationProposal = demand(selectors.proposal_for(viewer, proposal, at))
    return _proposal_page(request, row, forms.Form())


def _proposal_page(request: ViewerRequest, row: OrganisationProposal, form: Any) -> HttpResponse:
    viewer, at = person_or_404(request), request.at
    prepared = row.proposed_by_id == viewer.pk
    decides = changes.may_decide_proposal(row, viewer, at)
    context = {
        "proposal": row,
        "form": form,
        "effects": effects_of(row, at),
        "accepts": decides and not prepared,
        "refuses": decides or prepared,
        "prepared": prepared,
        "is_ceiling": row.kind == ProposalKind.CEILING,
        "is_merge": row.kind == ProposalKind.MERGE,
    }
    return render(request, "administration/proposal.html", context, status=400 if form.errors else 200)


@require_http_methods(["POST"])
def decide(request: ViewerRequest, proposal: UUID, answer: str) -> HttpResponse:
    """Carry out what was prepared (`accept`), or refuse it (`refuse`)."""
    act, scene, form = answer_at_once(request, PROPOSALS, answer, {"proposal": proposal})
    if form.errors:
        return _proposal_page(request, scene.subject, form)
    said_of(request, act, form)
    return redirect(act.back(scene))
