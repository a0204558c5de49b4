"""The workflow itself: its picture for each element, the Commission's frame, an organisation's own step."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from cms.elements.models import Element
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.users.http import ViewerRequest
from workflows import validation
from workflows.definition import definition
from workflows.diagram import draw
from workflows.enums import Frame
from workflows.models import ValidationFrame, ValidationStep
from workflows.views.finding import number, refusal, served


@require_safe
def workflow(request: ViewerRequest) -> HttpResponse:
    """Show both workflows as pictures, which one holds where, and what the viewer may set."""
    viewer = served()
    user: Any = request.viewer
    codes = {code for reach in viewer.reaches for code in reach.competences}
    elements = list(Element.objects.filter(code__in=codes))
    frames = dict(ValidationFrame.objects.values_list("element_id", "rule"))
    own = _own_organisations(viewer.reaches)
    steps = set(ValidationStep.objects.filter(organisation__in=own).values_list("organisation_id", "element_id"))
    context = {
        "plain": draw(definition(validates=False)),
        "validated": draw(definition(validates=True)),
        "transitions": definition(validates=True).transitions,
        "elements": [
            {
                "element": element,
                "rule": Frame(frames.get(element.pk, Frame.ALLOWED)),
                "may_frame": validation.may_set_frame(user, element, request.at),
                "steps": [
                    {
                        "organisation": row,
                        "on": (row.pk, element.pk) in steps,
                        "may": frames.get(element.pk, Frame.ALLOWED) == Frame.ALLOWED
                        and validation.may_set_step(user, row, element, request.at),
                    }
                    for row in own
                ],
            }
            for element in elements
        ],
        "rules": Frame.choices,
    }
    return render(request, "workflows/workflow.html", context)


def _own_organisations(reaches: Any) -> list[Organisation]:
    """Return the organisations above those of the viewer's memberships, and for deciders those below."""
    ids = {key for reach in reaches for key in reach.lineage}
    ids |= {key for reach in reaches if reach.role == Role.DECIDER for key in reach.supervised_ids}
    return list(Organisation.objects.filter(pk__in=ids).order_by("lineage"))


@require_POST
def set_step(request: ViewerRequest) -> HttpResponse:
    """Add or take away an organisation's validation."""
    user: Any = request.viewer
    own = {row.pk: row for row in _own_organisations(served().reaches)}
    element = Element.objects.filter(code=request.POST.get("element", "")[:4]).first()
    organisation = own.get(number(request.POST.get("organisation")))
    on = request.POST.get("on") == "yes"
    if element is None or organisation is None:
        return _back(request, _("Choose an organisation and an element of yours."))
    return _back(
        request,
        refusal(
            lambda: validation.set_step(organisation=organisation, element=element, on=on, actor=user, at=request.at)
        ),
    )


@require_POST
def set_frame(request: ViewerRequest) -> HttpResponse:
    """Set the Commission's frame for an element."""
    user: Any = request.viewer
    element = Element.objects.filter(code=request.POST.get("element", "")[:4]).first()
    rule = request.POST.get("rule", "")
    if element is None or rule not in Frame.values:
        return _back(request, _("Choose an element and a rule."))
    return _back(request, refusal(lambda: validation.set_frame(element=element, rule=rule, actor=user, at=request.at)))


def _back(request: ViewerRequest, refused: str) -> HttpResponse:
    if refused:
        messages.error(request, refused)
    else:
        messages.success(request, _("Kept."))
    return redirect("workflows:workflow")
