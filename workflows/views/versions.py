"""An item's history: its versions, two of them beside each other, and the way back to one."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages
from wagtail.models import Revision

from cms.audit.enums import Event
from cms.sharing.models import Sharing
from cms.sharing.rules import allowed
from cms.users.http import ViewerRequest
from workflows import comments, versions
from workflows.comparison import differences
from workflows.enums import Status
from workflows.forms import CommentForm
from workflows.selectors import status_now
from workflows.trail import record_item
from workflows.views.finding import address, ask, done_or_refused, find_item, number, posted, refusal, served


@require_safe
def history(request: ViewerRequest, identifier: str) -> HttpResponse:
    """List the item's versions with what became of each."""
    sharing = find_item(identifier)
    context = {
        "sharing": sharing,
        "versions": versions.history(sharing, served()),
        "may_edit": allowed(request.viewer, "edit", sharing, request.at),
        "live_id": sharing.page.live_revision_id,
    }
    return render(request, "workflows/history.html", context)


def _version(sharing: Sharing, revision_id: int) -> Revision:
    revision = versions.version_of(sharing, revision_id)
    if revision is None:
        raise Http404
    return revision


@require_safe
def version(request: ViewerRequest, identifier: str, version: int) -> HttpResponse:
    """Show one version as it was, with what was said about it; that it was read is on record."""
    return _show(request, find_item(identifier), version, CommentForm())


def _show(request: ViewerRequest, sharing: Sharing, revision_id: int, form: Any) -> HttpResponse:
    revision = _version(sharing, revision_id)
    user: Any = request.viewer
    record_item(sharing, Event.DRAFT_VIEWED, actor=user, at=request.at, version=revision.pk, rule="sharing.view_draft")
    page = versions.text_of(revision, sharing)
    context = {
        "sharing": sharing,
        "revision": revision,
        "item": page,
        "body": page.rendered_body(),
        "is_newest": revision.pk == sharing.page.latest_revision_id,
        "is_live": sharing.page.live and revision.pk == sharing.page.live_revision_id,
        "comments": comments.comments_on(sharing).filter(revision=revision),
        "may_edit": allowed(user, "edit", sharing, request.at),
        "form": form,
    }
    return render(request, "workflows/version.html", context, status=400 if form.errors else 200)


@require_http_methods(["POST"])
def comment(request: ViewerRequest, identifier: str, version: int) -> HttpResponse:
    """Say something about a version."""
    sharing = find_item(identifier)
    _version(sharing, version)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _show(request, sharing, version, form)
    user: Any = request.viewer
    here = reverse("workflows:version", args=[sharing.uuid, version])
    return done_or_refused(
        request,
        lambda: comments.comment(
            sharing=sharing, revision_id=version, text=form.cleaned_data["text"], actor=user, at=request.at
        ),
        done=_("Your comment is kept. Those who work on this item see it."),
        onward=here,
        back=here,
    )


@require_http_methods(["POST"])
def settle(request: ViewerRequest, identifier: str, comment: Any) -> HttpResponse:
    """Say that a comment is settled."""
    sharing = find_item(identifier)
    user: Any = request.viewer
    return done_or_refused(
        request,
        lambda: comments.resolve(sharing=sharing, comment_id=comment, actor=user, at=request.at),
        done=_("The comment is settled."),
        onward=address(sharing),
        back=address(sharing),
    )


@require_safe
def compare(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Show what differs between two versions: `older` and `newer`, or the published one and the newest."""
    sharing = find_item(identifier)
    page = sharing.page
    older = _version(sharing, number(request.GET.get("older")) or page.live_revision_id or 0)
    newer = _version(sharing, number(request.GET.get("newer")) or page.latest_revision_id or 0)
    if older.created_at > newer.created_at:
        older, newer = newer, older
    user: Any = request.viewer
    record_item(sharing, Event.DRAFT_VIEWED, actor=user, at=request.at, version=older.pk, rule="sharing.view_draft")
    found = differences(versions.text_of(older, sharing), versions.text_of(newer, sharing), request)
    context = {
        "sharing": sharing,
        "older": older,
        "newer": newer,
        "older_is_live": page.live and older.pk == page.live_revision_id,
        "newer_is_newest": newer.pk == page.latest_revision_id,
        "differences": found,
    }
    return render(request, "workflows/compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def revert(request: ViewerRequest, identifier: str, version: int) -> HttpResponse:
    """Ask whether an older version becomes the newest draft, or do it."""
    sharing = find_item(identifier)
    revision = _version(sharing, version)
    if not allowed(request.viewer, "edit", sharing, request.at) or revision.pk == sharing.page.latest_revision_id:
        raise Http404
    user: Any = request.viewer
    refused = ""
    if request.method == "POST":
        opened = number(request.POST.get("opened"))
        refused = refusal(
            lambda: versions.revert(sharing=sharing, to=version, opened=opened, actor=user, at=request.at)
        )
        if not refused:
            messages.success(
                request, _("The older version is the newest draft now. Readers see it when it is approved.")
            )
            return redirect(address(sharing))
    return ask(
        request,
        sharing,
        title=_("Go back to the version of %(when)s UTC") % {"when": revision.created_at.strftime("%d.%m.%Y, %H:%M")},
        explanation=_(
            "A new draft is made with the text of that version; the versions in between stay in the history. "
            "Who may read the item does not change."
        ),
        button=_("Make it the newest draft"),
        refused=refused,
        opened=sharing.page.latest_revision_id,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Ask whether a draft, or what was changed since publication, is thrown away, or do it."""
    sharing = find_item(identifier)
    if not allowed(request.viewer, "edit", sharing, request.at) or not discardable(sharing):
        raise Http404
    never = sharing.first_shared_at is None
    refused = _discarded(request, sharing) if posted(request) is not None else None
    if refused == "":
        messages.success(request, _("The draft is gone.") if never else _("The changes are discarded."))
        return redirect("wagtailadmin_home" if never else address(sharing))
    deleted = _("The draft was never published. It is deleted with all its versions and comments, for good.")
    kept = _("Readers see the published version as before. What you throw away stays in the history.")
    return ask(
        request,
        sharing,
        title=_("Discard the draft") if never else _("Discard the changes"),
        explanation=deleted if never else kept,
        button=_("Discard"),
        refused=refused or "",
        opened=sharing.page.latest_revision_id,
    )


def _discarded(request: ViewerRequest, sharing: Sharing) -> str:
    user: Any = request.viewer
    act = versions.discard_draft if sharing.first_shared_at is None else versions.discard_changes
    opened = number(request.POST.get("opened"))
    return refusal(lambda: act(sharing=sharing, opened=opened, actor=user, at=request.at))


def discardable(sharing: Sharing) -> bool:
    """Tell whether there is something to throw away now."""
    if status_now(sharing) not in {Status.DRAFT, Status.RETURNED, Status.CHANGED}:
        return False
    return sharing.first_shared_at is None or sharing.page.has_unpublished_changes
