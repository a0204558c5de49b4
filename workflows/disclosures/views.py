"""Requests for disclosure of one item, for those who ask and those who decide; the register of all one may read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cms.core.identifiers import uuid_or_404
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.rules import allowed
from cms.sharing.selectors import get_visible_sharing
from cms.users.http import ViewerRequest, person_or_404
from cms.users.models import User
from workflows.disclosures import services
from workflows.disclosures.enums import Status
from workflows.disclosures.forms import AskForm, DecisionForm
from workflows.disclosures.models import DisclosureRequest
from workflows.disclosures.rights import may_confirm, may_decide, register_of, requests_on

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class Shown:
    """A request, and what the viewer may do with it."""

    request: DisclosureRequest
    decides: bool
    prepares: bool
    confirms: bool
    takes_back: bool
    revokes: bool


def _shown(row: DisclosureRequest, sharing: Sharing, viewer: User, at: datetime) -> Shown:
    row.sharing = sharing
    releases = may_decide(row, viewer, at)
    prepares = row.asked_by_id != viewer.pk and allowed(viewer, "prepare_release", sharing, at)
    return Shown(
        request=row,
        decides=row.waits and releases,
        prepares=row.status == Status.OPEN and prepares,
        confirms=may_confirm(row, viewer, at),
        takes_back=row.waits and row.asked_by_id == viewer.pk,
        revokes=row.status == Status.GRANTED and allowed(viewer, "release", sharing, at),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def disclosures(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Show the requests on an item that the viewer may read; a POST asks, prepares, decides, revokes, takes back."""
    viewer, at = person_or_404(request), request.at
    sharing = get_visible_sharing(viewer, uuid_or_404(identifier), at)
    if sharing is None:
        raise Http404
    rows = {row.uuid: row for row in requests_on(sharing, viewer, at)}
    asking, deciding = AskForm(), DecisionForm()
    if request.method == "POST":
        named = request.POST.get("request")
        row = None if named is None else rows.get(uuid_or_404(named))
        form: Any = AskForm(request.POST) if row is None else DecisionForm(request.POST)
        if named is not None and row is None:
            raise Http404
        if _did(request, sharing, row, form):
            return redirect("disclosures", identifier)
        asking, deciding = (form, deciding) if row is None else (asking, form)
    context = {
        "sharing": sharing,
        "shown": [_shown(row, sharing, viewer, at) for row in rows.values()],
        "chosen": request.POST.get("request") or request.GET.get("decide", ""),
        "may_ask": allowed(viewer, "ask", sharing, at) and not allowed(viewer, "release", sharing, at),
        "asking": asking,
        "deciding": deciding,
        "today": at.date(),
    }
    return render(request, "disclosures/item.html", context, status=400 if request.method == "POST" else 200)


def _did(request: ViewerRequest, sharing: Sharing, row: DisclosureRequest | None, form: Any) -> bool:
    """Do what was posted; tell whether it was done. What is wrong stands in the form."""
    if not form.is_valid():
        return False
    try:
        done = _ask(request, sharing, form) if row is None else _answer(request, row, form)
    except NotAllowed as error:
        form.add_error(None, str(error))
        return False
    except ValidationError as error:
        form.add_error(None, error.messages[0])
        return False
    messages.success(request, done)
    return True


def _ask(request: ViewerRequest, sharing: Sharing, form: AskForm) -> str:
    services.ask(sharing=sharing, **form.cleaned_data, actor=person_or_404(request), at=request.at)
    return _("Asked. You will be told of the answer; until then nothing may be passed on.")


def _answer(request: ViewerRequest, row: DisclosureRequest, form: DecisionForm) -> str:
    """Do the act that was posted with the request; an act that there is not is the one Http404."""
    known = _ACTS.get(request.POST.get("act", ""))
    if known is None:
        raise Http404
    act, columns, done = known
    told = {name: form.cleaned_data[name] for name in columns}
    act(request=row, **told, actor=person_or_404(request), at=request.at)
    return str(done())


_ACTS: Mapping[str, tuple[Callable[..., None], tuple[str, ...], Callable[[], str]]] = {
    "prepare": (
        services.prepare,
        ("extent", "conditions", "reason"),
        lambda: _("Prepared: a decider sees it now."),
    ),
    "propose": (
        services.propose,
        ("extent", "conditions", "valid_until", "reason"),
        lambda: _("Proposed: another decider has to confirm."),
    ),
    "confirm": (services.confirm, ("stamp",), lambda: _("Permitted: whoever asked has been told.")),
    "refuse": (services.refuse, ("reason",), lambda: _("Refused: whoever asked has been told.")),
    "revoke": (services.revoke, ("reason",), lambda: _("Revoked: whoever asked has been told.")),
    "take-back": (services.take_back, (), lambda: _("Taken back.")),
}


@login_required
@require_safe
def register(request: ViewerRequest) -> HttpResponse:
    """List all requests that the viewer may read, with what was decided."""
    page = Paginator(register_of(person_or_404(request), request.at), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "disclosures/register.html", {"page": page, "today": request.at.date()})
