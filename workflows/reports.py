"""Lists of one's own: the items on whose drafts one works, by status, marking, state or review; and as a table."""

from typing import Any

from django.db.models import Q, QuerySet
from wagtail.models import WorkflowState

from cms.audit.enums import Event
from cms.core.spreadsheets import as_csv
from cms.sharing.enums import SharingState
from cms.sharing.models import Sharing
from cms.users.models import User
from content_types.draft_scope import DraftViewer
from workflows.enums import Status
from workflows.selectors import desk_rows, due_by, items_of, reviewed_on, steps_for, with_review
from workflows.trail import record_act
from workflows.validation import pending

MOST_EXPORTED = 2000
_COLUMNS = (
    "reference", "title", "owner", "element", "countries", "marking", "shared with", "status", "first published",
    "review on",
)  # fmt: skip


def filtered(viewer: DraftViewer, form: Any) -> QuerySet[Sharing]:
    """Return the items on whose drafts the viewer works, narrowed by the form; what it refuses narrows nothing."""
    form.is_valid()
    data = form.cleaned_data
    rows = items_of(viewer)
    words = data.get("q", "").strip()
    if words:
        rows = rows.filter(Q(page__draft_title__icontains=words) | Q(reference__icontains=words))
    for name in ("marking", "state"):
        if data.get(name):
            rows = rows.filter(**{name: data[name]})
    if data.get("status"):
        rows = rows.filter(_with_status(viewer, data["status"]))
    return due_by(rows, data["review_by"]) if data.get("review_by") else rows


def _with_status(viewer: DraftViewer, status: str) -> Q:
    """Return the condition that twins `status_of`."""
    progress = Q(page_id__in=with_review(WorkflowState.STATUS_IN_PROGRESS))
    returned = Q(page_id__in=with_review(WorkflowState.STATUS_NEEDS_CHANGES))
    missing = pending(steps_for(viewer))
    scheduled = Q(schedule__approved_revision__isnull=False)
    unsent = ~progress & ~returned & ~scheduled
    changed = Q(page__live=True, page__has_unpublished_changes=True)
    standing = unsent & Q(page__live=True) & ~changed
    withdrawn = Q(state=SharingState.WITHDRAWN)
    closed = Q(closing__isnull=False)
    conditions = {
        Status.DRAFT: unsent & Q(page__live=False),
        Status.VALIDATION: progress & missing,
        Status.WAITING: progress & ~missing,
        Status.RETURNED: returned,
        Status.SCHEDULED: scheduled & ~progress & ~returned,
        Status.CHANGED: unsent & changed,
        Status.WITHDRAWN: standing & withdrawn,
        Status.CLOSED: standing & ~withdrawn & closed,
        Status.PUBLISHED: standing & ~withdrawn & ~closed,
    }
    return conditions[Status(status)]


def export(viewer: DraftViewer, form: Any, actor: User) -> str:
    """Return the filtered list as CSV: those items that the actor may export, as published; on record."""
    exportable = Sharing.objects.visible_to(actor, viewer.at).filter(copies_allowed=True)
    sharings = list(filtered(viewer, form).filter(pk__in=exportable.values("pk"))[:MOST_EXPORTED])
    reviews = reviewed_on(sharings)
    record_act(Event.REPORT_EXPORTED, actor=actor, at=viewer.at, count=len(sharings), details={"form": "csv"})
    return as_csv([_COLUMNS, *(_cells(row, reviews) for row in desk_rows(sharings))])


def _cells(row: Any, reviews: dict[int, Any]) -> list[str]:
    sharing = row.sharing
    return [
        sharing.reference,
        sharing.page.title,
        sharing.owner.name,
        sharing.element.code,
        " ".join(sharing.countries),
        sharing.marking,
        sharing.state,
        row.status,
        sharing.first_shared_at.date().isoformat() if sharing.first_shared_at else "",
        str(reviews.get(sharing.page_id) or ""),
    ]


def linked_from(viewer: DraftViewer, sharing: Sharing) -> QuerySet[Sharing]:
    """Return the viewer's own items whose newest text names this item's reference or address."""
    named = Q(page__latest_revision__content__icontains=sharing.reference)
    named |= Q(page__latest_revision__content__icontains=f"/i/{sharing.uuid}/")
    return items_of(viewer).filter(named).exclude(pk=sharing.pk)
