"""One alert as those see it who write and approve it: hand in, return, publish, take back."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.core.posted import posted_number, posted_text
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Proposal, ProposedRecipient, Sharing
from cms.sharing.rules import allowed
from cms.sharing.selectors import readership
from cms.users.http import ViewerRequest, person_or_404
from content_types.draft_scope import DraftViewer
from content_types.models import Alert
from content_types.trail import record_draft_viewed
from workflows import services
from workflows.alerts.models import Release
from workflows.alerts.selectors import similar_alerts
from workflows.alerts.views.writing import own_draft
from workflows.enums import Status
from workflows.plans import plan_of, set_plan
from workflows.proposals import proposed_facts
from workflows.selectors import review_of, status_now
from workflows.upkeep import may_close

# how long an alert can be taken back after its approval
DELAY = timedelta(minutes=1)


@login_required
@require_safe
def alert(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Show the newest version, who will get it, what may be done with it, and recent alerts that look alike."""
    viewer, at = person_or_404(request), request.at
    sharing, page = own_draft(request, identifier)
    record_draft_viewed(DraftViewer(viewer, at), sharing)
    status = status_now(sharing)
    waits = status == Status.WAITING
    writing = status in {Status.DRAFT, Status.RETURNED, Status.CHANGED}
    context = {
        "alert": page,
        "sharing": sharing,
        "facts": page.own_facts(),
        "proposal": _proposal(sharing),
        "readership": readership(proposed_facts(sharing), viewer, at) if waits or writing else None,
        "status": Status(status).label,
        "plan": plan_of(sharing),
        "may_edit": allowed(viewer, "edit", sharing, at),
        "may_submit": writing and allowed(viewer, "submit", sharing, at),
        "may_publish": waits and allowed(viewer, "approve", sharing, at),
        "may_take_back": status in {Status.WAITING, Status.SCHEDULED} and allowed(viewer, "edit", sharing, at),
        "may_close": may_close(sharing, viewer, at),
        "scheduled": status == Status.SCHEDULED,
        "revision": sharing.page.latest_revision_id,
        "release": Release.objects.filter(sharing=sharing).first(),
        "similar": _similar(request, sharing, page),
    }
    return render(request, "alerts/alert.html", context)


def _proposal(sharing: Sharing) -> Proposal | None:
    """Return what publication will apply, for an item that was never published."""
    if sharing.first_shared_at is not None:
        return None
    named = ProposedRecipient.objects.select_related("organisation", "group", "user")
    return Proposal.objects.prefetch_related(Prefetch("recipients", queryset=named)).get(sharing=sharing)


def _similar(request: ViewerRequest, sharing: Sharing, page: Alert) -> object:
    return similar_alerts(
        user=person_or_404(request),
        at=request.at,
        words=f"{page.title} {page.summary}",
        country=page.place_country,
        kind=page.alert_kind,
        but=sharing.uuid,
    )


def _acted(request: ViewerRequest, identifier: str, act: Callable[[Alert], None], done: str) -> HttpResponse:
    _sharing, page = own_draft(request, identifier)
    try:
        with transaction.atomic():
            act(page)
    except NotAllowed as error:
        messages.error(request, str(error))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect("alert", identifier)


@login_required
@require_POST
def submit(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Hand it in."""
    viewer = person_or_404(request)
    done = _("Handed in: the approvers on duty have been told.")
    return _acted(request, identifier, lambda page: services.submit(page=page, actor=viewer, at=request.at), done)


@login_required
@require_POST
def publish(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Approve the version that was shown and publish it, at once or in a minute."""
    viewer, at = person_or_404(request), request.at
    revision_id = posted_number(request, "revision") or 0
    later = request.POST.get("when") == "later"

    def act(page: Alert) -> None:
        if later:
            plan = plan_of(page.sharing)
            set_plan(sharing=page.sharing, publish_at=at + DELAY, expire_at=plan.expire_at, actor=viewer, at=at)
        services.approve(page=page, actor=viewer, at=at, revision_id=revision_id)

    done = _("Approved: it goes out in a minute; until then you can take it back.") if later else _("Published.")
    return _acted(request, identifier, act, done)


@login_required
@require_POST
def take_back(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Make it a draft again; the minute before it goes out is over too."""
    viewer, at = person_or_404(request), request.at

    def act(page: Alert) -> None:
        services.take_back(page=page, actor=viewer, at=at)
        plan = plan_of(page.sharing)
        if plan.publish_at is not None and review_of(page.pk) is None:
            set_plan(sharing=page.sharing, publish_at=None, expire_at=plan.expire_at, actor=viewer, at=at)

    return _acted(request, identifier, act, _("Taken back: it is a draft again, and nobody was told."))


@login_required
@require_POST
def send_back(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Return it with a reason."""
    viewer, at, reason = person_or_404(request), request.at, posted_text(request, "reason")
    return _acted(
        request,
        identifier,
        lambda page: services.return_to_author(page=page, actor=viewer, at=at, reason=reason),
        _("Returned to the author."),
    )
