"""Duty lists, handing over, and the Commission's clocks."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.elements.models import Element
from cms.notifications.enums import Urgency
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.organisations.selectors import holds_role
from cms.sharing.exceptions import NotAllowed
from cms.users.http import ViewerRequest, person_or_404
from cms.users.models import User
from workflows.alerts import duties
from workflows.alerts.chains import absent
from workflows.alerts.clocks import clocks_of
from workflows.alerts.enums import Function
from workflows.alerts.forms import ClocksForm, DutyForm, HandOverForm, clock_name
from workflows.alerts.models import Duty
from workflows.alerts.services import set_clock


@login_required
@require_safe
def duty(request: ViewerRequest) -> HttpResponse:
    """Show the duty list of the viewer's participant to whoever keeps it or is on it."""
    return _show(request, HandOverForm())


def _show(request: ViewerRequest, hand_over_form: HandOverForm, form: DutyForm | None = None) -> HttpResponse:
    viewer, at = person_or_404(request), request.at
    kept = list(duties.kept_by(viewer, at))
    own = duties.duties_of(viewer, at)
    shown = {organisation.pk for organisation in kept} | set(own.values_list("participant", flat=True))
    if not shown:
        raise Http404
    rows = list(Duty.objects.filter(participant__in=shown).select_related("participant", "element", "user"))
    away = absent(at, {row.user_id for row in rows} | {viewer.pk})
    context = {
        "rows": [(row, row.user_id in away) for row in sorted(rows, key=_order)],
        "kept": [organisation.pk for organisation in kept],
        "forms": [(organisation, form or _form(organisation, request)) for organisation in kept],
        "on_list": own.exists(),
        "away": viewer.pk in away,
        "hand_over_form": hand_over_form,
    }
    return render(request, "alerts/duty.html", context)


def _order(row: Duty) -> tuple[str, int, int, str]:
    return row.participant.name, row.element.position, row.function, row.user.name


def _form(participant: Organisation, request: ViewerRequest, data: Any = None) -> DutyForm:
    form = DutyForm(data)
    fields: dict[str, Any] = form.fields
    fields["user"].queryset = duties.may_serve(participant, request.at)
    fields["function"].choices = Function.choices
    return form


@login_required
@require_POST
def assign(request: ViewerRequest, participant: int) -> HttpResponse:
    """Put somebody on the list of one's own participant."""
    organisation = duties.kept_by(person_or_404(request), request.at).filter(pk=participant).first()
    if organisation is None:
        raise Http404
    form = _form(organisation, request, request.POST)
    if not form.is_valid():
        return _show(request, HandOverForm(), form)
    duties.assign(participant=organisation, actor=person_or_404(request), at=request.at, **form.cleaned_data)
    messages.success(request, _("The duty list was changed."))
    return redirect("duty")


@login_required
@require_POST
def remove(request: ViewerRequest, pk: int) -> HttpResponse:
    """Take somebody off the list of one's own participant."""
    row = Duty.objects.filter(pk=pk).select_related("participant", "element").first()
    if row is None or not duties.kept_by(person_or_404(request), request.at).filter(pk=row.participant_id).exists():
        raise Http404
    duties.remove(duty=row, actor=person_or_404(request), at=request.at)
    messages.success(request, _("The duty list was changed."))
    return redirect("duty")


@login_required
@require_POST
def hand_over(request: ViewerRequest) -> HttpResponse:
    """Be away from now on, or back."""
    viewer, at = person_or_404(request), request.at
    if request.POST.get("back"):
        duties.take_over(actor=viewer, at=at)
        messages.success(request, _("You are on duty again."))
        return redirect("duty")
    form = HandOverForm(request.POST)
    if form.is_valid():
        try:
            stand_in = duties.hand_over(actor=viewer, at=at, until=form.cleaned_data["until"])
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
        else:
            names = ", ".join(str(user) for user in stand_in)
            messages.success(request, _("Handed over. Alerts go to: %(names)s.") % {"names": names})
            return redirect("duty")
    return _show(request, form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def clocks(request: ViewerRequest) -> HttpResponse:
    """Show and set, for the Commission, within how long alerts are to be acknowledged."""
    viewer: User = person_or_404(request)
    if not holds_role(viewer, [Role.CURATOR], request.at):
        raise Http404
    elements = list(Element.objects.all())
    present = clocks_of(elements)
    form = ClocksForm(request.POST or None, elements=elements, minutes=present)
    if request.method == "POST" and form.is_valid():
        _set_clocks(request, form, elements, present)
        messages.success(request, _("The clocks are set."))
        return redirect("alert-clocks")
    return render(request, "alerts/clocks.html", {"form": form})


def _set_clocks(request: ViewerRequest, form: ClocksForm, elements: list[Element], present: Any) -> None:
    for element in elements:
        for urgency in Urgency:
            minutes = form.cleaned_data[clock_name(element, urgency)]
            if minutes != present[element.pk, urgency.value]:
                try:
                    set_clock(
                        element=element, urgency=urgency, minutes=minutes, actor=person_or_404(request), at=request.at
                    )
                except NotAllowed as error:
                    raise Http404 from error
