"""The desk: what there is to do, the list of own items, the way to a new one, the own account."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Min, QuerySet, Window
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.core.instants import day_of
from cms.organisations.selectors import valid_memberships
from cms.sharing.confirming import waiting_confirmations
from cms.sharing.models import Sharing
from cms.users.http import ViewerRequest
from cms.users.models import User
from content_types.draft_scope import DraftViewer
from content_types.models import ItemFolder
from workflows import reports, selectors
from workflows.alerts.questions import open_for
from workflows.alerts.selectors import to_acknowledge
from workflows.bulk import ACTS
from workflows.disclosures.rights import to_decide
from workflows.enums import Status
from workflows.forms import FilterForm
from workflows.views.finding import served

PAGE_SIZE = 20
ON_THE_DESK = 8
STATUSES = dict(Status.choices)


@dataclass(frozen=True, slots=True)
class Panel:
    """A list on the desk: the first rows, and how many there are."""

    name: str
    title: str
    nothing: str
    sharings: Sequence[Sharing]
    all_url: str = ""

    @property
    def total(self) -> int:
        """How many there are, counted by the query that read the first ones."""
        return self.sharings[0].total if self.sharings else 0  # type: ignore[attr-defined] # annotated


def _panel(name: str, title: str, nothing: str, rows: QuerySet[Sharing], all_url: str = "") -> Panel:
    first = rows.annotate(total=Window(Count("pk")))[:ON_THE_DESK]
    return Panel(name, title, nothing, list(first), all_url)


def _list_of(status: str) -> str:
    return f"{reverse('workflows:bulletins')}?status={status}"


def _to_decide(viewer: DraftViewer) -> list[Panel]:
    if not selectors.approves(viewer):
        return []
    validating = _panel(
        "validating",
        _("To validate for your State"),
        "",
        selectors.validating_for(viewer),
        _list_of(Status.VALIDATION),
    )
    waiting = _panel(
        "waiting",
        _("Waiting for your approval"),
        _("Nothing waits for you."),
        selectors.waiting_for(viewer),
        _list_of(Status.WAITING),
    )
    return [validating, waiting]


def _to_write(viewer: DraftViewer) -> list[Panel]:
    if not selectors.writes(viewer):
        return []
    return [
        _panel("returned", _("Returned to you"), "", selectors.returned_to(viewer), _list_of(Status.RETURNED)),
        _panel("reviews", _("Reviews due"), "", selectors.reviews_due(viewer), reverse("workflows:reviews")),
        _panel(
            "drafts", _("Your drafts"), _("You have no drafts."), selectors.drafts_of(viewer), _list_of(Status.DRAFT)
        ),
        _panel("sent", _("Handed in by you"), "", selectors.sent_by(viewer)),
    ]


@require_safe
def desk(request: ViewerRequest) -> HttpResponse:
    """Show what waits for the viewer with its age, and what the viewer is writing; one query for each kind."""
    viewer = served()
    if not viewer.may_enter:
        # whoever administers or looks after has pages of another kind
        return redirect("administration")
    panels = [
        *_to_decide(viewer),
        *_to_write(viewer),
        _panel("scheduled", _("To be published"), "", selectors.scheduled_for(viewer), _list_of(Status.SCHEDULED)),
        _panel(
            "published", _("Published"), _("Nothing was published yet."), selectors.published_by(viewer),
            _list_of(Status.PUBLISHED),
        ),
    ]  # fmt: skip
    shown = [panel for panel in panels if panel.sharings or panel.nothing]
    found = list({sharing.pk: sharing for panel in shown for sharing in panel.sharings}.values())
    rows = {row.sharing.pk: row for row in selectors.desk_rows(found)}
    context = {
        "panels": [(panel, _rows_of(panel, rows)) for panel in shown],
        "elsewhere": _elsewhere(viewer),
        "writes": selectors.writes(viewer),
        "at": request.at,
    }
    return render(request, "workflows/desk.html", context)


def _rows_of(panel: Panel, rows: dict[int, selectors.DeskRow]) -> list[selectors.DeskRow]:
    return [replace(rows[sharing.pk], sharing=sharing) for sharing in panel.sharings]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What waits for the viewer on another page: how much, and since when the oldest does."""

    title: str
    url: str
    total: int
    since: datetime | None


def _elsewhere(viewer: DraftViewer) -> list[Elsewhere]:
    """Return what waits for the viewer and is done on pages of its own; one query for each kind."""
    if not isinstance(viewer.user, User):
        return []
    asked = (viewer.user, viewer.at)
    kinds = (
        (_("Waiting for your confirmation"), "sharing:waiting", waiting_confirmations(*asked), "proposed_at"),
        (_("Alerts to acknowledge"), "alerts-waiting", to_acknowledge(*asked), "release__released_at"),
        (_("Questions to answer"), "desk", open_for(*asked), "asked_at"),
        (_("Disclosure requests"), "disclosure-register", to_decide(*asked), "asked_at"),
    )
    found = [
        (title, url, rows.order_by().aggregate(n=Count("pk"), since=Min(when))) for title, url, rows, when in kinds
    ]
    return [Elsewhere(title, reverse(url), row["n"], row["since"]) for title, url, row in found if row["n"]]


@require_safe
def bulletins(request: ViewerRequest) -> HttpResponse:
    """List all items whose drafts the viewer may see, as the form narrows them."""
    viewer = served()
    form = FilterForm(request.GET)
    rows = reports.filtered(viewer, form)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "page": page,
        "rows": selectors.desk_rows(list(page.object_list)),
        "form": form,
        "asked": asked.urlencode(),
        "narrowed": any(asked.values()),
        "acts": ACTS.values() if selectors.writes(viewer) else (),
        "writes": selectors.writes(viewer),
        "at": request.at,
    }
    return render(request, "workflows/bulletins.html", context)


@require_safe
def export(request: ViewerRequest) -> HttpResponse:
    """Give the list as a table for a spreadsheet, as far as each item may be exported; on record."""
    user: Any = request.viewer
    text = reports.export(served(), FilterForm(request.GET), user)
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="items-{day_of(request.at).isoformat()}.csv"'
    return response


@require_safe
def write(request: ViewerRequest) -> HttpResponseRedirect:
    """Lead to the form of a new bulletin."""
    if not selectors.writes(served()):
        raise Http404
    folder = ItemFolder.objects.values_list("pk", flat=True).get()
    return redirect("wagtailadmin_pages:add", "content_types", "bulletin", folder)


@require_safe
def account(request: ViewerRequest) -> HttpResponse:
    """Show the viewer's own account: who the system takes them for."""
    user = served().user
    memberships = valid_memberships(user, request.at) if isinstance(user, User) else ()
    return render(request, "workflows/account.html", {"viewer": user, "memberships": memberships})
