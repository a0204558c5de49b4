"""When an item is to be published and when it expires: said before approval, kept by the clock afterwards."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Revision

from cms.audit.enums import Event
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.rules import Ask, allowed, may_act
from cms.sharing.services import lock
from cms.users.models import User
from workflows.enums import Status
from workflows.models import Schedule
from workflows.selectors import status_now
from workflows.trail import record_item

_WRITING = {Status.DRAFT, Status.RETURNED, Status.CHANGED}
_DECIDING = {Status.WAITING, Status.VALIDATION}


def plan_of(sharing: Sharing) -> Schedule:
    """Return the item's dates; an unsaved row without any where nothing was said."""
    found: Schedule | None = Schedule.objects.filter(sharing=sharing).first()
    return found or Schedule(sharing=sharing)


@transaction.atomic
def set_plan(
    *, sharing: Sharing, publish_at: datetime | None, expire_at: datetime | None, actor: User, at: datetime
) -> Schedule:
    """Say when the item is to be published (None: with its approval) and when it expires (None: never).

    While it is written by its editors, while it waits by its approvers: the form of the approval shows the dates, and
    is refused where they have changed. What readers have already got ends earlier by whoever may withdraw it, and
    lasts longer by whoever may widen it. The dates that stand there already change nothing.

    Raises NotAllowed, ValidationError (field → what is wrong).
    """
    row = lock(sharing.pk)
    plan = plan_of(row)
    if (publish_at, expire_at) == (plan.publish_at, plan.expire_at):
        return plan
    _check_order(publish_at, expire_at, plan, at)
    status = status_now(row)
    if row.page.live and expire_at != plan.expire_at:
        _check_live_expiry(row, plan.expire_at, expire_at, actor, at)
    if publish_at != plan.publish_at or not row.page.live:
        _check_writing(row, status, actor, at)
    plan.publish_at, plan.expire_at, plan.note = publish_at, expire_at, ""
    plan.save()
    details = {"publish_at": _said(publish_at), "expire_at": _said(expire_at)}
    version = row.page.latest_revision_id
    record_item(row, Event.PLAN_CHANGED, actor=actor, at=at, version=version, rule="sharing.edit", details=details)
    return plan


def _said(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _check_order(publish_at: datetime | None, expire_at: datetime | None, plan: Schedule, at: datetime) -> None:
    if publish_at is not None and publish_at <= at and publish_at != plan.publish_at:
        raise ValidationError({"publish_at": _("This instant is past.")})
    if expire_at is not None and expire_at <= max(at, publish_at or at):
        raise ValidationError({"expire_at": _("It would expire before anybody could read it.")})


def _check_live_expiry(sharing: Sharing, old: datetime | None, new: datetime | None, actor: User, at: datetime) -> None:
    earlier = new is not None and (old is None or new < old)
    if not allowed(actor, "withdraw" if earlier else "widen", sharing, at):
        raise NotAllowed(
            _("Readers have it: its approver or decider may end it earlier, its decider may let it last longer.")
        )


def _check_writing(sharing: Sharing, status: str, actor: User, at: datetime) -> None:
    if status in _WRITING and allowed(actor, "edit", sharing, at):
        return
    if status in _DECIDING and may_act("approve", actor, Ask(sharing, at)):
        return
    raise NotAllowed(_("You may not set the dates of this item now."))


def appoint(plan: Schedule, *, revision: Revision, actor: User, at: datetime) -> None:
    """Have the clock publish the approved revision; inside the approval, under the item's lock."""
    sharing = plan.sharing
    plan.approved_revision, plan.approved_by, plan.approved_at, plan.note = revision, actor, at, ""
    plan.save()
    details = {"publish_at": _said(plan.publish_at)}
    record_item(
        sharing, Event.ITEM_SCHEDULED, actor=actor, at=at, version=revision.pk, rule="sharing.approve", details=details
    )


def call_off(*, sharing: Sharing, actor: User | None, at: datetime) -> bool:
    """Take a later publication back, under the item's lock; tell whether there was one."""
    plan = plan_of(sharing)
    if plan.approved_revision_id is None:
        return False
    version = plan.approved_revision_id
    forget_approval(plan)
    record_item(sharing, Event.ITEM_UNSCHEDULED, actor=actor, at=at, version=version)
    return True


def forget_approval(plan: Schedule, note: str = "") -> None:
    """Keep the dates, forget the approval."""
    plan.approved_revision, plan.approved_by, plan.approved_at, plan.note = None, None, None, note
    plan.save()


def published(sharings: Iterable[Sharing]) -> None:
    """Forget when these items were to be published: they were. When they expire stays."""
    Schedule.objects.filter(sharing__in=list(sharings)).update(
        publish_at=None, approved_revision=None, approved_by=None, approved_at=None, note=""
    )
