"""Dates, reviews, topics, closing and locks of one item."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages

from cms.core.identifiers import uuid_or_404
from cms.core.instants import day_of
from cms.sharing.models import Sharing
from cms.sharing.rules import allowed
from cms.users.http import ViewerRequest
from content_types.draft_scope import whole_tree
from workflows import plans, presence, upkeep
from workflows.definition import leads_from
from workflows.forms import ClosingForm, PlanForm, ReviewForm, TopicForm
from workflows.selectors import desk_rows, reviews_due, status_now
from workflows.views.finding import address, ask, done_or_refused, find_item, posted, refusal, served

_FORMS = ["GET", "HEAD", "POST"]
REVIEW_AGAIN = timedelta(days=182)
LISTED = 200


@require_http_methods(_FORMS)
def dates(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Ask when the item is to be published and when it expires, or keep it."""
    sharing = find_item(identifier)
    plan = plans.plan_of(sharing)
    form = PlanForm(posted(request), initial={"publish_at": plan.publish_at, "expire_at": plan.expire_at})
    refused = ""
    if form.is_bound and form.is_valid():
        user: Any = request.viewer
        refused = refusal(lambda: plans.set_plan(sharing=sharing, **form.cleaned_data, actor=user, at=request.at))
        if not refused:
            messages.success(request, _("The dates are kept."))
            return redirect(address(sharing))
    return ask(
        request,
        sharing,
        title=_("Dates of publication and expiry"),
        explanation=_(
            "The approver sees these dates and approves them with the text. At the hour the approved version is "
            "published, if whoever approved it still may; an expired item is for its owner alone."
        ),
        button=_("Keep the dates"),
        form=form,
        refused=refused,
    )


@require_http_methods(_FORMS)
def review(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Ask when to look at the item again, or keep it."""
    sharing = find_item(identifier)
    if not allowed(request.viewer, "edit", sharing, request.at):
        raise Http404
    form = ReviewForm(posted(request), initial={"next_on": day_of(request.at) + REVIEW_AGAIN})
    refused = ""
    if form.is_bound and form.is_valid():
        user: Any = request.viewer
        refused = refusal(lambda: upkeep.review(sharing=sharing, **form.cleaned_data, actor=user, at=request.at))
        if not refused:
            messages.success(request, _("Reviewed."))
            return redirect(address(sharing))
    return ask(
        request,
        sharing,
        title=_("Still right"),
        explanation=_("You say that the published text is still right, and when to look at it again."),
        button=_("Still right"),
        form=form,
        refused=refused,
    )


@require_safe
def reviews(request: ViewerRequest) -> HttpResponse:
    """List what is to be looked at again, the longest overdue first."""
    sharings = list(reviews_due(served())[:LISTED])
    rows = desk_rows(sharings)
    return render(request, "workflows/reviews.html", {"rows": rows, "today": day_of(request.at)})


def _movable(request: ViewerRequest, identifier: str) -> Sharing:
    """Return the item that the viewer may put under another topic, their own or for curators any they may read."""
    rows = Sharing.objects.select_related("page", "element__page", "owner")
    sharing = rows.filter(uuid=uuid_or_404(identifier)).first()
    if sharing is None or not allowed(request.viewer, "move", sharing, request.at):
        raise Http404
    return sharing


@require_http_methods(_FORMS)
def move(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Ask under which topic of its element the item is to stand, or put it there."""
    sharing = _movable(request, identifier)
    own = allowed(request.viewer, "view_draft", sharing, request.at)
    back = address(sharing) if own else f"/i/{sharing.uuid}/"
    with whole_tree():
        topic_id = sharing.page.specific.topic_id
    form = TopicForm(posted(request), topics=upkeep.topics_of(sharing), initial={"topic": topic_id})
    refused = ""
    if form.is_bound and form.is_valid():
        user: Any = request.viewer
        refused = refusal(lambda: upkeep.move(sharing=sharing, **form.cleaned_data, actor=user, at=request.at))
        if not refused:
            messages.success(request, _("Moved."))
            return redirect(back)
    return ask(
        request,
        sharing,
        title=_("Put under another topic"),
        explanation=_("The item stays with its owner and its element; who may read it does not change."),
        button=_("Move"),
        form=form,
        refused=refused,
        back=back,
    )


@require_http_methods(_FORMS)
def close(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Ask why the matter is closed, or close it."""
    sharing = find_item(identifier)
    _demand(request, sharing, "close")
    form = ClosingForm(posted(request))
    refused = ""
    if form.is_bound and form.is_valid():
        user: Any = request.viewer
        refused = refusal(
            lambda: upkeep.close(sharing=sharing, reason=form.cleaned_data["reason"], actor=user, at=request.at)
        )
        if not refused:
            messages.success(request, _("Closed."))
            return redirect(address(sharing))
    return ask(
        request,
        sharing,
        title=_("Close the matter"),
        explanation=_("The item stays readable as it is, and counts as done. It can be reopened."),
        button=_("Close"),
        form=form,
        refused=refused,
    )


def _demand(request: ViewerRequest, sharing: Sharing, name: str) -> None:
    """Raise the one Http404 where the act is not open to the viewer, or not now."""
    if not allowed(request.viewer, "withdraw", sharing, request.at) or not leads_from(name, status_now(sharing)):
        raise Http404


@require_POST
def reopen(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Open a closed matter again."""
    return _at_once(request, identifier, upkeep.reopen, _("Open again."))


@require_POST
def lock(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Keep the text for oneself."""
    done = _("Locked: for eight hours at most nobody else saves this text.")
    return _at_once(request, identifier, presence.lock_draft, done)


@require_POST
def unlock(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Give one's own lock back."""
    return _at_once(request, identifier, presence.unlock_draft, _("Unlocked."))


def _at_once(request: ViewerRequest, identifier: str, act: Callable[..., Any], done: str) -> HttpResponse:
    """Do to the item what one press of a button asks for, and lead back to its page."""
    sharing = find_item(identifier)
    here = address(sharing)
    return done_or_refused(
        request,
        lambda: act(sharing=sharing, actor=request.viewer, at=request.at),
        done=done,
        onward=here,
        back=here,
    )
