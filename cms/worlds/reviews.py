"""Submitted items before their approvers, in bulk, in the rows that the editorial workflow itself writes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, TaskState, WorkflowPage, WorkflowState

from cms.audit.enums import Event
from cms.audit.services import Entry, record_many
from cms.sharing.models import Sharing
from cms.users.models import User
from content_types.models import ContentPage, ItemFolder

BATCH = 500


def open_reviews(page_ids: Iterable[int]) -> dict[int, WorkflowState]:
    """Return the review of each of these pages that waits or was returned."""
    rows = WorkflowState.objects.active().filter(
        base_content_type=ContentType.objects.get_for_model(Page), object_id__in=[str(key) for key in page_ids]
    )
    return {int(row.object_id): row for row in rows.select_related("current_task_state")}


def waits(review: WorkflowState | None, page: ContentPage) -> bool:
    """Tell whether the page's newest version waits for approval."""
    if review is None or review.status != WorkflowState.STATUS_IN_PROGRESS or review.current_task_state is None:
        return False
    return bool(review.current_task_state.revision_id == page.latest_revision_id)


def end_reviews(reviews: Iterable[WorkflowState], actor: User | None) -> None:
    """Cancel reviews of texts that a file replaced or took back."""
    for review in reviews:
        review.cancel(user=actor)


def begin_reviews(
    items: Sequence[tuple[ContentPage, Sharing, User | None]], *, actor: User | None, at: datetime
) -> None:
    """Put the newest version of each page before its approvers, at its author's request, and record it."""
    if not items:
        return
    workflow = WorkflowPage.objects.select_related("workflow").get(page=ItemFolder.objects.get()).workflow
    task = workflow.tasks.order_by("workflow_tasks__sort_order")[0]
    base = ContentType.objects.get_for_model(Page)
    reviews = [
        WorkflowState(
            content_type=page.content_type,
            base_content_type=base,
            object_id=str(page.pk),
            workflow=workflow,
            requested_by=author,
        )
        for page, _sharing, author in items
    ]
    WorkflowState.objects.bulk_create(reviews, batch_size=BATCH)
    states = [
        TaskState(workflow_state=review, revision_id=page.latest_revision_id, task=task)
        for review, (page, _sharing, _author) in zip(reviews, items, strict=True)
    ]
    TaskState.objects.bulk_create(states, batch_size=BATCH)
    for review, state in zip(reviews, states, strict=True):
        review.current_task_state = state
    WorkflowState.objects.bulk_update(reviews, ["current_task_state"], batch_size=BATCH)
    record_many([_entry(page, sharing, author or actor, at) for page, sharing, author in items])


def _entry(page: ContentPage, sharing: Sharing, submitter: User | None, at: datetime) -> Entry:
    return Entry(
        event=Event.ITEM_SUBMITTED,
        at=at,
        actor_id=submitter.pk if submitter else None,
        item=sharing.uuid,
        version=page.latest_revision_id,
        owner_id=sharing.owner_id,
        marking=sharing.marking,
        reason="world file",
    )
