"""The workflow itself: its picture for each element, the Commission's frame, an organisation's own step."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from cms.elements.models import Element
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.organisations.selectors import holds_role
from cms.sharing.tokens import MembershipReach
from cms.users.http import ViewerRequest
from workflows import validation
from workflows.definition import definition
from workflows.diagram import draw
from workflows.enums import Frame
from workflows.forms import WayForm
from workflows.models import ValidationFrame, ValidationStep
from workflows.views.finding import number, refusal, served


@require_safe
def workflow(request: ViewerRequest) -> HttpResponse:
    """Show the workflow of an element and an owner as a picture, and what the viewer may set of it."""
    reaches = served().reaches
    elements = Element.objects.filter(code__in={code for reach in reaches for code in reach.competences})
    frames = dict(ValidationFrame.objects.values_list("element_id", "rule"))
    owners = Organisation.objects.filter(pk__in=_owners(reaches)).order_by("lineage")
    usual = owners.filter(pk__in=[reach.organisation_id for reach in reaches]).values_list("key", flat=True).last()
    form = WayForm(request.GET, elements=elements, owners=owners, usual=usual or "")
    context = {
        "form": form,
        "way": _way(form.cleaned_data["element"], form.cleaned_data["owner"], frames) if form.is_valid() else None,
        "elements": _settings(request, list(elements), frames),
        "rules": Frame.choices,
        "sets_clocks": holds_role(request.viewer, [Role.CURATOR], request.at),
    }
    return render(request, "workflows/workflow.html", context, status=200 if form.is_valid() else 400)


def _way(element: Element, owner: Organisation | None, frames: Mapping[int, str]) -> dict[str, Any]:
    """Return the workflow that holds for the element and the owner, or (None) any State, with its picture."""
    validating = [] if owner is None else validation.validating(owner, element)
    demanded = owner is None and frames.get(element.pk) == Frame.REQUIRED
    found = definition(validates=bool(validating) or demanded)
    return {
        "element": element,
        "owner": owner,
        "validating": validating,
        "demanded": demanded,
        "picture": draw(found),
        "transitions": found.transitions,
    }


def _owners(reaches: Iterable[MembershipReach]) -> set[int]:
    """Return the organisations of the viewer's memberships, those above them, and those that the viewer supervises."""
    return {key for reach in reaches for key in (*reach.lineage, *reach.supervised_ids)}


def _settings(request: ViewerRequest, elements: list[Element], frames: Mapping[int, str]) -> list[dict[str, Any]]:
    """Return the frame of each element, and the steps that the viewer may see, with what the viewer may set of them."""
    user: Any = request.viewer
    own = _own_organisations(served().reaches)
    steps = set(ValidationStep.objects.filter(organisation__in=own).values_list("organisation_id", "element_id"))
    return [
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
    ]


def _own_organisations(reaches: Any) -> list[Organisation]:
    """Return the organisations above those of the viewer's memberships, and for deciders those below."""
    ids = {key for reach in reaches for key in reach.lineage}
    ids |= {key for reach in reaches if reach.role == Role.DECIDER for key in reach.supervised_ids}
    return list(Organisation.objects.filter(pk__in=ids).order_by("lineage"))


def _element(request: ViewerRequest) -> Element | None:
    code = request.POST.get("element", "")
    return next((element for element in Element.objects.all() if element.code == code), None)


@require_POST
def set_step(request: ViewerRequest) -> HttpResponse:
    """Add or take away an organisation's validation."""
    user: Any = request.viewer
    own = {row.pk: row for row in _own_organisations(served().reaches)}
    element = _element(request)
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
    element = _element(request)
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
