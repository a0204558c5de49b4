"""What happens because its hour has come: publication of what was approved for later, and expiry.

Each item is taken under its lock, in a transaction of its own; a worker that dies in between leaves the rest due.
"""

from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from cms.audit.enums import Event
from cms.sharing.exceptions import NotAllowed
from cms.sharing.expiry import expire
from cms.sharing.models import Sharing
from cms.sharing.rules import allowed
from cms.sharing.services import lock
from workflows.models import Schedule
from workflows.plans import forget_approval, plan_of, published
from workflows.publication import publish_revision
from workflows.services import begin_review
from workflows.trail import record_item

BATCH = 100


def run_due(*, at: datetime, batch: int = BATCH) -> int:
    """Do everything that is due at the instant; return how many items were taken."""
    return _until_nothing(publish_due, at, batch) + _until_nothing(expire_due, at, batch)


def _until_nothing(step: Callable[..., int], at: datetime, batch: int) -> int:
    done = 0
    while taken := step(at=at, limit=batch):
        done += taken
    return done


def publish_due(*, at: datetime, limit: int = BATCH) -> int:
    """Publish what was approved for an instant that has come; return how many were taken, the refused included.

    What another worker is at is left to it, so that two of them share the work.
    """
    due = Schedule.objects.filter(approved_revision__isnull=False, publish_at__lte=at).order_by("publish_at", "pk")
    ids = list(due.values_list("sharing_id", flat=True)[:limit])
    return sum(_publish_or_review(sharing_id, at) for sharing_id in ids)


@transaction.atomic
def _publish_or_review(sharing_id: int, at: datetime) -> bool:
    """Publish the approved version with the rights that its approver has now; else put it before the approvers.

    Return whether the item was due and nobody else was at it.
    """
    free = Sharing.objects.select_for_update(skip_locked=True).filter(pk=sharing_id)
    if not free.values_list("pk"):
        return False
    sharing = lock(sharing_id)
    plan = plan_of(sharing)
    if plan.approved_revision is None or plan.publish_at is None or plan.publish_at > at:
        return False
    try:
        with transaction.atomic():
            _demand_still_right(sharing, plan, at)
            publish_revision(sharing=sharing, revision=plan.approved_revision, actor=plan.approved_by, at=at)
            published(plan)
    except NotAllowed as error:
        _review_again(sharing, plan, str(error), at)
    except ValidationError as error:
        _review_again(sharing, plan, " ".join(error.messages), at)
    return True


def _demand_still_right(sharing: Sharing, plan: Schedule, at: datetime) -> None:
    """Raise NotAllowed or ValidationError where the approval does not hold any more."""
    if plan.approved_revision_id != sharing.page.latest_revision_id:
        raise ValidationError(_("A newer version stands there."))
    if plan.approved_by is None or not allowed(plan.approved_by, "approve", sharing, at):
        raise NotAllowed(_("Whoever approved it has not the right to any more."))
    if plan.expire_at is not None and plan.expire_at <= at:
        raise ValidationError(_("Its time was over before it began."))


def _review_again(sharing: Sharing, plan: Schedule, why: str, at: datetime) -> None:
    version = plan.approved_revision_id
    plan.publish_at = None
    forget_approval(plan, note=why[:500])
    record_item(sharing, Event.ITEM_UNSCHEDULED, actor=None, at=at, version=version, reason=why)
    asked = WorkflowState.objects.filter(object_id=str(sharing.page_id), base_content_type__model="page")
    last = asked.select_related("requested_by").order_by("-created_at", "-pk").first()
    begin_review(sharing=Sharing.objects.get(pk=sharing.pk), requested_by=last and last.requested_by, at=at)


def expire_due(*, at: datetime, limit: int = BATCH) -> int:
    """Withdraw what has expired, as one act for many; return how many were taken."""
    with transaction.atomic():
        due = Schedule.objects.filter(expire_at__lte=at, sharing__page__live=True).order_by("expire_at", "pk")
        ids = list(due.values_list("sharing_id", flat=True)[:limit])
        free = Sharing.objects.select_for_update(skip_locked=True).filter(pk__in=ids).order_by("pk")
        held = list(free.values_list("pk", flat=True))
        # somebody may have let them last longer before they were locked
        over = Schedule.objects.filter(sharing__in=held, expire_at__lte=at)
        taken = list(over.values_list("sharing_id", flat=True))
        expire(sharing_ids=taken, at=at)
        over.update(expire_at=None)
    return len(taken)
