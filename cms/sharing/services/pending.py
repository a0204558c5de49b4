"""Acts of two, and proposals of those who may only propose: put forward, declined, taken back.

Nothing of the item changes by any of these; `confirming` does what was proposed.
"""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.organisations.models import Organisation
from cms.sharing.ceilings import check_state, widest_allowed
from cms.sharing.confirming import AskPending, confirmers, may_confirm, may_take_back
from cms.sharing.enums import Marking, PendingKind, PendingStatus, SharingState, width
from cms.sharing.exceptions import NotAllowed
from cms.sharing.history import latest
from cms.sharing.models import PendingAct, Recipient, Sharing
from cms.sharing.services.acting import Act, demand_reason, note_on
from cms.sharing.services.marking import tightens
from cms.sharing.telling import tell_confirmers, tell_proposer
from cms.users.models import User


def propose_narrowing(
    *,
    sharing: Sharing,
    kind: str,
    actor: User,
    at: datetime,
    reason: str,
    value: str = "",
    recipient: Recipient | None = None,
) -> PendingAct:
    """Propose to revoke a recipient, to narrow to the state `value`, to withdraw, or to tighten to the marking `value`.

    Raises ValidationError for what would narrow nothing, for a draft, and where the same waits already.
    """
    demand_reason(reason)
    with note_on(sharing, "propose_narrowing", Event.ACT_PROPOSED, actor=actor, at=at, reason=reason) as act:
        _check_published(act.sharing)
        _check_narrows(act.sharing, PendingKind(kind), value, recipient)
        return _put(act, PendingKind(kind), actor, at, reason=reason, value=value, recipient=recipient)


def propose_transfer(
    *, sharing: Sharing, new_owner: Organisation, actor: User, at: datetime, reason: str
) -> PendingAct:
    """Offer the item to another organisation, whose decider has to confirm.

    Raises ValidationError where nobody there may confirm, AboveCeiling where the sharing lies above what the new
    owner's rules allow.
    """
    demand_reason(reason)
    with note_on(sharing, "transfer", Event.ACT_PROPOSED, actor=actor, at=at, reason=reason) as act:
        _check_published(act.sharing)
        check_new_owner(act.sharing, new_owner)
        return _put(act, PendingKind.TRANSFER, actor, at, reason=reason, new_owner=new_owner)


def propose_public(*, sharing: Sharing, actor: User, at: datetime, reason: str) -> PendingAct:
    """Propose to make the item public; another decider, of the owner or above it, has to confirm.

    Raises AboveCeiling where marking, element or owner do not allow it, ValidationError where there is no second
    person.
    """
    return _towards_public("make_public", PendingKind.PUBLIC, sharing=sharing, actor=actor, at=at, reason=reason)


def prepare_public(*, sharing: Sharing, actor: User, at: datetime, reason: str) -> PendingAct:
    """Prepare that the item is made public, by those who may not propose it: a decider takes it up, and then a second
    one confirms. Raises as `propose_public` does."""
    return _towards_public("prepare_public", PendingKind.PREPARE, sharing=sharing, actor=actor, at=at, reason=reason)


def _towards_public(
    permission: str, kind: PendingKind, *, sharing: Sharing, actor: User, at: datetime, reason: str
) -> PendingAct:
    demand_reason(reason)
    with note_on(sharing, permission, Event.ACT_PROPOSED, actor=actor, at=at, reason=reason) as act:
        _check_published(act.sharing)
        check_may_be_public(act.sharing)
        return _put(act, kind, actor, at, reason=reason, revision_id=act.sharing.page.live_revision_id)


def flag(*, sharing: Sharing, actor: User, at: datetime, reason: str) -> PendingAct:
    """Tell the owner that an item which the person may view should be in quarantine, and why; the owner's approvers
    and deciders put it there or decline. Raises ValidationError where it is there, or is flagged, already."""
    demand_reason(reason)
    with note_on(sharing, "flag", Event.ACT_PROPOSED, actor=actor, at=at, reason=reason) as act:
        if act.sharing.quarantined:
            raise ValidationError({"reason": _("The item is in quarantine already.")})
        return _put(act, PendingKind.FLAG, actor, at, reason=reason)


def propose_correction(*, sharing: Sharing, text: str, actor: User, at: datetime) -> PendingAct:
    """Write a correction notice for the item, which another person with the right to approve has to confirm."""
    if not text.strip():
        raise ValidationError({"text": _("Say what was corrected.")})
    with note_on(sharing, "propose_correction", Event.ACT_PROPOSED, actor=actor, at=at) as act:
        _check_published(act.sharing)
        return _put(act, PendingKind.CORRECT, actor, at, text=text.strip())


def decline(*, pending: PendingAct, actor: User, at: datetime, reason: str) -> None:
    """Say no, with a reason, by somebody who could have confirmed."""
    demand_reason(reason)
    _settle_undone(pending, Event.ACT_DECLINED, PendingStatus.DECLINED, actor=actor, at=at, reason=reason)


def take_back(*, pending: PendingAct, actor: User, at: datetime) -> None:
    """Take the own proposal back."""
    _settle_undone(pending, Event.ACT_TAKEN_BACK, PendingStatus.TAKEN_BACK, actor=actor, at=at)


def _settle_undone(
    pending: PendingAct, event: Event, status: PendingStatus, *, actor: User, at: datetime, reason: str = ""
) -> None:
    question = may_take_back if status == PendingStatus.TAKEN_BACK else may_confirm

    def right(locked: Sharing) -> bool:
        return question(actor, AskPending(reread(pending, locked), at))

    with note_on(pending.sharing, "confirm", event, actor=actor, at=at, reason=reason, right=right) as act:
        act.details = origin_of(pending)
        settle(pending, status, actor, at, reason)
        if status == PendingStatus.DECLINED:
            tell_proposer(pending, actor, at)


def reread(pending: PendingAct, locked: Sharing) -> PendingAct:
    """Return the act as it stands, on the item's locked row. Raises ValidationError where it waits no more."""
    fresh = PendingAct.objects.select_related("new_owner", "recipient", "proposed_by").get(pk=pending.pk)
    if fresh.status != PendingStatus.OPEN:
        raise ValidationError(_("Somebody decided on this already."))
    fresh.sharing = locked
    return fresh


def settle(pending: PendingAct, status: PendingStatus, actor: User, at: datetime, reason: str = "") -> None:
    """Note what became of the act, under the item's lock."""
    PendingAct.objects.filter(pk=pending.pk).update(
        status=status, settled_by=actor, settled_at=at, settled_reason=reason
    )


def origin_of(pending: PendingAct) -> dict[str, Any]:
    """Return what the audit event of the act itself says of its proposal."""
    return {"pending": str(pending.handle), "kind": pending.kind, "proposed_by": pending.proposed_by_id}


def check_new_owner(sharing: Sharing, new_owner: Organisation) -> None:
    """Raise ValidationError where the item cannot become this organisation's as it is shared now."""
    if new_owner.pk == sharing.owner_id:
        raise ValidationError({"new_owner": _("This organisation owns the item already.")})
    check_state(sharing.marking, sharing.state, widest_allowed(sharing.marking, sharing.element, new_owner))


def check_may_be_public(sharing: Sharing) -> None:
    """Raise ValidationError where the item cannot be made public as it stands."""
    if sharing.state == SharingState.PUBLIC:
        raise ValidationError({"state": _("The item is public already.")})
    if sharing.quarantined:
        raise ValidationError({"state": _("An item in quarantine is not made public.")})
    ceiling = widest_allowed(sharing.marking, sharing.element, sharing.owner)
    check_state(sharing.marking, SharingState.PUBLIC, ceiling)


def _check_published(sharing: Sharing) -> None:
    if not sharing.page.live:
        raise ValidationError(_("The item was not published yet."))


def _check_narrows(sharing: Sharing, kind: PendingKind, value: str, recipient: Recipient | None) -> None:
    """Raise ValidationError for what the act itself would refuse."""
    if kind == PendingKind.REVOKE:
        standing = sharing.recipients.filter(revoked_at__isnull=True)
        if recipient is None or not standing.filter(pk=recipient.pk).exists():
            raise ValidationError({"recipient": _("This access has been taken away already.")})
    elif kind == PendingKind.TIGHTEN:
        if value not in Marking.values or not tightens(value, sharing):
            raise ValidationError({"marking": _("This marking is not stricter than the present one.")})
    elif kind in {PendingKind.NARROW, PendingKind.WITHDRAW}:
        state = SharingState.WITHDRAWN.value if kind == PendingKind.WITHDRAW else value
        if state not in SharingState.values or width(state) >= width(sharing.state):
            raise ValidationError({"state": _("This state is not narrower than the present one.")})
    else:
        raise ValidationError(_("This is not an act that narrows."))


def _put(act: Act, kind: PendingKind, actor: User, at: datetime, **columns: Any) -> PendingAct:
    sharing = act.sharing
    waiting = PendingAct.objects.filter(
        sharing=sharing, kind=kind, status=PendingStatus.OPEN, recipient=columns.get("recipient")
    )
    if waiting.exists():
        raise ValidationError(_("The same is proposed already, and waits."))
    facts = latest([sharing.pk])[sharing.pk]
    pending = PendingAct(sharing=sharing, kind=kind, proposed_by=actor, proposed_at=at, facts=facts, **columns)
    if not confirmers(pending, at):
        raise NotAllowed(nobody_confirms(kind))
    pending.save()
    tell_confirmers(pending, at)
    act.details = origin_of(pending) | {"value": pending.value}
    if pending.new_owner_id is not None:
        act.details["new_owner"] = pending.new_owner_id
    return pending


def nobody_confirms(kind: PendingKind) -> str:
    """Return why an act of two cannot even be proposed: there is no second person."""
    if kind == PendingKind.TRANSFER:
        return _("No decider of this organisation, or above it, is there to confirm.")
    return _("Another person must confirm, and neither the owner nor an organisation above it has one.")
