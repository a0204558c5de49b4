"""Acts of the editorial workflow: submit, take back, return, approve and publish.

Each locks the item's sharing row first, as saving a draft does: what is decided on is what stands there.
"""

from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import TaskState, Workflow, WorkflowPage, WorkflowState, WorkflowTask

from cms.audit.enums import Event
from cms.audit.services import Entry, record
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.rules import Ask, allowed, last_editor_id, may_act
from cms.sharing.services import apply_at_publication, lock
from cms.users.models import User
from content_types.completeness import missing_for_submission
from content_types.models import ContentPage, ItemFolder
from workflows.models import ApprovalTask

WORKFLOW_NAME = gettext_noop("Approval before publication")
# the instant of the approval in progress; outside one nothing may be published
_approving_at: ContextVar[datetime | None] = ContextVar("approving_at", default=None)


def ensure_workflow(**_signal: Any) -> None:
    """Keep the one workflow on the folder of items, and none elsewhere; safe to run at any time (after migrations)."""
    folder = ItemFolder.objects.first()
    # Wagtail's first migration puts one of its own on the root
    WorkflowPage.objects.exclude(page=folder).delete()
    if folder is None or WorkflowPage.objects.filter(page=folder).exists():
        return
    task, _created = ApprovalTask.objects.get_or_create(name=WORKFLOW_NAME)
    workflow, _created = Workflow.objects.get_or_create(name=WORKFLOW_NAME)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task)
    WorkflowPage.objects.create(page=folder, workflow=workflow)


def review_of(page_id: int) -> WorkflowState | None:
    """Return the page's review that waits or was returned; None for a draft, and for what is published."""
    rows = WorkflowState.objects.active().filter(object_id=str(page_id)).select_related("current_task_state")
    return rows.filter(base_content_type__model="page", base_content_type__app_label="wagtailcore").first()


@transaction.atomic
def submit(*, page: ContentPage, actor: User, at: datetime) -> None:
    """Hand the newest version in for approval.

    Raises NotAllowed without the right, ValidationError (field → what is missing) for an incomplete text, and
    ValidationError for one that waits already.
    """
    sharing = lock(page.sharing.pk)
    if not allowed(actor, "submit", sharing, at):
        raise NotAllowed(_("You may not submit this item."))
    draft = sharing.page.specific.get_latest_revision_as_object()
    missing = missing_for_submission(draft)
    if missing:
        raise ValidationError(missing)
    begin_review(sharing=sharing, requested_by=actor, at=at)


@transaction.atomic
def begin_review(*, sharing: Sharing, requested_by: User | None, at: datetime) -> None:
    """Put the item's newest version before its approvers, whoever asks: for texts that were submitted elsewhere.

    Raises ValidationError where it waits already.
    """
    review = review_of(sharing.page_id)
    if review is not None and review.status == WorkflowState.STATUS_IN_PROGRESS:
        raise ValidationError(_("This item waits for approval already."))
    if review is None:
        page = sharing.page.specific
        page.get_workflow().start(page, requested_by)
    else:
        review.resume(user=requested_by)
    _record(sharing, Event.ITEM_SUBMITTED, actor=requested_by, at=at, version=sharing.page.latest_revision_id)


@transaction.atomic
def take_back(*, page: ContentPage, actor: User, at: datetime) -> None:
    """Make a submitted text a draft again, by one who may edit it."""
    sharing, review, task_state = _waiting(page)
    if not allowed(actor, "edit", sharing, at):
        raise NotAllowed(_("You may not take this item back."))
    review.cancel(user=actor)
    _record(
        sharing, Event.ITEM_RETURNED, actor=actor, at=at, version=task_state.revision_id, details={"taken_back": True}
    )


@transaction.atomic
def return_to_author(*, page: ContentPage, actor: User, at: datetime, reason: str) -> None:
    """Send a submitted text back with what is to be changed. Raises ValidationError without a reason."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say what is to be changed.")})
    sharing, _review, task_state = _waiting(page)
    if not may_act("approve", actor, Ask(sharing, at)):
        raise NotAllowed(_("You may not return this item."))
    task_state.reject(user=actor, comment=reason.strip())
    _record(sharing, Event.ITEM_RETURNED, actor=actor, at=at, version=task_state.revision_id, reason=reason.strip())


@transaction.atomic
def approve(*, page: ContentPage, actor: User, at: datetime, revision_id: int) -> None:
    """Approve the version that was looked at, and publish exactly this one with its sharing.

    Raises NotAllowed for whoever lacks the right or edited last, ValidationError where another version stands there
    by now, and AboveCeiling where the proposed sharing goes too far: then nothing is published.
    """
    sharing, _review, task_state = _waiting(page)
    if not task_state.revision_id == revision_id == sharing.page.latest_revision_id:
        raise ValidationError(_("The text has changed since you opened it: look again before you decide."))
    if last_editor_id(sharing) == actor.pk:
        raise NotAllowed(_("You edited this text last: somebody else must approve it."))
    if not allowed(actor, "approve", sharing, at):
        raise NotAllowed(_("You may not approve this item."))
    token = _approving_at.set(at)
    try:
        task_state.approve(user=actor)
    finally:
        _approving_at.reset(token)


def publish_approved(*, workflow_state: WorkflowState, actor: User) -> None:
    """Publish the revision of the task that was approved, with its sharing: called when the workflow ends well.

    Raises PermissionDenied outside `approve`: there is no other way to publish.
    """
    at = _approving_at.get()
    if at is None:
        raise PermissionDenied(_("An item is published by its approval alone."))
    revision = workflow_state.current_task_state.revision
    PublishPageRevisionAction(revision, user=actor).execute(skip_permission_checks=True)
    sharing = Sharing.objects.get(page_id=int(workflow_state.object_id))
    apply_at_publication(sharing=sharing, actor=actor, at=at)


def _waiting(page: ContentPage) -> tuple[Sharing, WorkflowState, TaskState]:
    """Lock the item and return its review; raises ValidationError where it does not wait for approval."""
    sharing = lock(page.sharing.pk)
    review = review_of(page.pk)
    if review is None or review.status != WorkflowState.STATUS_IN_PROGRESS or review.current_task_state is None:
        raise ValidationError(_("This item does not wait for approval any more."))
    return sharing, review, review.current_task_state


def _record(
    sharing: Sharing,
    event: Event,
    *,
    actor: User | None,
    at: datetime,
    version: int | None,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    record(
        Entry(
            event=event,
            at=at,
            actor_id=actor.pk if actor else None,
            item=sharing.uuid,
            version=version,
            owner_id=sharing.owner_id,
            marking=sharing.marking,
            reason=reason,
            details=details or {},
        )
    )
