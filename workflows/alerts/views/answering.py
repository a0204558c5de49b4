"""Readers of an alert: acknowledging it, saying what was done; the owner's board; questions on any item."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.core.identifiers import uuid_or_404
from cms.core.posted import posted_text
from cms.organisations.enums import Role
from cms.organisations.selectors import holds_role
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.rules import allowed
from cms.sharing.selectors import get_visible_sharing
from cms.users.http import ViewerRequest, person_or_404
from workflows.alerts import questions as asking
from workflows.alerts.duties import on_duty
from workflows.alerts.models import Release
from workflows.alerts.selectors import board as rows_of
from workflows.alerts.selectors import to_acknowledge
from workflows.alerts.services import acknowledge as acknowledge_alert
from workflows.alerts.services import report_action

MOST_WAITING = 50


def _visible(request: ViewerRequest, identifier: str) -> Sharing:
    sharing = get_visible_sharing(person_or_404(request), uuid_or_404(identifier), request.at)
    if sharing is None:
        raise Http404
    return sharing


def _refusal(request: ViewerRequest, error: NotAllowed | ValidationError) -> None:
    messages.error(request, " ".join(error.messages) if isinstance(error, ValidationError) else str(error))


@login_required
@require_safe
def waiting(request: ViewerRequest) -> HttpResponse:
    """List the alerts that wait for the viewer's acknowledgement."""
    viewer, at = person_or_404(request), request.at
    context = {
        "receipts": list(to_acknowledge(viewer, at)[:MOST_WAITING]),
        "now": at,
        "on_duty": on_duty(viewer, at),
        "sets_clocks": holds_role(viewer, [Role.CURATOR], at),
    }
    return render(request, "alerts/waiting.html", context)


@login_required
@require_POST
def acknowledge(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Acknowledge an alert for the viewer's participant."""
    sharing = _visible(request, identifier)
    try:
        acknowledge_alert(
            sharing=sharing,
            actor=person_or_404(request),
            at=request.at,
            answer=posted_text(request, "answer"),
            note=posted_text(request, "note"),
        )
    except (NotAllowed, ValidationError) as error:
        _refusal(request, error)
    else:
        messages.success(request, _("Acknowledged. The owner sees it now."))
    return redirect("item", identifier)


@login_required
@require_POST
def acted(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Say what was done about an alert."""
    sharing = _visible(request, identifier)
    try:
        note = posted_text(request, "acted_note")
        report_action(sharing=sharing, actor=person_or_404(request), at=request.at, note=note)
    except (NotAllowed, ValidationError) as error:
        _refusal(request, error)
    else:
        messages.success(request, _("The owner sees what you did."))
    return redirect("item", identifier)


@login_required
@require_safe
def board(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Show the owner what each participant did with the alert; nobody else sees another one's times."""
    viewer, at = person_or_404(request), request.at
    release = Release.objects.filter(sharing__uuid=uuid_or_404(identifier))
    found = release.select_related("sharing__page", "sharing__owner", "sharing__element").first()
    if found is None or not allowed(viewer, "see_readers", found.sharing, at):
        raise Http404
    rows = rows_of(found, at)
    done = sum(row.receipt.acknowledged_at is not None for row in rows)
    context = {"release": found, "sharing": found.sharing, "rows": rows, "done": done, "now": at}
    return render(request, "alerts/board.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Show the questions on an item that the viewer may read; a POST asks one, or answers one for the owner."""
    viewer, at = person_or_404(request), request.at
    sharing = _visible(request, identifier)
    rows = asking.questions_on(sharing, viewer, at)
    if request.method == "POST":
        try:
            _ask_or_answer(request, sharing, rows)
        except (NotAllowed, ValidationError) as error:
            _refusal(request, error)
        return redirect("questions", identifier)
    context = {
        "sharing": sharing,
        "questions": rows,
        "answers": asking.may_answer(sharing, viewer, at),
        "may_ask": allowed(viewer, "ask", sharing, at),
    }
    return render(request, "alerts/questions.html", context)


def _ask_or_answer(request: ViewerRequest, sharing: Sharing, rows: object) -> None:
    viewer, at = person_or_404(request), request.at
    named = request.POST.get("question")
    if named is None:
        asking.ask(sharing=sharing, actor=viewer, at=at, text=posted_text(request, "text"))
        messages.success(request, _("Asked. You will be told of the answer."))
        return
    question = asking.questions_on(sharing, viewer, at).filter(uuid=uuid_or_404(named)).first()
    if question is None:
        raise Http404
    asking.answer(question=question, actor=viewer, at=at, text=posted_text(request, "answer"))
    messages.success(request, _("Answered."))
