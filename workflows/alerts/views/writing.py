"""Writing a first warning on one page, keeping what is typed, and seeing what others reported already."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.core.identifiers import uuid_or_404
from cms.core.posted import posted_number
from cms.notifications.enums import Urgency
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.reach import may_act_on, reaches_of, writable_owners
from cms.sharing.rules import allowed
from cms.users.http import ViewerRequest, person_or_404
from cms.users.models import User
from content_types.alert_vocabularies import ReportKind
from content_types.draft_scope import DraftViewer, serving
from content_types.drafts import create_draft, save_draft
from content_types.models import Alert
from content_types.selectors import get_visible_content
from workflows.alerts.forms import AlertForm
from workflows.alerts.models import KeptForm
from workflows.alerts.selectors import similar_alerts
from workflows.alerts.services import drop_form, keep_form
from workflows.services import submit

# what a report about the same event begins with: a final one says again who came and how
_EVENT = (
    "alert_kind", "place_country", "place_name", "stage", "border_type", "direction", "detected_at", "aware_at",
    "language",
)  # fmt: skip
_WHO_CAME = ("persons_total", "persons_count", "minors", "nationalities", "legs", "transport", "modus_operandi")


def own_draft(request: ViewerRequest, identifier: str, action: str = "view_draft") -> tuple[Sharing, Alert]:
    """Return an alert on whose draft the viewer may do this, with its newest version; else the one 404."""
    rows = Sharing.objects.filter(may_act_on(action, reaches_of(person_or_404(request), request.at)))
    rows = rows.select_related("page__latest_revision", "owner", "element")
    sharing = rows.filter(uuid=uuid_or_404(identifier)).first()
    page = None if sharing is None else sharing.page.specific
    if sharing is None or not isinstance(page, Alert):
        raise Http404
    newest: Alert = page.get_latest_revision_as_object()
    newest.sharing = sharing
    return sharing, newest


def _first_report(request: ViewerRequest, kept: KeptForm | None) -> tuple[Alert, bool] | None:
    """Return the alert that is followed up, one that the viewer may see, and whether by its final report: that is for
    those who edit it."""
    named, final = _said(request, kept, "follows"), bool(_said(request, kept, "final"))
    if not named:
        return None
    page = get_visible_content(request.viewer, uuid_or_404(named), request.at)
    right = "edit" if final else "follow_up"
    if not isinstance(page, Alert) or not allowed(request.viewer, right, page.sharing, request.at):
        raise Http404
    return page, final


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ViewerRequest) -> HttpResponse:
    """Write a first warning, or with `follows` a follow-up or final report of one."""
    viewer = person_or_404(request)
    if not writable_owners(reaches_of(viewer, request.at)).exists():
        raise Http404
    kept = _kept(request, viewer)
    followed = _first_report(request, kept)
    alert = Alert() if followed is None else _following(*followed)
    first = None if followed is None else followed[0].sharing
    data = request.POST if request.method == "POST" else _typed(kept)
    form = AlertForm(data, instance=alert, viewer=viewer, at=request.at, first=first, complete=_complete(request))
    if request.method == "POST" and form.is_valid() and (answer := _create(request, viewer, form)):
        return answer
    return _show(request, form, kept=kept, first=first)


def _complete(request: ViewerRequest) -> bool:
    """Tell whether everything that a first warning needs must be there: a draft may have gaps."""
    return request.POST.get("act") == "submit"


def _named(request: ViewerRequest, name: str) -> str:
    return str(request.GET.get(name) or request.POST.get(name) or "")


def _said(request: ViewerRequest, kept: KeptForm | None, name: str) -> str:
    """Return what the address says, or the form, or what was kept of it."""
    values = kept.data.get(name) if kept else None
    return _named(request, name) or (values[0] if values else "")


def _following(page: Alert, final: bool) -> Alert:
    """Return a report about the same event, with what is known of it."""
    return Alert(
        first_item=page.first_item or page.sharing.uuid,
        report_kind=ReportKind.FINAL_REPORT if final else ReportKind.FOLLOW_UP,
        # what came of it is news that nobody is woken for, unless its author says so
        urgency=Urgency.ROUTINE if final else page.urgency,
        **{name: getattr(page, name) for name in (*_EVENT, *(_WHO_CAME if final else ()))},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Go on with a draft."""
    viewer = person_or_404(request)
    sharing, alert = own_draft(request, identifier, "edit")
    kept = _kept(request, viewer, sharing.uuid)
    data = request.POST if request.method == "POST" else _typed(kept)
    complete = _complete(request)
    form = AlertForm(data, instance=alert, viewer=viewer, at=request.at, sharing=sharing, complete=complete)
    if request.method == "POST" and form.is_valid() and (answer := _save(request, viewer, form, sharing)):
        return answer
    return _show(request, form, kept=kept, sharing=sharing)


def _create(request: ViewerRequest, viewer: User, form: AlertForm) -> HttpResponse | None:
    alert = form.save(commit=False)
    alert.information_date = None if alert.detected_at is None else alert.detected_at.date()
    facts, audience = form.facts, form.chosen_audience
    if facts is None or audience is None:
        raise Http404
    try:
        with serving(DraftViewer(viewer, request.at)):
            sharing = create_draft(page=alert, facts=facts, audience=audience, actor=viewer, at=request.at)
    except (NotAllowed, ValidationError) as error:
        _refused(form, error)
        return None
    return _saved(request, viewer, alert, sharing)


def _save(request: ViewerRequest, viewer: User, form: AlertForm, sharing: Sharing) -> HttpResponse | None:
    alert = form.save(commit=False)
    alert.information_date = None if alert.detected_at is None else alert.detected_at.date()
    alert.sharing = sharing
    try:
        save_draft(
            page=alert,
            opened=posted_number(request, "revision"),
            facts=form.facts,
            audience=form.chosen_audience,
            actor=viewer,
            at=request.at,
        )
    except (NotAllowed, ValidationError) as error:
        _refused(form, error)
        return None
    return _saved(request, viewer, alert, sharing)


def _refused(form: AlertForm, error: NotAllowed | ValidationError) -> None:
    form.add_error(None, "; ".join(error.messages) if isinstance(error, ValidationError) else str(error))


def _saved(request: ViewerRequest, viewer: User, alert: Alert, sharing: Sharing) -> HttpResponse:
    """Forget what was kept of the form; hand the alert in where that was asked for."""
    for form in {_form_id(request), sharing.uuid}:
        drop_form(user=viewer, form=form)
    if request.POST.get("act") == "submit":
        alert.sharing = sharing
        _hand_in(request, viewer, alert)
    else:
        messages.success(request, _("Draft saved."))
    return redirect("alert", sharing.uuid)


def _hand_in(request: ViewerRequest, viewer: User, alert: Alert) -> None:
    """Hand the saved alert in, or say why it stays a draft."""
    try:
        submit(page=alert, actor=viewer, at=request.at)
    except (NotAllowed, ValidationError) as error:
        reason = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        messages.error(request, _("Saved as a draft, and not handed in. %(reason)s") % {"reason": reason})
    else:
        messages.success(request, _("Handed in: the approvers on duty have been told."))


def _form_id(request: ViewerRequest) -> UUID:
    named = _named(request, "form")
    return uuid_or_404(named) if named else uuid4()


def _kept(request: ViewerRequest, viewer: User, form: UUID | None = None) -> KeptForm | None:
    """Return what was typed and not saved: of the form that is asked for, or of a draft."""
    wanted = form or (_form_id(request) if request.GET.get("form") else None)
    if wanted is None or request.method == "POST":
        return None
    return KeptForm.objects.filter(user=viewer, form=wanted).first()


def _typed(kept: KeptForm | None) -> QueryDict | None:
    if kept is None:
        return None
    data = QueryDict(mutable=True)
    for name, values in kept.data.items():
        data.setlist(name, values)
    return data


def _show(request: ViewerRequest, form: AlertForm, **more: Any) -> HttpResponse:
    sharing, kept = more.get("sharing"), more.get("kept")
    viewer = person_or_404(request)
    form_id = sharing.uuid if sharing else (kept.form if kept else _form_id(request))
    others = KeptForm.objects.filter(user=viewer).exclude(form=form_id).order_by("-kept_at")
    if kept is not None:
        # what was typed is shown as typed; nothing was handed in yet
        form.errors.clear()
    context = {
        "form": form,
        "kept_as": form_id,
        "revision": sharing.page.latest_revision_id if sharing else None,
        "unsaved": [] if sharing or request.method == "POST" else list(others[:5]),
        **more,
    }
    return render(request, "alerts/form.html", context)


@login_required
@require_POST
def keep(request: ViewerRequest) -> HttpResponse:
    """Keep what has been typed so far; the answer says when."""
    viewer = person_or_404(request)
    names = [name for name in request.POST if name not in {"csrfmiddlewaretoken", "act"}]
    data = {_kept_text(name): [_kept_text(value) for value in request.POST.getlist(name)] for name in names}
    try:
        keep_form(user=viewer, form=_form_id(request), data=data, at=request.at)
    except ValidationError as error:
        return JsonResponse({"error": error.messages[0]}, status=400)
    return JsonResponse({"kept": f"{request.at:%H:%M:%S} UTC"})


def _kept_text(text: str) -> str:
    return text.replace("\x00", "").encode(errors="replace").decode()


@login_required
@require_safe
def similar(request: ViewerRequest) -> HttpResponse:
    """Show recent alerts, of those that the viewer may see, which may tell of what is being typed."""
    found = similar_alerts(
        user=person_or_404(request),
        at=request.at,
        words=f"{request.GET.get('title', '')} {request.GET.get('summary', '')}"[:2000],
        country=request.GET.get("place_country", ""),
        kind=request.GET.get("alert_kind", ""),
    )
    return render(request, "alerts/similar.html", {"similar": found})
