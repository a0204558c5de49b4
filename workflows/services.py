"""Acts of the editorial workflow: submit, take back, validate, return, approve and publish.

Each locks the item's sharing row first, as saving a draft does: what is decided on is what stands there.
"""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from wagtail.models import Revision, TaskState, Workflow, WorkflowPage, WorkflowState, WorkflowTask

from cms.audit.enums import Event
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.rules import Ask, allowed, last_editor_id, may_act
from cms.sharing.services import lock
from cms.users.models import User
from content_types.completeness import missing_for_submission
from content_types.models import ContentPage, ItemFolder
from workflows.definition import demand
from workflows.enums import Status
from workflows.models import ApprovalTask, Validation
from workflows.plans import appoint, call_off, plan_of, published
from workflows.publication import Approved, check_proposal, publish
from workflows.selectors import review_of, status_now
from workflows.signals import item_returned, item_submitted
from workflows.trail import record_item
from workflows.validation import pending_for, validated_by, validates_for

WORKFLOW_NAME = gettext_noop("Approval before publication")


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


@transaction.atomic
def submit(*, page: ContentPage, actor: User, at: datetime) -> None:
    """Hand the newest version in for approval.

    Raises NotAllowed without the right, ValidationError (field → what is missing) for an incomplete text, and
    ValidationError for one that waits already or has no newer version than the published one.
    """
    sharing = lock(page.sharing.pk)
    if not allowed(actor, "submit", sharing, at):
        raise NotAllowed(_("You may not submit this item."))
    status = status_now(sharing)
    if status not in {Status.WAITING, Status.VALIDATION}:  # those wait already, and are told so
        demand("submit", status)
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
    version = sharing.page.latest_revision_id
    record_item(sharing, Event.ITEM_SUBMITTED, actor=requested_by, at=at, version=version)
    newest = sharing.page.specific.get_latest_revision_as_object()
    item_submitted.send(sender=Sharing, sharing=sharing, page=newest, actor=requested_by, at=at)


@transaction.atomic
def take_back(*, page: ContentPage, actor: User, at: datetime) -> None:
    """Make a submitted text a draft again, or one that was approved for later, by one who may edit it."""
    sharing = lock(page.sharing.pk)
    if not allowed(actor, "edit", sharing, at):
        raise NotAllowed(_("You may not take this item back."))
    if call_off(sharing=sharing, actor=actor, at=at):
        return
    sharing, review, task_state = _waiting(page)
    review.cancel(user=actor)
    details = {"taken_back": True}
    record_item(sharing, Event.ITEM_RETURNED, actor=actor, at=at, version=task_state.revision_id, details=details)


@transaction.atomic
def return_to_author(*, page: ContentPage, actor: User, at: datetime, reason: str) -> None:
    """Send a submitted text back with what is to be changed. Raises ValidationError without a reason."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say what is to be changed.")})
    sharing, review, task_state = _waiting(page)
    if not may_act("approve", actor, Ask(sharing, at)):
        raise NotAllowed(_("You may not return this item."))
    task_state.reject(user=actor, comment=reason.strip())
    version = task_state.revision_id
    record_item(sharing, Event.ITEM_RETURNED, actor=actor, at=at, version=version, reason=reason.strip())
    users = {sharing.author_id, review.requested_by_id} - {None, actor.pk}
    item_returned.send(sender=Sharing, sharing=sharing, users=users, at=at)


@transaction.atomic
def validate(*, page: ContentPage, actor: User, at: datetime, revision_id: int) -> None:
    """Validate the version that was looked at, for every organisation for which the actor may.

    Raises NotAllowed for whoever may not or edited last, ValidationError where another version stands there by now.
    """
    sharing, _review, task_state = _waiting(page)
    _demand_same_version(sharing, task_state, revision_id)
    organisations = validates_for(actor, sharing, at)
    if not organisations:
        raise NotAllowed(_("You may not validate this item."))
    Validation.objects.bulk_create(
        Validation(revision_id=revision_id, organisation=row, validated_by=actor, validated_at=at)
        for row in organisations
    )
    details = {"organisations": [row.pk for row in organisations]}
    rule = "sharing.approve"
    record_item(sharing, Event.ITEM_VALIDATED, actor=actor, at=at, version=revision_id, rule=rule, details=details)


@transaction.atomic
def approve(*, page: ContentPage, actor: User, at: datetime, revision_id: int, plan: str | None = None) -> None:
    """Approve the version that was looked at: exactly this one is published with its sharing, now or when its hour
    comes. `plan` is the stamp of the dates that were shown; None where none were.

    Raises NotAllowed for whoever lacks the right, edited last or validated, ValidationError where another version or
    other dates stand there by now, and AboveCeiling where the proposed sharing goes too far: then nothing happens.
    """
    sharing, review, task_state = _waiting(page)
    _demand_same_version(sharing, task_state, revision_id)
    if plan is not None and plan != plan_of(sharing).stamp:
        raise ValidationError(_("The dates have changed since you opened it: look again before you decide."))
    if last_editor_id(sharing) == actor.pk:
        raise NotAllowed(_("You edited this text last: somebody else must approve it."))
    if not allowed(actor, "approve", sharing, at):
        raise NotAllowed(_("You may not approve this item."))
    if pending_for([sharing]):
        raise ValidationError(_("This item needs its national validation first."))
    if actor.pk in validated_by(revision_id):
        raise NotAllowed(_("You validated this version: somebody else must approve it."))
    _finish(review, task_state, actor=actor, at=at)
    _publish_or_appoint(sharing, task_state.revision, actor=actor, at=at)


def _finish(review: WorkflowState, task_state: TaskState, *, actor: User, at: datetime) -> None:
    """End the review well. Wagtail's own way would look for further tasks, and log and mail what is not its business;
    it would publish too, which it is refused."""
    status, approved = TaskState.STATUS_APPROVED, WorkflowState.STATUS_APPROVED
    TaskState.objects.filter(pk=task_state.pk).update(status=status, finished_at=at, finished_by=actor)
    WorkflowState.objects.filter(pk=review.pk).update(status=approved)


def _publish_or_appoint(sharing: Sharing, revision: Revision, *, actor: User, at: datetime) -> None:
    """Publish the approved revision of the locked item, or have the clock publish it later."""
    plan = plan_of(sharing)
    if plan.publish_at is not None and plan.publish_at > at:
        check_proposal(sharing)
        appoint(plan, revision=revision, actor=actor, at=at)
        return
    if plan.expire_at is not None and plan.expire_at <= at:
        raise ValidationError(_("It would expire before anybody could read it: change its dates."))
    publish([Approved(sharing, revision, actor)], at=at)
    published([sharing])


def _waiting(page: ContentPage) -> tuple[Sharing, WorkflowState, TaskState]:
    """Lock the item and return its review; raises ValidationError where it does not wait for approval."""
    sharing = lock(page.sharing.pk)
    review = review_of(page.pk)
    if review is None or review.status != WorkflowState.STATUS_IN_PROGRESS or review.current_task_state is None:
        raise ValidationError(_("This item does not wait for approval any more."))
    return sharing, review, review.current_task_state


def _demand_same_version(sharing: Sharing, task_state: TaskState, revision_id: int) -> None:
    if not task_state.revision_id == revision_id == sharing.page.latest_revision_id:
        raise ValidationError(_("The text has changed since you opened it: look again before you decide."))
