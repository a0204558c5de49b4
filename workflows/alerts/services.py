"""Acts on alerts after publication: acknowledge, say what was done; clocks; what was typed and not saved."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.elements.models import Element
from cms.notifications.enums import Urgency
from cms.organisations.enums import Role
from cms.organisations.selectors import holds_role
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.rules import allowed
from cms.sharing.seers import own_seeing_memberships
from cms.sharing.services import lock
from cms.users.models import User
from workflows.alerts.enums import Answer
from workflows.alerts.models import Clock, KeptForm, Receipt
from workflows.trail import record_act, record_item

MOST_KEPT = 10
_LONGEST_KEPT = 20_000


@transaction.atomic
def acknowledge(*, sharing: Sharing, actor: User, at: datetime, answer: str, note: str = "") -> list[Receipt]:
    """Acknowledge an alert for the participants whose contact point the actor is; return their receipts.

    An answer may be changed; when the alert was first acknowledged stays. Raises NotAllowed for whoever may not answer
    for a State that was asked, ValidationError for an unknown answer.
    """
    row = lock(sharing.pk)
    if answer not in Answer.values:
        raise ValidationError({"answer": _("Choose one of the answers.")})
    receipts = receipts_for(row, actor, at)
    if not receipts or not allowed(actor, "acknowledge", row, at):
        raise NotAllowed(_("You may not acknowledge this alert."))
    for receipt in receipts:
        receipt.answer, receipt.note = answer, note.strip()[:500]
        receipt.acknowledged_at = receipt.acknowledged_at or at
        receipt.acknowledged_by, receipt.rings_at = actor, None
        receipt.opened_at, receipt.opened_by = receipt.opened_at or at, receipt.opened_by or actor
        receipt.save()
    _record(row, Event.ALERT_ACKNOWLEDGED, receipts, actor=actor, at=at, more={"answer": answer})
    return receipts


@transaction.atomic
def report_action(*, sharing: Sharing, actor: User, at: datetime, note: str) -> None:
    """Say what was done about an alert. Raises NotAllowed, and ValidationError before it was acknowledged or without
    a word about it."""
    row = lock(sharing.pk)
    receipts = receipts_for(row, actor, at)
    if not receipts or not allowed(actor, "acknowledge", row, at):
        raise NotAllowed(_("You may not answer this alert."))
    if any(receipt.acknowledged_at is None for receipt in receipts):
        raise ValidationError(_("Acknowledge it first."))
    if not note.strip():
        raise ValidationError({"acted_note": _("Say in a few words what was done.")})
    for receipt in receipts:
        receipt.acted_at, receipt.acted_by, receipt.acted_note = at, actor, note.strip()[:500]
        receipt.save()
    _record(row, Event.ALERT_ACTED_ON, receipts, actor=actor, at=at, more={})


def receipts_for(sharing: Sharing, user: User, at: datetime) -> list[Receipt]:
    """Return the receipts of the participants for which the person, as an approver who may see the alert, answers."""
    approving = [reach for reach in own_seeing_memberships(sharing, user, at) if reach.role == Role.APPROVER]
    participants = {reach.lineage[0] for reach in approving}
    rows = Receipt.objects.filter(release__sharing=sharing, participant__in=participants)
    return list(rows.select_related("participant", "release__sharing__closing"))


def _record(
    sharing: Sharing, event: Event, receipts: list[Receipt], *, actor: User, at: datetime, more: dict[str, Any]
) -> None:
    details = {"participants": [receipt.participant_id for receipt in receipts], **more}
    version = receipts[0].release.revision_id
    record_item(sharing, event, actor=actor, at=at, version=version, rule="sharing.acknowledge", details=details)


@transaction.atomic
def set_clock(*, element: Element, urgency: str, minutes: int | None, actor: User, at: datetime) -> None:
    """Set within how many minutes alerts are to be acknowledged from now on (None: by the next digest). Raises
    NotAllowed for whoever is not a curator."""
    if not holds_role(actor, [Role.CURATOR], at):
        raise NotAllowed(_("The Commission sets the clocks."))
    Clock.objects.update_or_create(element=element, urgency=Urgency(urgency).value, defaults={"minutes": minutes})
    details = {"element": element.code, "urgency": urgency, "minutes": minutes}
    record_act(Event.ALERT_CLOCK_SET, actor=actor, at=at, details=details)


@transaction.atomic
def keep_form(*, user: User, form: UUID, data: dict[str, list[str]], at: datetime) -> None:
    """Keep what somebody has typed, in place of what was kept of the same form; the oldest of many forms is dropped.

    Raises ValidationError for more than fits.
    """
    if sum(len(name) + sum(map(len, values)) for name, values in data.items()) > _LONGEST_KEPT:
        raise ValidationError(_("That is too long."))
    KeptForm.objects.update_or_create(user=user, form=form, defaults={"data": data, "kept_at": at})
    newest = KeptForm.objects.filter(user=user).order_by("-kept_at").values_list("pk", flat=True)[:MOST_KEPT]
    KeptForm.objects.filter(user=user).exclude(pk__in=list(newest)).delete()


def drop_form(*, user: User, form: UUID) -> None:
    """Forget what was kept of a form: it was saved."""
    KeptForm.objects.filter(user=user, form=form).delete()
