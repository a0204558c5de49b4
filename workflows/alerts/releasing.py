"""What happens when an alert is published, and when nobody answers it."""

from collections.abc import Sequence
from dataclasses import dataclass
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
from workflows.alerts.chains import Chain, roster
from workflows.alerts.enums import Step
from workflows.alerts.models import Escalation, Receipt, Release
from workflows.trail import record_item

BATCH = 50
_ROWS = 500


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An alert that is published, and when it went out."""

    sharing_id: int
    alert: Alert
    at: datetime


def release(*, sharing: Sharing, alert: Alert, actor: User | None, at: datetime) -> Release:
    """Send a published alert out: fix each participant's chain, tell contact points, tell all other readers.

    Called once, inside the transaction and under the lock of the publication.
    """
    urgency = Urgency(alert.urgency)
    [(row, receipts)] = sent_out([Outgoing(sharing.pk, alert, at)], at=at, running=True)
    contacts = {user for receipt in receipts for user in receipt.chain[0]}
    tell(kinds.ACKNOWLEDGE, sharing, contacts, urgency=urgency, at=at)
    left_out = contacts if actor is None else contacts | {actor.pk}
    tell(kinds.RELEASED, sharing, None, urgency=urgency, at=at, but=left_out)
    details = {"urgency": urgency.value, "participants": len(receipts)}
    record_item(sharing, Event.ALERT_RELEASED, actor=actor, at=at, version=alert.live_revision_id, details=details)
    return row


def sent_out(outgoing: Sequence[Outgoing], *, at: datetime, running: bool) -> list[tuple[Release, list[Receipt]]]:
    """Keep that alerts went out, and each participant's chain as it is at the instant; nobody is told. A fixed number
    of queries for however many.

    No clock runs (`running`) for what went out before it came here.
    """
    ids = [one.sharing_id for one in outgoing]
    sharings = Sharing.objects.with_facts().select_related("owner").in_bulk(ids)
    minutes = clocks.clocks_of(sharing.element for sharing in sharings.values())
    known = roster(at)
    found = []
    for one in outgoing:
        sharing = sharings[one.sharing_id]
        row = _released(sharing, one, minutes[sharing.element_id, one.alert.urgency])
        chains = sorted(known.chains(sharing).items())
        found.append((row, [_receipt(row, participant, chain, running=running) for participant, chain in chains]))
    Release.objects.bulk_create((row for row, _receipts in found), batch_size=_ROWS)
    Receipt.objects.bulk_create((one for _row, receipts in found for one in receipts), batch_size=_ROWS)
    return found


def _released(sharing: Sharing, one: Outgoing, minutes: int | None) -> Release:
    return Release(
        sharing=sharing,
        revision_id=one.alert.live_revision_id,
        urgency=one.alert.urgency,
        detected_at=one.alert.detected_at,
        aware_at=one.alert.aware_at or one.alert.detected_at,
        released_at=one.at,
        answer_by=clocks.answer_by(minutes, one.at),
    )


def _receipt(row: Release, participant: int, chain: Chain, *, running: bool) -> Receipt:
    # where there is no contact point, the next step is due at once
    rings_at = (row.answer_by if chain[0] else row.released_at) if running else None
    return Receipt(release=row, participant_id=participant, chain=chain, rings_at=rings_at)


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
