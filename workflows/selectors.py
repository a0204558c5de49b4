"""Reading the desk: what waits for approval, what came back, what is being written, what was published."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import (
    BigIntegerField,
    DateField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from wagtail.models import TaskState, WorkflowState

from cms.core.instants import day_of
from cms.core.snapshot import once
from cms.notifications.enums import Urgency
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.sharing.enums import SharingState
from cms.sharing.models import Sharing
from cms.sharing.reach import may_act_on
from cms.sharing.rights import RIGHTS
from cms.users.models import User
from content_types.draft_scope import DraftViewer
from content_types.models import ContentPage
from workflows.enums import Status
from workflows.models import Schedule, Validation
from workflows.validation import Steps, pending, pending_for, steps_in_force

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
    # since when it stands where it stands
    since: datetime | None = None
    urgency: Urgency | None = None


def urgency_of(sharing: Sharing) -> Urgency | None:
    """Return how urgent the newest version of an alert is; None for items that know no urgency."""
    revision = sharing.page.latest_revision
    said = None if revision is None else revision.content.get("urgency")
    return Urgency(said) if said else None


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
    rows = rows.select_related("page__latest_revision__user", "owner", "element", "schedule", "closing")
    return rows.order_by("-page__latest_revision_created_at", "uuid")


def steps_for(viewer: DraftViewer) -> Steps:
    """Return who validates what in the participants for which the viewer works."""
    participants = frozenset(reach.lineage[0] for reach in viewer.reaches)
    return once(("steps", participants), lambda: steps_in_force(participants))


def waiting_for(viewer: DraftViewer) -> QuerySet[Sharing]:
    """Return what waits for an approval that the viewer may give: the most urgent alerts, then the longest waiting."""
    rows = _waiting(viewer).exclude(pending(steps_for(viewer)))
    validated = Validation.objects.filter(revision=OuterRef("page__latest_revision"), validated_by=viewer.user.pk)
    return rows.exclude(Exists(validated))


def validating_for(viewer: DraftViewer) -> QuerySet[Sharing]:
    """Return what waits for a national validation that the viewer may give, in the same order."""
    steps = steps_for(viewer)
    named = {key for keys in steps.values() for key in keys}
    lineages = dict(Organisation.objects.filter(pk__in=named).values_list("pk", "lineage")) if named else {}
    condition = Q(pk__in=[])
    for reach in viewer.reaches:
        if reach.role == Role.APPROVER:
            mine = {
                element_id: {key for key in keys if reach.organisation_id in lineages[key]}
                for element_id, keys in steps.items()
            }
            condition |= may_act_on("approve", [reach]) & pending(mine)
    return _waiting(viewer).filter(condition)


def _waiting(viewer: DraftViewer) -> QuerySet[Sharing]:
    rows = items_of(viewer, "approve").filter(page_id__in=with_review(WorkflowState.STATUS_IN_PROGRESS))
    # whoever edited last decides on nothing
    rows = rows.exclude(page__latest_revision__user=viewer.user.pk)
    urgent = Urgency.most_urgent_first("page__latest_revision__content__urgency")
    return rows.order_by(urgent, "page__latest_revision_created_at", "uuid")


def returned_to(viewer: DraftViewer) -> QuerySet[Sharing]:
    """Return what came back to the viewer, as its author or as who handed it in, the longest ago first."""
    sent = WorkflowState.objects.filter(status=WorkflowState.STATUS_NEEDS_CHANGES, requested_by=viewer.user.pk)
    sent_ids = sent.annotate(page_id=Cast("object_id", BigIntegerField())).values("page_id")
    rows = items_of(viewer, "edit").filter(page_id__in=with_review(WorkflowState.STATUS_NEEDS_CHANGES))
    rows = rows.filter(Q(author=viewer.user.pk) | Q(page_id__in=sent_ids))
    return rows.order_by("page__latest_revision_created_at", "uuid")


def scheduled_for(viewer: DraftViewer) -> QuerySet[Sharing]:
    """Return what the clock will publish, of the items on which the viewer works, the next one first."""
    rows = items_of(viewer).filter(schedule__approved_revision__isnull=False)
    return rows.order_by("schedule__publish_at", "uuid")


def reviews_due(viewer: DraftViewer) -> QuerySet[Sharing]:
    """Return what is to be looked at again by the viewer, today or before, the longest overdue first."""
    return due_by(items_of(viewer, "edit"), day_of(viewer.at))


def due_by(rows: QuerySet[Sharing], day: date) -> QuerySet[Sharing]:
    """Keep the published items whose review is due on the day; withdrawn ones wait for nothing."""
    kinds = [model.objects.filter(review_date__lte=day).values("pk") for model in content_models()]
    due = Q(pk__in=[])
    for ids in kinds:
        due |= Q(page_id__in=ids)
    rows = rows.filter(due, page__live=True).exclude(state=SharingState.WITHDRAWN)
    return rows.annotate(review_on=_review_date()).order_by("review_on", "uuid")


def reviewed_on(sharings: Sequence[Sharing]) -> dict[int, date | None]:
    """Return page id → the day of the next review, in one query for each kind of item."""
    ids = [sharing.page_id for sharing in sharings]
    found: dict[int, date | None] = {}
    for model in content_models():
        found |= dict(model.objects.filter(pk__in=ids).values_list("pk", "review_date"))
    return found


def content_models() -> list[type[ContentPage]]:
    """Return the kinds of item."""
    return [model for model in apps.get_models() if issubclass(model, ContentPage)]


def _review_date() -> Coalesce:
    dates = [
        Subquery(model.objects.filter(pk=OuterRef("page_id")).values("review_date")[:1]) for model in content_models()
    ]
    return Coalesce(*dates, Value(None, output_field=DateField()), output_field=DateField())


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
    missing = pending_for(sharings)
    return [_row(sharing, found.get(sharing.page_id), sharing.pk in missing) for sharing in sharings]


def _row(sharing: Sharing, review: WorkflowState | None, validates: bool) -> DeskRow:
    page = sharing.page
    revision = page.latest_revision
    task_state = None if review is None else review.current_task_state
    return DeskRow(
        sharing=sharing,
        title=page.draft_title or page.title,
        status=status_of(sharing, review, validates=validates),
        changed_at=page.latest_revision_created_at,
        changed_by=None if revision is None else revision.user,
        reason=task_state.comment if review and task_state and review.status == RETURNED_STATE else "",
        since=(task_state and (task_state.finished_at or task_state.started_at)) or page.latest_revision_created_at,
        urgency=urgency_of(sharing),
    )


def status_of(sharing: Sharing, review: WorkflowState | None, *, validates: bool = False) -> Status:
    """Return where the item stands; `validates` says whether a national validation is still missing."""
    schedule: Schedule | None = getattr(sharing, "schedule", None)
    if review is not None and review.status == RETURNED_STATE:
        return Status.RETURNED
    if review is not None:
        return Status.VALIDATION if validates else Status.WAITING
    if schedule is not None and schedule.approved_revision_id is not None:
        return Status.SCHEDULED
    if not sharing.page.live:
        return Status.DRAFT
    return Status.CHANGED if sharing.page.has_unpublished_changes else _after_publication(sharing)


def _after_publication(sharing: Sharing) -> Status:
    if sharing.state == SharingState.WITHDRAWN:
        return Status.WITHDRAWN
    return Status.CLOSED if getattr(sharing, "closing", None) else Status.PUBLISHED


def status_now(sharing: Sharing) -> Status:
    """Return where one item stands, read afresh."""
    return status_of(sharing, review_of(sharing.page_id), validates=bool(pending_for([sharing])))


def review_of(page_id: int) -> WorkflowState | None:
    """Return the page's review that waits or was returned; None for a draft, and for what is published."""
    rows = WorkflowState.objects.active().filter(object_id=str(page_id)).select_related("current_task_state")
    return rows.filter(base_content_type__model="page", base_content_type__app_label="wagtailcore").first()


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
