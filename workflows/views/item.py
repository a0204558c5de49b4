"""One item with what may be done to it now, and the acts of its way to publication."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from cms.sharing.ceilings import widest_allowed
from cms.sharing.models import Sharing
from cms.sharing.rules import Ask, allowed, may_act
from cms.sharing.selectors import readership
from cms.sharing.services import undoable
from cms.users.http import ViewerRequest
from cms.users.models import User
from content_types.completeness import missing_for_submission
from content_types.models import ContentPage
from content_types.presentation import country_names
from content_types.trail import record_draft_viewed
from workflows import comments, plans, presence, reports, selectors, services
from workflows.definition import leads_from
from workflows.enums import Status
from workflows.forms import ReturnForm
from workflows.models import Schedule
from workflows.proposals import proposed_facts, proposed_rows
from workflows.selectors import items_of
from workflows.validation import pending_for, validated_by, validates_for
from workflows.views.finding import address, find_item, newest_text, number, refusal, served
from workflows.views.versions import discardable

_UNSENT = {Status.DRAFT, Status.RETURNED, Status.CHANGED}


@require_safe
def item(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Show the newest version of an item, who will be able to read it, and what the viewer may do now."""
    sharing = find_item(identifier)
    record_draft_viewed(served(), sharing)
    return _show_item(request, sharing, newest_text(sharing), ReturnForm())


def _show_item(request: ViewerRequest, sharing: Sharing, page: ContentPage, form: ReturnForm) -> HttpResponse:
    missing = pending_for([sharing])
    status = selectors.status_of(sharing, selectors.review_of(page.pk), validates=bool(missing))
    user: Any = request.viewer
    first = sharing.first_shared_at is None
    plan = plans.plan_of(sharing)
    context = {
        "sharing": sharing,
        "item": page,
        "body": page.rendered_body(),
        "countries": country_names(sharing.countries),
        "status": status,
        "returned": selectors.last_return(page.pk),
        "revision": page.latest_revision,
        "first": first,
        "terms": sharing.proposal if first else sharing,
        "recipients": proposed_rows(sharing, request.at),
        "readership": readership(proposed_facts(sharing), user, request.at),
        "missing": missing_for_submission(page) if status in _UNSENT else {},
        "ceiling": _above_ceiling(sharing),
        "form": form,
        "plan": plan,
        "may": _acts(sharing, status, user, request) | _upkeep(sharing, status, user, request),
        "beside": _beside(sharing, user, request),
        "later": plan.publish_at is not None and plan.publish_at > request.at,
    }
    return render(request, "workflows/item.html", context, status=400 if form.errors else 200)


def _beside(sharing: Sharing, user: User, request: ViewerRequest) -> dict[str, Any]:
    """Return what stands around the item for those who work on it."""
    edits = allowed(user, "edit", sharing, request.at)
    return {
        "at_work": presence.others_at_work(sharing, user, request.at) if edits else (),
        "lock": presence.lock_of(sharing, request.at) if edits else None,
        "comments": comments.comments_on(sharing).filter(resolved_at__isnull=True),
        "linked": list(reports.linked_from(served(), sharing)[:10]),
        "closing": getattr(sharing, "closing", None),
        "replaced_by": items_of(served()).filter(supersedes__older=sharing).first(),
    }


def _above_ceiling(sharing: Sharing) -> str:
    """Return the widest state allowed, where what is proposed goes beyond it; nothing where it fits."""
    if sharing.first_shared_at is not None:
        return ""
    widest = widest_allowed(sharing.proposal.marking, sharing.element, sharing.owner)
    order = ["withdrawn", "owner", "restricted", "network", "public"]
    return str(widest.label) if order.index(sharing.proposal.state) > order.index(widest) else ""


def _acts(sharing: Sharing, status: str, user: User, request: ViewerRequest) -> dict[str, bool]:
    """Return what the viewer may do on the item's way to publication, as it stands."""
    at = request.at
    decides = status in {Status.WAITING, Status.VALIDATION} and may_act("approve", user, Ask(sharing, at))
    own = decides and not allowed(user, "approve", sharing, at)
    waits = status == Status.WAITING
    validated = waits and user.pk in validated_by(sharing.page.latest_revision_id)
    edits = allowed(user, "edit", sharing, at)
    return {
        "edit": edits,
        "submit": status in _UNSENT and allowed(user, "submit", sharing, at),
        "take_back": leads_from("take_back", status) and edits and not (decides and not own),
        "approve": waits and decides and not own and not validated,
        "validate": status == Status.VALIDATION and bool(validates_for(user, sharing, at)),
        "return": decides,
        "not_own": own,
        "validated": validated and decides,
        "read": sharing.page.live and allowed(user, "view", sharing, at),
    }


def _upkeep(sharing: Sharing, status: str, user: User, request: ViewerRequest) -> dict[str, bool]:
    """Return what the viewer may do around the item's text."""
    at = request.at
    edits = allowed(user, "edit", sharing, at)
    releases = allowed(user, "withdraw", sharing, at)
    decides = status in {Status.WAITING, Status.VALIDATION} and may_act("approve", user, Ask(sharing, at))
    return {
        "discard": edits and discardable(sharing),
        "compare": sharing.page.live and sharing.page.has_unpublished_changes,
        "dates": decides or (status in _UNSENT and edits) or (sharing.page.live and releases),
        "review": edits and sharing.page.live,
        "move": allowed(user, "move", sharing, at),
        "close": releases and leads_from("close", status),
        "reopen": releases and leads_from("reopen", status),
    }


def _acted(request: ViewerRequest, identifier: str, act: Callable[[ContentPage], None], done: str) -> HttpResponse:
    """Do it; say what was refused on the item's page, or lead back to the desk."""
    sharing = find_item(identifier)
    page = newest_text(sharing)
    refused = refusal(lambda: act(page))
    if refused:
        messages.error(request, refused)
        return redirect(address(sharing))
    messages.success(request, done, buttons=_what_next(request, sharing.pk))
    return redirect("wagtailadmin_home")


def _what_next(request: ViewerRequest, sharing_id: int) -> list[Any]:
    """Return the ways from what was done: to the item, and back where it was published this minute."""
    sharing = Sharing.objects.select_related("page").get(pk=sharing_id)
    buttons = [messages.button(address(sharing), _("Look at it"))]
    if undoable(sharing, request.at) and allowed(request.viewer, "undo_publication", sharing, request.at):
        buttons.append(messages.button(reverse("sharing:act", args=[sharing.uuid, "undo"]), _("Undo")))
    return buttons


@require_POST
def submit(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Hand the item in."""
    user: Any = request.viewer
    done = _("Handed in for approval.")
    return _acted(request, identifier, lambda page: services.submit(page=page, actor=user, at=request.at), done)


@require_POST
def take_back(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Make it a draft again."""
    user: Any = request.viewer
    done = _("It is a draft again.")
    return _acted(request, identifier, lambda page: services.take_back(page=page, actor=user, at=request.at), done)


@require_POST
def validate(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Validate the version that was shown."""
    user: Any = request.viewer
    shown = number(request.POST.get("revision"))
    return _acted(
        request,
        identifier,
        lambda page: services.validate(page=page, actor=user, at=request.at, revision_id=shown),
        _("Validated. Now somebody else approves it."),
    )


@require_POST
def approve(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Approve the version and the dates that were shown: publish it, or have it published at its hour."""
    user: Any = request.viewer
    shown = number(request.POST.get("revision"))
    plan = request.POST.get("plan")
    waiting: Schedule = plans.plan_of(find_item(identifier))
    later = waiting.publish_at is not None and waiting.publish_at > request.at
    return _acted(
        request,
        identifier,
        lambda page: services.approve(page=page, actor=user, at=request.at, revision_id=shown, plan=plan or None),
        _("Approved: it will be published at its hour.") if later else _("Approved and published."),
    )


@require_POST
def send_back(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Return the item with a reason; without one the form says so, and keeps what was typed."""
    form = ReturnForm(request.POST)
    if not form.is_valid():
        sharing = find_item(identifier)
        return _show_item(request, sharing, newest_text(sharing), form)
    user: Any = request.viewer
    reason = form.cleaned_data["reason"]
    return _acted(
        request,
        identifier,
        lambda page: services.return_to_author(page=page, actor=user, at=request.at, reason=reason),
        _("Returned to the author."),
    )
