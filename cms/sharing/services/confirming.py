"""Doing what somebody else proposed."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.organisations.models import Organisation
from cms.organisations.services import hold
from cms.sharing.confirming import AskPending, may_confirm
from cms.sharing.enums import PendingKind, PendingStatus, SharingState
from cms.sharing.history import latest
from cms.sharing.models import CorrectionNotice, PendingAct, Recipient, Sharing
from cms.sharing.rules import allowed
from cms.sharing.services.acting import act_on, lock, note_on
from cms.sharing.services.marking import change_marking
from cms.sharing.services.narrowing import narrow, revoke, withdraw
from cms.sharing.services.pending import (
    check_may_be_public,
    check_new_owner,
    origin_of,
    propose_public,
    reread,
    settle,
)
from cms.sharing.services.quarantining import quarantine
from cms.sharing.telling import CORRECTED, tell_openers
from cms.users.models import User


@transaction.atomic
def confirm(*, pending: PendingAct, actor: User, at: datetime) -> None:
    """Do what was proposed, as an act of the person who confirms; the audit event of the act names the proposal.

    Raises ValidationError where somebody decided already or the item changed since, NotAllowed without the right, and
    for acts of two where the right of whoever proposed has ended.
    """
    if pending.new_owner_id is not None:
        hold(pending.new_owner_id)
    sharing = lock(pending.sharing_id)
    fresh = reread(pending, sharing)
    _DONE_BY[PendingKind(fresh.kind)](fresh, actor, at)
    settle(fresh, PendingStatus.DONE, actor, at)


def _revoke(pending: PendingAct, actor: User, at: datetime) -> None:
    # the database demands that such an act names one, as it does of a transfer
    recipient = cast(Recipient, pending.recipient)
    revoke(recipient=recipient, actor=actor, at=at, reason=pending.reason, origin=origin_of(pending))


def _narrow(pending: PendingAct, actor: User, at: datetime) -> None:
    narrow(
        sharing=pending.sharing,
        state=pending.value,
        actor=actor,
        at=at,
        reason=pending.reason,
        origin=origin_of(pending),
    )


def _withdraw(pending: PendingAct, actor: User, at: datetime) -> None:
    withdraw(sharing=pending.sharing, actor=actor, at=at, reason=pending.reason, origin=origin_of(pending))


def _tighten(pending: PendingAct, actor: User, at: datetime) -> None:
    change_marking(
        sharing=pending.sharing,
        marking=pending.value,
        actor=actor,
        at=at,
        reason=pending.reason,
        origin=origin_of(pending),
    )


def _transfer(pending: PendingAct, actor: User, at: datetime) -> None:
    new_owner = cast(Organisation, pending.new_owner)
    event = Event.OWNERSHIP_TRANSFERRED
    right = _right(pending, actor, at)
    with act_on(pending.sharing, "transfer", event, actor=actor, at=at, reason=pending.reason, right=right) as act:
        _check_still_as_proposed(pending, act.sharing, "transfer", at)
        check_new_owner(act.sharing, new_owner)
        act.details = origin_of(pending) | {"from": act.sharing.owner_id, "to": new_owner.pk}
        act.sharing.owner = new_owner
        act.sharing.save(update_fields=["owner"])
        # what the former owner's people proposed is not the new owner's to read; this very act is settled next
        act.sharing.pending_acts.filter(status=PendingStatus.OPEN).update(
            status=PendingStatus.DECLINED, settled_by=actor, settled_at=at, settled_reason=_("ownership transferred")
        )


def _make_public(pending: PendingAct, actor: User, at: datetime) -> None:
    right = _right(pending, actor, at)
    with act_on(
        pending.sharing, "make_public", Event.MADE_PUBLIC, actor=actor, at=at, reason=pending.reason, right=right
    ) as act:
        row = act.sharing
        _check_still_as_proposed(pending, row, "make_public", at)
        if row.page.live_revision_id != pending.revision_id:
            raise ValidationError(_("Another version was published since: propose it again."))
        check_may_be_public(row)
        act.details = origin_of(pending) | {"from": row.state, "to": SharingState.PUBLIC.value}
        row.state = SharingState.PUBLIC
        row.save(update_fields=["state"])


def _take_up(pending: PendingAct, actor: User, at: datetime) -> None:
    propose_public(sharing=pending.sharing, actor=actor, at=at, reason=pending.reason)


def _quarantine(pending: PendingAct, actor: User, at: datetime) -> None:
    quarantine(sharing=pending.sharing, actor=actor, at=at, reason=pending.reason, origin=origin_of(pending))


def _correct(pending: PendingAct, actor: User, at: datetime) -> None:
    right = _right(pending, actor, at)
    with note_on(pending.sharing, "confirm_correction", Event.CORRECTION_NOTED, actor=actor, at=at, right=right) as act:
        _check_proposer(pending, act.sharing, "propose_correction", at)
        act.details = origin_of(pending)
        CorrectionNotice.objects.create(
            sharing=act.sharing, at=at, text=pending.text, written_by=pending.proposed_by, confirmed_by=actor
        )
        tell_openers(CORRECTED, [act.sharing], actor, at)


def _right(pending: PendingAct, actor: User, at: datetime) -> Callable[[Sharing], bool]:
    return lambda _locked: may_confirm(actor, AskPending(pending, at))


def _check_still_as_proposed(pending: PendingAct, sharing: Sharing, permission: str, at: datetime) -> None:
    """Raise ValidationError where facts changed since, or whoever proposed it could not propose it any more."""
    if latest([sharing.pk])[sharing.pk].pk != pending.facts_id:
        raise ValidationError(_("The item's sharing has changed since this was proposed: propose it again."))
    _check_proposer(pending, sharing, permission, at)


def _check_proposer(pending: PendingAct, sharing: Sharing, permission: str, at: datetime) -> None:
    if not allowed(pending.proposed_by, permission, sharing, at):
        raise ValidationError(_("Whoever proposed this has no right to it any more: propose it again."))


_DONE_BY: dict[PendingKind, Callable[[PendingAct, User, datetime], None]] = {
    PendingKind.REVOKE: _revoke,
    PendingKind.NARROW: _narrow,
    PendingKind.WITHDRAW: _withdraw,
    PendingKind.TIGHTEN: _tighten,
    PendingKind.TRANSFER: _transfer,
    PendingKind.PUBLIC: _make_public,
    PendingKind.PREPARE: _take_up,
    PendingKind.CORRECT: _correct,
    PendingKind.FLAG: _quarantine,
}
