"""The trail as each person may read it. Whoever may not read a part gets the one 404; looking is recorded too."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.audit.services import Entry, record
from cms.core.identifiers import uuid_or_none
from cms.oversight import rules, selectors
from cms.oversight.forms import TrailForm
from cms.oversight.keeping import keeping as kept
from cms.oversight.paging import newest
from cms.users.http import ViewerRequest, person_or_404
from cms.users.models import User


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the trail that is open to the viewer."""

    title: str
    url: str
    current: bool


def tabs_of(request: ViewerRequest, user: User) -> list[Tab]:
    """Return the parts that are open to the person."""
    parts = [("acts", _("What I did"), True)]
    parts.append(("readings", _("Who read our items"), rules.sees_readings(user, request.at)))
    parts.append(("sign-ins", _("Sign-ins of our people"), bool(rules.administered(user, request.at))))
    parts.append(("trail", _("The whole trail"), rules.is_auditor(user, request.at)))
    parts.append(("keeping", _("Kept, held, erased"), rules.is_auditor(user, request.at)))
    parts.append(("figures", _("Participation"), bool(rules.figures_open_to(user, request.at))))
    found = [(reverse(f"oversight:{name}"), title) for name, title, is_open in parts if is_open]
    return [Tab(title, url, request.path == url) for url, title in found]


@require_safe
def acts(request: ViewerRequest) -> HttpResponse:
    """Show the viewer what the trail holds about the viewer."""
    user = person_or_404(request)
    return _page(request, "oversight/acts.html", selectors.own_acts(user))


@require_safe
def readings(request: ViewerRequest) -> HttpResponse:
    """Show who read the items whose readers the viewer may learn; `item` narrows to one."""
    user = person_or_404(request)
    if not rules.sees_readings(user, request.at):
        raise Http404
    item = uuid_or_none(request.GET.get("item", ""))
    rows = selectors.readings(user, request.at, item)
    told = {"part": "readings", "item": str(item or "")}
    return _page(request, "oversight/readings.html", rows, told=told, by="told_at")


@require_safe
def sign_ins(request: ViewerRequest) -> HttpResponse:
    """Show a national administrator when the own people signed in."""
    user = person_or_404(request)
    if not rules.administered(user, request.at):
        raise Http404
    return _page(request, "oversight/sign_ins.html", selectors.sign_ins(user, request.at), told={"part": "sign-ins"})


@require_safe
def trail(request: ViewerRequest) -> HttpResponse:
    """Show an auditor the trail, narrowed by filters."""
    user = person_or_404(request)
    if not rules.is_auditor(user, request.at):
        raise Http404
    form = TrailForm(request.GET)
    rows = selectors.trail(user, request.at)
    told = {"part": "trail"}
    if form.is_valid():
        rows, told = form.chosen(rows), told | form.told
    else:
        rows = rows.none()
    return _page(request, "oversight/trail.html", rows, told=told, form=form)


@require_safe
def keeping(request: ViewerRequest) -> HttpResponse:
    """Show an auditor whose terms end, what is held, and what was erased."""
    user = person_or_404(request)
    if not rules.is_auditor(user, request.at):
        raise Http404
    found = kept(user, request.at)
    told = {"part": "keeping"}
    record(Entry(event=Event.TRAIL_READ, at=request.at, actor_id=user.pk, count=len(found.erased), details=told))
    context = {"tabs": tabs_of(request, user), "found": found, "today": request.at.date()}
    return render(request, "oversight/keeping.html", context)


def _page(
    request: ViewerRequest,
    template: str,
    rows: QuerySet[AuditEvent],
    *,
    told: dict[str, Any] | None = None,
    form: TrailForm | None = None,
    by: str = "at",
) -> HttpResponse:
    user = person_or_404(request)
    page = newest(rows, request.GET.get("before", ""), by)
    lines = selectors.lines(page.rows, user, request.at, all_items=form is not None)
    if told is not None:
        record(Entry(event=Event.TRAIL_READ, at=request.at, actor_id=user.pk, count=len(lines), details=told))
    given = {name: value for name, value in request.GET.items() if name != "before" and value}
    older = f"?{urlencode(given | {'before': page.older})}" if page.older else ""
    context = {"tabs": tabs_of(request, user), "lines": lines, "older": older, "form": form}
    return render(
        request, template, context | {"newest_url": f"?{urlencode(given)}" if "before" in request.GET else ""}
    )
