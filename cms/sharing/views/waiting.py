"""Acts that wait for somebody's confirmation: the list of them, and one of them with who gains and who loses."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from cms.sharing import services
from cms.sharing.act_forms import DecisionForm
from cms.sharing.confirming import (
    AskPending,
    may_confirm,
    may_see_outcome,
    may_take_back,
    open_acts,
    waiting_confirmations,
)
from cms.sharing.decisions import ANSWERS
from cms.sharing.differences import difference
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import PendingAct
from cms.sharing.outcomes import outcome_of
from cms.sharing.rules import allowed
from cms.sharing.views.acts import put_beside, title_for
from cms.sharing.views.finding import waiting_act
from cms.users.http import ViewerRequest

PAGE_SIZE = 20


@require_safe
def waiting(request: ViewerRequest) -> HttpResponse:
    """List what waits for the viewer, and what the viewer proposed."""
    viewer: Any = request.viewer
    page = Paginator(waiting_confirmations(viewer, request.at), PAGE_SIZE).get_page(request.GET.get("page"))
    proposed = open_acts().filter(proposed_by=viewer.pk)[:PAGE_SIZE]
    return render(request, "sharing/waiting.html", {"page": page, "proposed": proposed, "q": ""})


@require_safe
def waiting_of(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Lead from a mail about an item to what waits for the viewer, whatever the item: the address tells nothing."""
    return redirect("sharing:waiting")


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: ViewerRequest, handle: UUID) -> HttpResponse:
    """Show what was proposed, with who gains and who loses; confirm, decline or take it back."""
    pending = waiting_act(request, handle)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answered = _answered(request, pending, form)
        if answered:
            messages.success(request, answered)
            return redirect("wagtailadmin_home")
    return _show(request, pending, form)


def _answered(request: ViewerRequest, pending: PendingAct, form: DecisionForm) -> str:
    """Do what was decided and return what to say of it; nothing where it was refused, or is asked again."""
    decision = request.POST.get("decision")
    answer = next((answer for answer in ANSWERS if answer.name == decision), ANSWERS[0])
    try:
        if answer.changes:
            services.lock(pending.sharing_id)
            if _seal(request, pending) != request.POST.get("seal"):
                form.add_error(None, _("Who gains or loses has changed since you looked: look again."))
                return ""
        answer.run(pending, _user(request), request.at, form.cleaned_data["reason"])
    except (NotAllowed, ValidationError) as error:
        put_beside(form, error)
        return ""
    return str(answer.done)


def _user(request: ViewerRequest) -> Any:
    return request.viewer


def _seal(request: ViewerRequest, pending: PendingAct) -> str:
    return difference(outcome_of(pending), _user(request), request.at).seal


def _show(request: ViewerRequest, pending: PendingAct, form: DecisionForm) -> HttpResponse:
    ask = AskPending(pending, request.at)
    changes = outcome_of(pending) if may_see_outcome(request.viewer, ask) else []
    context = {
        "pending": pending,
        "sharing": pending.sharing,
        "title": title_for(request, pending.sharing),
        "works_on": allowed(request.viewer, "view_draft", pending.sharing, request.at),
        "form": form,
        "difference": difference(changes, _user(request), request.at),
        "sees_outcome": bool(changes),
        "may_confirm": may_confirm(request.viewer, ask),
        "may_take_back": may_take_back(request.viewer, ask),
    }
    return render(request, "sharing/decide.html", context, status=400 if form.errors else 200)
