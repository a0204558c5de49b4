"""Reading the desk: what waits for approval, what came back, what is being written, what was published."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.functions import Cast
from wagtail.models import TaskState, WorkflowState

from cms.sharing.models import Sharing
from cms.sharing.reach import may_act_on
from cms.sharing.rights import RIGHTS
from cms.users.models import User
from content_types.draft_scope import DraftViewer

DRAFT, WAITING, RETURNED, PUBLISHED, CHANGED = "draft", "waiting", "returned", "published", "changed"
RETURNED_STATE = WorkflowState.STATUS_NEEDS_CHANGES


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One item on the desk."""

    sharing: Sharing
    title: str
    status: str
    changed_at: datetime | None
    changed_by: User | None
    reason: str = ""

    @property
    def own_last_edit(self) -> int | None:
        """Who made the newest version."""
        return None if self.changed_by is None else self.changed_by.pk


def reviews(page_ids: Iterable[int]) -> dict[int, WorkflowState]:
    """Return page id → the review that waits or was returned, for pages that have one."""
    rows = WorkflowState.objects.active().filter(object_id__in=[str(key) for key in page_ids])
    return {int(row.object_id): row for row in rows.select_related("current_task_state")}


def with_review(status: str) -> QuerySet[Any]:
    """Return the ids of the pages whose review has this status."""
    rows = WorkflowState.objects.filter(status=status, base_content_type__model="page")
    ids: QuerySet[Any] = rows.annotate(page_id=Cast("object_id", BigIntegerField())).values("page_id")
    return ids


def items_of(viewer: DraftViewer, action: str = "view_draft") -> QuerySet[Sharing]:
    """Return the items on whose drafts the viewer may do this, the newest change first."""
    rows = Sharing.objects.filter(may_act_on(action, viewer.reaches))
    rows = rows.select_related("page__latest_revision__user", "owner", "element")
    return rows.order_by("-page__latest_revision_created_at", "uuid")


def waiting_for(viewer: DraftViewer) -> QuerySet[Sharing]:
    """Return what waits for an approval that the viewer may give, the longest waiting first."""
    rows = items_of(viewer, "approve").filter(page_id__in=with_review(WorkflowState.STATUS_IN_PROGRESS))
    return rows.order_by("page__latest_revision_created_at", "uuid")


def returned_to(viewer: DraftViewer) -> QuerySet[Sharing]:
    """Return what came back to the viewer, as its author or as who handed it in."""
    sent = WorkflowState.objects.filter(status=WorkflowState.STATUS_NEEDS_CHANGES, requested_by=viewer.user.pk)
    sent_ids = sent.annotate(page_id=Cast("object_id", BigIntegerField())).values("page_id")
    rows = items_of(viewer, "edit").filter(page_id__in=with_review(WorkflowState.STATUS_NEEDS_CHANGES))
    return rows.filter(Q(author=viewer.user.pk) | Q(page_id__in=sent_ids))


def drafts_of(viewer: DraftViewer) -> QuerySet[Sharing]:
    """Return the viewer's own drafts: begun by, or last written by, the viewer, and not handed in."""
    in_review = WorkflowState.objects.active().annotate(page_id=Cast("object_id", BigIntegerField())).values("page_id")
    own = Q(author=viewer.user.pk) | Q(page__latest_revision__user=viewer.user.pk)
    unpublished = Q(page__live=False) | Q(page__has_unpublished_changes=True)
    return items_of(viewer, "edit").filter(own, unpublished).exclude(page_id__in=in_review)


def sent_by(viewer: DraftViewer) -> QuerySet[Sharing]:
    """Return what the viewer handed in and what waits for somebody else."""
    sent = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS, requested_by=viewer.user.pk)
    ids = sent.annotate(page_id=Cast("object_id", BigIntegerField())).values("page_id")
    return items_of(viewer).filter(page_id__in=ids)


def published_by(viewer: DraftViewer) -> QuerySet[Sharing]:
    """Return what the organisations for which the viewer works published last."""
    return items_of(viewer).filter(page__live=True).order_by("-page__last_published_at", "uuid")


def desk_rows(sharings: Sequence[Sharing]) -> list[DeskRow]:
    """Return the rows with title and status, in a fixed number of queries."""
    found = reviews(sharing.page_id for sharing in sharings)
    return [_row(sharing, found.get(sharing.page_id)) for sharing in sharings]


def _row(sharing: Sharing, review: WorkflowState | None) -> DeskRow:
    page = sharing.page
    revision = page.latest_revision
    task_state = None if review is None else review.current_task_state
    return DeskRow(
        sharing=sharing,
        title=page.draft_title or page.title,
        status=status_of(sharing, review),
        changed_at=page.latest_revision_created_at,
        changed_by=None if revision is None else revision.user,
        reason=task_state.comment if review and task_state and review.status == RETURNED_STATE else "",
    )


def status_of(sharing: Sharing, review: WorkflowState | None) -> str:
    """Return where the item stands in its way to publication."""
    if review is not None:
        return RETURNED if review.status == RETURNED_STATE else WAITING
    if not sharing.page.live:
        return DRAFT
    return CHANGED if sharing.page.has_unpublished_changes else PUBLISHED


def last_return(page_id: int) -> TaskState | None:
    """Return the decision with which the item was sent back last, where it still stands."""
    review = reviews([page_id]).get(page_id)
    if review is None or review.status != RETURNED_STATE:
        return None
    task_state: TaskState | None = review.current_task_state
    return task_state


def writes(viewer: DraftViewer) -> bool:
    """Tell whether the viewer begins items."""
    return any(reach.role in RIGHTS["edit"] for reach in viewer.reaches)


def approves(viewer: DraftViewer) -> bool:
    """Tell whether the viewer approves items."""
    return any(reach.role in RIGHTS["approve"] for reach in viewer.reaches)
