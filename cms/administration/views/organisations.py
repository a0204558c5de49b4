"""Organisations of the own tree: found, rename, ceilings, and what one prepares and another one decides."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from cms.administration import selectors
from cms.administration.forms import CeilingForm, FoundForm, ProposeForm, RenameForm
from cms.administration.views.pages import act_page, demand, done, in_tree_order, posted, viewer_of
from cms.elements.enums import Ceiling
from cms.organisations import changes
from cms.organisations.enums import ProposalKind
from cms.organisations.models import Organisation, OrganisationProposal
from cms.organisations.rules import Place, permitted
from cms.sharing.services.succession import accept_proposal, effects_of
from cms.users.http import ViewerRequest
from cms.users.models import User

FORM = ["GET", "HEAD", "POST"]


@require_safe
def index(request: ViewerRequest) -> HttpResponse:
    """List the organisations that the viewer administers or decides for, and what waits for a decision."""
    viewer, at = viewer_of(request), request.at
    rows = selectors.own_organisations(viewer, at) | selectors.decided_organisations(viewer, at)
    found = in_tree_order(rows.distinct())
    demand(bool(found))
    context = {
        "rows": [(row, len(row.lineage) - 1) for row in found],
        "proposals": selectors.proposals_of(viewer, at),
        "administers": permitted(viewer, "administer", Place(None, at)),
    }
    return render(request, "administration/organisations.html", context)


@require_http_methods(FORM)
def found(request: ViewerRequest) -> HttpResponse:
    """Add an authority or a unit."""
    viewer, at = viewer_of(request), request.at
    demand(permitted(viewer, "administer", Place(None, at)))
    form = FoundForm(posted(request), organisations=in_tree_order(selectors.own_organisations(viewer, at)))

    def run(data: Any) -> None:
        parent = form.places[data["parent"]]
        changes.found_below(name=data["name"], kind=data["kind"], parent=parent, actor=viewer, at=at)

    return act_page(
        request,
        form,
        run,
        _("Added."),
        title=_("Add an organisation"),
        explanation=_("It has no people and owns nothing yet: nobody reads more by this."),
        button=_("Add"),
        back=reverse("organisations:index"),
    )


@require_safe
def organisation(request: ViewerRequest, key: str) -> HttpResponse:
    """Show one organisation, and what may be done with it."""
    viewer, at = viewer_of(request), request.at
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


def _place(request: ViewerRequest, key: str, right: str) -> tuple[User, Organisation, dict[str, Any]]:
    """Return viewer, organisation and what its forms share; raises the one Http404 without the right."""
    viewer, at = viewer_of(request), request.at
    row: Organisation = demand(selectors.organisation_for(viewer, key, at))
    demand(permitted(viewer, right, Place(row, at)))
    return viewer, row, {"aside": row.name, "back": reverse("organisations:organisation", args=[row.key])}


@require_http_methods(FORM)
def rename(request: ViewerRequest, key: str) -> HttpResponse:
    """Give it another name."""
    viewer, row, page = _place(request, key, "administer")
    return act_page(
        request,
        RenameForm(posted(request), initial={"name": row.name}),
        lambda data: changes.rename(organisation=row, name=data["name"], actor=viewer, at=request.at),
        _("Renamed."),
        title=_("Rename"),
        button=_("Rename"),
        **page,
    )


@require_http_methods(FORM)
def lower(request: ViewerRequest, key: str) -> HttpResponse:
    """Lower the ceiling at once."""
    viewer, row, page = _place(request, key, "decide")
    form = CeilingForm(posted(request))
    _offer(form, [level for level in Ceiling if _width(level) < _width(row.ceiling)])
    return act_page(
        request,
        form,
        lambda data: changes.lower_ceiling(organisation=row, **data, actor=viewer, at=request.at),
        _("Lowered: it holds for every act from now on."),
        title=_("Lower the ceiling"),
        explanation=_("What is shared already stays as it is: narrow it on its sharing page where it must not."),
        button=_("Lower"),
        **page,
    )


@require_http_methods(FORM)
def higher(request: ViewerRequest, key: str) -> HttpResponse:
    """Ask another decider to raise the ceiling."""
    viewer, row, page = _place(request, key, "decide")
    form = CeilingForm(posted(request))
    _offer(form, [level for level in Ceiling if _width(level) > _width(row.ceiling)])
    return act_page(
        request,
        form,
        lambda data: changes.propose_higher_ceiling(organisation=row, **data, actor=viewer, at=request.at),
        _("Prepared: another decider decides it."),
        title=_("Raise the ceiling"),
        explanation=_("It takes two: another decider, here or above, confirms it. Nothing is shared by this."),
        button=_("Prepare"),
        **page,
    )


def _width(ceiling: str) -> int:
    return list(Ceiling.values).index(ceiling)


def _offer(form: Any, levels: list[Ceiling]) -> None:
    form.fields["ceiling"].choices = [(level.value, level.label) for level in levels]


@require_http_methods(FORM)
def propose(request: ViewerRequest, key: str) -> HttpResponse:
    """Prepare that it moves, or is merged into another one."""
    viewer, row, page = _place(request, key, "administer")
    demand(row.parent_id is not None)
    others = [other for other in selectors.own_organisations(viewer, request.at) if row.pk not in other.lineage]
    others = [other for other in others if other.lineage[0] == row.lineage[0]]
    form = ProposeForm(posted(request), organisations=in_tree_order(others))

    def run(data: Any) -> None:
        target = form.places[data["target"]]
        changes.propose_change(
            kind=data["kind"], organisation=row, target=target, reason=data["reason"], actor=viewer, at=request.at
        )

    return act_page(
        request,
        form,
        run,
        _("Prepared: a decider above both decides it."),
        title=_("Move or merge"),
        explanation=_("You prepare it, a decider of your tree decides it, and sees before who reads more and less."),
        button=_("Prepare"),
        **page,
    )


@require_safe
def proposal(request: ViewerRequest, proposal: UUID) -> HttpResponse:
    """Show what was prepared, who gains and who loses by it, and let a decider decide."""
    viewer, at = viewer_of(request), request.at
    row: OrganisationProposal = demand(selectors.proposal_for(viewer, proposal, at))
    return _proposal_page(request, row, forms.Form())


def _proposal_page(request: ViewerRequest, row: OrganisationProposal, form: Any) -> HttpResponse:
    viewer, at = viewer_of(request), request.at
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
    viewer, at = viewer_of(request), request.at
    row: OrganisationProposal = demand(selectors.proposal_for(viewer, proposal, at))
    form = forms.Form({})
    form.is_valid()
    acts = {
        "accept": lambda: accept_proposal(proposal=row, actor=viewer, at=at),
        "refuse": lambda: changes.refuse_proposal(proposal=row, reason="", actor=viewer, at=at),
    }
    if not done(form, demand(acts.get(answer))):
        return _proposal_page(request, row, form)
    messages.success(request, _("Done.") if answer == "accept" else _("Refused."))
    return redirect("organisations:index")
