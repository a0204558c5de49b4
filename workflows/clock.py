"""What happens because its hour has come: publication of what was approved for later, and expiry.

Items are taken under their locks, some in one transaction, and each alone where one of them is refused; a worker that
dies in between leaves the rest due.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from cms.audit.enums import Event
from cms.core.batches import until_none_left
from cms.core.snapshot import one_snapshot
from cms.sharing.exceptions import NotAllowed
from cms.sharing.expiry import expire
from cms.sharing.models import Sharing
from cms.sharing.rules import allowed
from workflows.models import Schedule
from workflows.plans import forget_approval, published
from workflows.publication import Approved, publish
from workflows.services import begin_review
from workflows.signals import item_unscheduled
from workflows.trail import record_item

BATCH = 100
# how many are published in one transaction: statements for many cost little more than for one
TOGETHER = 25
_WITH_PLAN = ("approved_revision", "approved_by", "sharing__page", "sharing__element", "sharing__owner")


def run_due(*, at: datetime, batch: int = BATCH) -> int:
    """Do everything that is due at the instant; return how many items were taken."""
    return sum(until_none_left(partial(take, at=at, limit=batch)) for take in (publish_due, expire_due))


def publish_due(*, at: datetime, limit: int = BATCH) -> int:
    """Publish what was approved for an instant that has come; return how many were taken, the refused included.

    What another worker is at is left to it, so that two of them share the work.
    """
    due = Schedule.objects.filter(approved_revision__isnull=False, publish_at__lte=at).order_by("publish_at", "pk")
    ids = list(due.values_list("sharing_id", flat=True)[:limit])
    parts = (ids[start : start + TOGETHER] for start in range(0, len(ids), TOGETHER))
    return sum(_publish_together_or_alone(part, at) for part in parts)


def _publish_together_or_alone(sharing_ids: Sequence[int], at: datetime) -> int:
    """Publish some items in one transaction; where one of them is refused nothing has happened, and each is taken in a
    transaction of its own."""
    try:
        with transaction.atomic():
            return _publish(_due(sharing_ids, at), at)
    except (NotAllowed, ValidationError):
        return sum(_publish_or_review(sharing_id, at) for sharing_id in sharing_ids)


def _due(sharing_ids: Sequence[int], at: datetime) -> list[Schedule]:
    """Lock those of the items that nobody else is at, and return the plans of those that are due, as they stand now."""
    free = Sharing.objects.select_for_update(skip_locked=True).filter(pk__in=sharing_ids).order_by("pk")
    held = list(free.values_list("pk", flat=True))
    plans = Schedule.objects.filter(sharing__in=held, approved_revision__isnull=False, publish_at__lte=at)
    return list(plans.select_related(*_WITH_PLAN).order_by("publish_at", "pk"))


def _publish(plans: Sequence[Schedule], at: datetime) -> int:
    """Publish the approved versions with the rights that their approvers have now; return how many there are.

    Raises NotAllowed or ValidationError where one may not be published.
    """
    with one_snapshot():  # nothing is changed yet: who may is read once for each approver
        approved = [_still_approved(plan, at) for plan in plans]
    publish(approved, at=at)
    published(one.sharing for one in approved)
    return len(plans)


@transaction.atomic
def _publish_or_review(sharing_id: int, at: datetime) -> int:
    """Publish the item if it is due and nobody else is at it, or else put it before its approvers; return whether it
    was taken."""
    plans = _due([sharing_id], at)
    try:
        with transaction.atomic():
            return _publish(plans, at)
    except NotAllowed as error:
        _review_again(plans[0], str(error), at)
    except ValidationError as error:
        _review_again(plans[0], " ".join(error.messages), at)
    return 1


def _still_approved(plan: Schedule, at: datetime) -> Approved:
    """Return what is to be published. Raises NotAllowed or ValidationError where the approval holds no more."""
    page, revision, approver = plan.sharing.page, plan.approved_revision, plan.approved_by
    if revision is None or revision.pk != page.latest_revision_id:
        raise ValidationError(_("A newer version stands there."))
    page.latest_revision = revision
    if approver is None or not allowed(approver, "approve", plan.sharing, at):
        raise NotAllowed(_("Whoever approved it has not the right to any more."))
    if plan.expire_at is not None and plan.expire_at <= at:
        raise ValidationError(_("Its time was over before it began."))
    return Approved(plan.sharing, revision, approver)


def _review_again(plan: Schedule, why: str, at: datetime) -> None:
    # read afresh: what was tried has changed the row that stands in the plan
    sharing, version = Sharing.objects.get(pk=plan.sharing_id), plan.approved_revision_id
    plan.publish_at = None
    forget_approval(plan, note=why[:500])
    record_item(sharing, Event.ITEM_UNSCHEDULED, actor=None, at=at, version=version, reason=why)
    asked = WorkflowState.objects.filter(object_id=str(sharing.page_id), base_content_type__model="page")
    last = asked.select_related("requested_by").order_by("-created_at", "-pk").first()
    begin_review(sharing=sharing, requested_by=last and last.requested_by, at=at)
    newest = sharing.page.specific.get_latest_revision_as_object()
    item_unscheduled.send(sender=Sharing, sharing=sharing, page=newest, at=at)


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
