"""What happens when an alert is published, and when nobody answers it."""

from datetime import datetime

from django.db import transaction

from cms.audit.enums import Event
from cms.notifications.enums import Urgency
from cms.sharing.models import Sharing
from cms.sharing.seers import those_who_may
from cms.sharing.telling import tell
from cms.users.models import User
from content_types.models import Alert
from workflows.alerts import clocks, kinds
from workflows.alerts.chains import Chain, chains_for
from workflows.alerts.enums import Step
from workflows.alerts.models import Escalation, Receipt, Release
from workflows.trail import record_item

BATCH = 50


def release(*, sharing: Sharing, alert: Alert, actor: User | None, at: datetime, drill: bool = False) -> Release:
    """Send a published alert out: fix each participant's chain, tell contact points, tell all other readers.

    Called once, inside the transaction and under the lock of the publication.
    """
    urgency = Urgency(alert.urgency)
    row, chains = sent_out(sharing=sharing, alert=alert, at=at, drill=drill)
    contacts = {user for chain in chains.values() for user in chain[0]}
    tell(kinds.ACKNOWLEDGE, sharing, contacts, urgency=urgency, at=at)
    left_out = contacts if actor is None else contacts | {actor.pk}
    tell(kinds.RELEASED, sharing, None, urgency=urgency, at=at, but=left_out)
    details = {"urgency": urgency.value, "participants": len(chains), "drill": drill}
    record_item(sharing, Event.ALERT_RELEASED, actor=actor, at=at, version=alert.live_revision_id, details=details)
    return row


def sent_out(
    *, sharing: Sharing, alert: Alert, at: datetime, drill: bool = False, known_at: datetime | None = None
) -> tuple[Release, dict[int, Chain]]:
    """Keep that an alert went out at the instant, and each participant's chain; nobody is told.

    `known_at` is for what went out before it came here: its chains are of that instant, and no clock runs.
    """
    row = Release.objects.create(
        sharing=sharing,
        revision_id=alert.live_revision_id,
        urgency=alert.urgency,
        detected_at=alert.detected_at,
        aware_at=alert.aware_at or alert.detected_at,
        released_at=at,
        answer_by=clocks.answer_by(sharing.element, alert.urgency, at),
        drill=drill,
    )
    chains = chains_for(sharing.uuid, sharing.element, sharing.owner, known_at or at)
    Receipt.objects.bulk_create(
        Receipt(release=row, participant_id=participant, chain=chain, rings_at=_first_ring(row, chain, known_at))
        for participant, chain in sorted(chains.items())
    )
    return row, chains


def _first_ring(row: Release, chain: Chain, known_at: datetime | None) -> datetime | None:
    if known_at is not None:
        return None
    return row.answer_by if chain[0] else row.released_at


def ring_due(*, at: datetime, limit: int = BATCH) -> int:
    """Take each receipt whose clock has run out a step further; return how many were taken.

    Rights are asked again: who may not see the alert any more is not told, whatever the chain says.
    """
    with transaction.atomic():
        due = Receipt.objects.filter(acknowledged_at__isnull=True, rings_at__lte=at)
        rows = list(
            due.select_for_update(of=("self",), skip_locked=True)
            .select_related("release__sharing__element", "release__sharing__owner")
            .order_by("rings_at", "pk")[:limit]
        )
        for receipt in rows:
            _ring(receipt, at)
    return len(rows)


def _ring(receipt: Receipt, at: datetime) -> None:
    sharing, chain = receipt.release.sharing, receipt.chain
    step = Step(receipt.step + 1)
    people = _people(step, chain, sharing, at)
    while not people and step < Step.DESK:
        step = Step(step + 1)
        people = _people(step, chain, sharing, at)
    receipt.step = step
    last = step == Step.DESK
    receipt.rings_at = None if last else clocks.next_step(receipt.release.released_at, receipt.release.answer_by, at)
    receipt.save(update_fields=["step", "rings_at"])
    Escalation.objects.create(receipt=receipt, step=step, at=at, people=len(people))
    # a reminder must not be counted into the notice that was overlooked
    kind = kinds.REMINDER if step == Step.REMINDED else kinds.OVERDUE
    urgency = max(Urgency(receipt.release.urgency), Urgency.URGENT, key=lambda one: one.rank)
    if last:
        # of many States that do not answer the desk and the owner are mailed once, and see how many on the board
        urgency = Urgency.URGENT
    tell(kind, sharing, people, urgency=urgency, at=at)
    details = {"participant": receipt.participant_id, "step": int(step), "people": len(people)}
    record_item(sharing, Event.ALERT_ESCALATED, actor=None, at=at, version=receipt.release.revision_id, details=details)


def _people(step: Step, chain: Chain, sharing: Sharing, at: datetime) -> set[int]:
    contact, deputy, head, desk = chain
    if step == Step.DESK:
        return {*desk, *those_who_may("approve", sharing.uuid, None, at)}
    return set({Step.REMINDED: contact, Step.DEPUTY: deputy, Step.HEAD: head}[step])
