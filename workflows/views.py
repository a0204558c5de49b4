"""The desk of the editing interface: what there is to do, one item with what may be done to it, and the acts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from cms.core.identifiers import uuid_or_404
from cms.organisations.selectors import valid_memberships
from cms.sharing.ceilings import widest_allowed
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.rules import Ask, allowed, may_act
from cms.sharing.selectors import readership
from cms.users.http import ViewerRequest
from cms.users.models import User
from content_types.completeness import missing_for_submission
from content_types.draft_scope import DraftViewer, current_viewer
from content_types.models import ContentPage, ItemFolder
from content_types.presentation import country_names
from content_types.trail import record_draft_viewed
from workflows import selectors, services
from workflows.enums import Status
from workflows.proposals import proposed_facts, proposed_rows

PAGE_SIZE = 20
ON_THE_DESK = 8
STATUSES = dict(Status.choices)


@dataclass(frozen=True, slots=True)
class Panel:
    """A list on the desk: the first rows, and how many there are."""

    name: str
    title: str
    nothing: str
    rows: Sequence[selectors.DeskRow]
    total: int


def _viewer() -> DraftViewer:
    viewer = current_viewer()
    if viewer is None:
        raise Http404
    return viewer


def _panel(name: str, title: str, nothing: str, sharings: Any) -> Panel:
    return Panel(name, title, nothing, selectors.desk_rows(list(sharings[:ON_THE_DESK])), sharings.count())


@require_safe
def desk(request: ViewerRequest) -> HttpResponse:
    """Show what waits for the viewer, and what the viewer is writing."""
    viewer = _viewer()
    writes = selectors.writes(viewer)
    waiting = selectors.waiting_for(viewer)
    panels = []
    if selectors.approves(viewer):
        panels = [_panel("waiting", _("Waiting for your approval"), _("Nothing waits for you."), waiting)]
    if writes:
        panels += [
            _panel("returned", _("Returned to you"), _("Nothing came back."), selectors.returned_to(viewer)),
            _panel("drafts", _("Your drafts"), _("You have no drafts."), selectors.drafts_of(viewer)),
            _panel("sent", _("Handed in by you"), _("Nothing of yours waits for approval."), selectors.sent_by(viewer)),
        ]
    published = _panel("published", _("Published"), _("Nothing was published yet."), selectors.published_by(viewer))
    shown = [panel for panel in panels if panel.rows or panel.name in {"waiting", "drafts"}]
    context = {"panels": [*shown, published], "writes": writes, "statuses": STATUSES, "viewer": viewer.user}
    return render(request, "workflows/desk.html", context)


@require_safe
def bulletins(request: ViewerRequest) -> HttpResponse:
    """List all items whose drafts the viewer may see; `q` narrows by title or reference, `status` by state."""
    viewer = _viewer()
    rows = selectors.items_of(viewer)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    if words:
        rows = rows.filter(page__draft_title__icontains=words) | rows.filter(reference__icontains=words)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": selectors.desk_rows(list(page.object_list)),
        "q": words,
        "statuses": STATUSES,
        "writes": selectors.writes(viewer),
    }
    return render(request, "workflows/bulletins.html", context)


@require_safe
def write(request: ViewerRequest) -> HttpResponse:
    """Lead to the form of a new bulletin."""
    if not selectors.writes(_viewer()):
        raise Http404
    folder = ItemFolder.objects.values_list("pk", flat=True).get()
    return redirect("wagtailadmin_pages:add", "content_types", "bulletin", folder)


@require_safe
def account(request: ViewerRequest) -> HttpResponse:
    """Show the viewer's own account: who the system takes them for."""
    user = _viewer().user
    memberships = valid_memberships(user, request.at) if isinstance(user, User) else ()
    return render(request, "workflows/account.html", {"viewer": user, "memberships": memberships})


def _item(request: ViewerRequest, identifier: str) -> tuple[Sharing, ContentPage]:
    """Return the item whose draft the viewer may see, with its newest text; raises the one Http404."""
    rows = selectors.items_of(_viewer()).filter(uuid=uuid_or_404(identifier))
    sharing = rows.first()
    if sharing is None:
        raise Http404
    page: ContentPage = sharing.page.specific.get_latest_revision_as_object()
    page.sharing = sharing
    return sharing, page


class ReturnForm(forms.Form):
    """Why a text goes back."""

    reason = forms.CharField(
        label=gettext_lazy("What is to be changed"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The author reads this. No personal data."),
    )


@require_safe
def item(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Show the newest version of an item, who will be able to read it, and what the viewer may do now."""
    sharing, page = _item(request, identifier)
    record_draft_viewed(_viewer(), sharing)
    return _show_item(request, sharing, page, ReturnForm())


def _show_item(request: ViewerRequest, sharing: Sharing, page: ContentPage, form: ReturnForm) -> HttpResponse:
    review = selectors.review_of(page.pk)
    status = selectors.status_of(sharing, review)
    facts = proposed_facts(sharing)
    user: Any = request.viewer
    context = {
        "sharing": sharing,
        "item": page,
        "body": page.rendered_body(),
        "countries": country_names(sharing.countries),
        "status": status,
        "status_title": STATUSES[status],
        "returned": selectors.last_return(page.pk),
        "revision": page.latest_revision,
        "first": sharing.first_shared_at is None,
        "terms": sharing.proposal if sharing.first_shared_at is None else sharing,
        "recipients": proposed_rows(sharing, request.at),
        "readership": readership(facts, user, request.at),
        "missing": missing_for_submission(page) if status in {"draft", "returned", "changed"} else {},
        "ceiling": _above_ceiling(sharing),
        "form": form,
        "may": _acts(sharing, status, user, request),
    }
    return render(request, "workflows/item.html", context, status=400 if form.errors else 200)


def _above_ceiling(sharing: Sharing) -> str:
    """Return the widest state allowed, where what is proposed goes beyond it; nothing where it fits."""
    if sharing.first_shared_at is not None:
        return ""
    widest = widest_allowed(sharing.proposal.marking, sharing.element, sharing.owner)
    order = ["withdrawn", "owner", "restricted", "network", "public"]
    return str(widest.label) if order.index(sharing.proposal.state) > order.index(widest) else ""


def _acts(sharing: Sharing, status: str, user: User, request: ViewerRequest) -> dict[str, bool]:
    """Return what the viewer may do with the item as it stands."""
    at = request.at
    unsent = status in {Status.DRAFT, Status.RETURNED, Status.CHANGED}
    waits = status == Status.WAITING
    right = waits and may_act("approve", user, Ask(sharing, at))
    return {
        "edit": allowed(user, "edit", sharing, at),
        "submit": unsent and allowed(user, "submit", sharing, at),
        "take_back": waits and not right and allowed(user, "edit", sharing, at),
        "approve": right and allowed(user, "approve", sharing, at),
        "return": right,
        "not_own": right and not allowed(user, "approve", sharing, at),
        "read": sharing.page.live and allowed(user, "view", sharing, at),
    }


def _acted(request: ViewerRequest, identifier: str, act: Callable[[ContentPage], None], done: str) -> HttpResponse:
    """Do it; say what was refused on the item's page, or lead back to the desk."""
    sharing, page = _item(request, identifier)
    try:
        act(page)
    except NotAllowed as error:
        messages.error(request, str(error))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done, buttons=[messages.button(_address(sharing), _("Look at it"))])
        return redirect("wagtailadmin_home")
    return redirect(_address(sharing))


def _address(sharing: Sharing) -> str:
    return reverse("workflows:item", args=[sharing.uuid])


@require_POST
def submit(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Hand the item in."""
    user: Any = request.viewer
    return _acted(
        request,
        identifier,
        lambda page: services.submit(page=page, actor=user, at=request.at),
        _("Handed in for approval."),
    )


@require_POST
def take_back(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Make it a draft again."""
    user: Any = request.viewer
    return _acted(
        request,
        identifier,
        lambda page: services.take_back(page=page, actor=user, at=request.at),
        _("It is a draft again."),
    )


@require_POST
def approve(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Approve the version that was shown, and publish it."""
    user: Any = request.viewer
    posted = request.POST.get("revision", "")
    revision_id = int(posted) if posted.isascii() and posted.isdigit() else 0
    return _acted(
        request,
        identifier,
        lambda page: services.approve(page=page, actor=user, at=request.at, revision_id=revision_id),
        _("Approved and published."),
    )


@require_POST
def send_back(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Return the item with a reason; without one the form says so, and keeps what was typed."""
    form = ReturnForm(request.POST)
    if not form.is_valid():
        sharing, page = _item(request, identifier)
        return _show_item(request, sharing, page, form)
    user: Any = request.viewer
    return _acted(
        request,
        identifier,
        lambda page: services.return_to_author(
            page=page, actor=user, at=request.at, reason=form.cleaned_data["reason"]
        ),
        _("Returned to the author."),
    )
