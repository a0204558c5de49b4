"""Acts on requests for disclosure: asked by a reader, prepared, proposed and permitted by two deciders, refused,
revoked, taken back. Nothing is ever permitted because time went by."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.core.instants import day_of
from cms.notifications.kinds import Kind
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.rules import allowed
from cms.sharing.seers import own_seeing_memberships
from cms.sharing.services.acting import Right, demand_reason, note_on
from cms.sharing.telling import tell
from cms.users.models import User
from workflows.disclosures import kinds
from workflows.disclosures.enums import WAITING, Extent, Status
from workflows.disclosures.models import DisclosureRequest
from workflows.disclosures.rights import confirmers, deciders, may_confirm, may_decide

MOST_OPEN = 5
LONGEST_DAYS = 365


def ask(
    *, sharing: Sharing, third_party: str, purpose: str, answer_by: date, actor: User, at: datetime
) -> DisclosureRequest:
    """Ask the owner whether an item that the actor may view may be given to a third party for a purpose.

    Raises NotAllowed, and ValidationError for a day that is not ahead and with too many open requests.
    """
    with note_on(sharing, "ask", Event.DISCLOSURE_ASKED, actor=actor, at=at) as act:
        _check_day(answer_by, at)
        _check_open(act.sharing, actor)
        request = DisclosureRequest(
            sharing=act.sharing,
            asked_by=actor,
            # whose membership lets them read the item asks for its participant
            asked_for_id=own_seeing_memberships(act.sharing, actor, at)[0].lineage[0],
            asked_at=at,
            third_party=third_party.strip(),
            purpose=purpose.strip(),
            answer_by=answer_by,
            revision_id=act.sharing.page.live_revision_id,
        )
        request.full_clean()
        request.save()
        act.details = {"request": str(request.uuid), "answer_by": answer_by.isoformat()}
        tell(kinds.ASKED, act.sharing, deciders(request, at), at=at, but=actor)
    return request


def _check_day(answer_by: date, at: datetime) -> None:
    if not day_of(at) < answer_by <= day_of(at) + timedelta(days=LONGEST_DAYS):
        raise ValidationError({"answer_by": _("Choose a day that lies ahead, within a year.")})


def _check_open(sharing: Sharing, actor: User) -> None:
    own = DisclosureRequest.objects.filter(sharing=sharing, asked_by=actor, status__in=WAITING)
    if own.count() >= MOST_OPEN:
        raise ValidationError(_("Wait for an answer to what you asked before."))


def prepare(
    *, request: DisclosureRequest, extent: str, conditions: str, reason: str, actor: User, at: datetime
) -> None:
    """Prepare the answer for the deciders; nothing is decided. Raises NotAllowed, ValidationError."""
    right = _with_right("prepare_release", request, actor, at)
    with note_on(request.sharing, "prepare_release", Event.DISCLOSURE_PREPARED, actor=actor, at=at, right=right) as act:
        fresh = _waiting(request)
        _check_extent(extent, conditions)
        fresh.extent, fresh.conditions, fresh.reason, fresh.prepared_by = extent, conditions, reason, actor
        fresh.status = Status.OPEN
        fresh.proposed_by = None
        fresh.save()
        act.details = {"request": str(fresh.uuid), "extent": extent}


def propose(
    *,
    request: DisclosureRequest,
    extent: str,
    conditions: str,
    reason: str,
    valid_until: date | None,
    actor: User,
    at: datetime,
) -> None:
    """Propose to permit the request, all of it or a part; another decider confirms. The permission is for the version
    that is live now.

    Raises NotAllowed, also where there is no second decider, and ValidationError.
    """
    demand_reason(reason)
    right = _deciding(request, actor, at)
    with note_on(
        request.sharing, "release", Event.DISCLOSURE_PROPOSED, actor=actor, at=at, reason=reason, right=right
    ) as act:
        fresh = _waiting(request)
        _check_extent(extent, conditions)
        _check_disclosable(act.sharing)
        if valid_until is not None and valid_until <= day_of(at):
            raise ValidationError({"valid_until": _("Choose a day that lies ahead.")})
        fresh.sharing = act.sharing
        fresh.extent, fresh.conditions, fresh.reason, fresh.valid_until = extent, conditions, reason, valid_until
        fresh.status, fresh.proposed_by, fresh.revision_id = Status.PROPOSED, actor, act.sharing.page.live_revision_id
        second = confirmers(fresh, at)
        if not second:
            raise NotAllowed(_("Another decider must confirm, and neither the owner nor one above it has one."))
        fresh.save()
        tell(kinds.PROPOSED, act.sharing, second, at=at, but=actor)
        act.details = {"request": str(fresh.uuid), "extent": extent}


def confirm(*, request: DisclosureRequest, actor: User, at: datetime, stamp: str | None = None) -> None:
    """Permit what another decider proposed. `stamp` is that of the proposal that was shown; None where none was.

    Raises NotAllowed, ValidationError where something else is proposed or another version was published since, or
    whoever proposed it has not the right any more.
    """

    def right(locked: Sharing) -> bool:
        fresh = _waiting(request)
        fresh.sharing = locked
        return may_confirm(fresh, actor, at)

    with note_on(request.sharing, "release", Event.DISCLOSURE_GRANTED, actor=actor, at=at, right=right) as act:
        fresh = _waiting(request)
        _check_disclosable(act.sharing)
        if stamp is not None and stamp != fresh.stamp:
            raise ValidationError(_("The proposal has changed since you opened it: look again before you decide."))
        if fresh.revision_id != act.sharing.page.live_revision_id:
            raise ValidationError(_("Another version was published since: propose it again."))
        if not allowed(fresh.proposed_by, "release", act.sharing, at):
            raise ValidationError(_("Whoever proposed this has no right to it any more: propose it again."))
        _settle(fresh, Status.GRANTED, actor, at)
        act.details = {"request": str(fresh.uuid), "extent": fresh.extent, "proposed_by": fresh.proposed_by_id}
        _tell_asker(kinds.ANSWERED, act.sharing, fresh, at)


def refuse(*, request: DisclosureRequest, reason: str, actor: User, at: datetime) -> None:
    """Say no, with a reason; one decider is enough. Raises NotAllowed, ValidationError."""
    demand_reason(reason)
    right = _deciding(request, actor, at)
    with note_on(
        request.sharing, "release", Event.DISCLOSURE_REFUSED, actor=actor, at=at, reason=reason, right=right
    ) as act:
        fresh = _waiting(request)
        fresh.extent, fresh.conditions, fresh.valid_until, fresh.reason = "", "", None, reason
        _settle(fresh, Status.REFUSED, actor, at)
        act.details = {"request": str(fresh.uuid)}
        _tell_asker(kinds.ANSWERED, act.sharing, fresh, at)


def revoke(*, request: DisclosureRequest, reason: str, actor: User, at: datetime) -> None:
    """End a permission, with a reason; one decider is enough. Raises NotAllowed, ValidationError."""
    demand_reason(reason)
    with note_on(request.sharing, "release", Event.DISCLOSURE_REVOKED, actor=actor, at=at, reason=reason) as act:
        fresh = DisclosureRequest.objects.get(pk=request.pk)
        if fresh.status != Status.GRANTED:
            raise ValidationError(_("There is no permission to revoke."))
        fresh.status, fresh.revoked_by, fresh.revoked_at, fresh.revoke_reason = Status.REVOKED, actor, at, reason
        fresh.save()
        act.details = {"request": str(fresh.uuid)}
        _tell_asker(kinds.REVOKED, act.sharing, fresh, at)


def take_back(*, request: DisclosureRequest, actor: User, at: datetime) -> None:
    """Take the own request back. Raises NotAllowed, ValidationError where it was answered."""

    def right(_locked: Sharing) -> bool:
        return request.asked_by_id == actor.pk

    with note_on(request.sharing, "ask", Event.DISCLOSURE_TAKEN_BACK, actor=actor, at=at, right=right) as act:
        fresh = _waiting(request)
        _settle(fresh, Status.TAKEN_BACK, actor, at)
        act.details = {"request": str(fresh.uuid)}


def _with_right(action: str, request: DisclosureRequest, actor: User, at: datetime) -> Right:
    return lambda locked: request.asked_by_id != actor.pk and allowed(actor, action, locked, at)


def _deciding(request: DisclosureRequest, actor: User, at: datetime) -> Right:
    def right(locked: Sharing) -> bool:
        request.sharing = locked
        return may_decide(request, actor, at)

    return right


def _waiting(request: DisclosureRequest) -> DisclosureRequest:
    """Return the request as it stands, under the item's lock. Raises ValidationError where it waits no more."""
    fresh = DisclosureRequest.objects.select_related("proposed_by").get(pk=request.pk)
    if not fresh.waits:
        raise ValidationError(_("This request was answered already."))
    return fresh


def _check_extent(extent: str, conditions: str) -> None:
    if extent not in Extent.values:
        raise ValidationError({"extent": _("Say how much of it may be disclosed.")})
    if extent == Extent.PART and not conditions.strip():
        raise ValidationError({"conditions": _("Say which part may be disclosed.")})


def _check_disclosable(sharing: Sharing) -> None:
    if sharing.quarantined or not sharing.page.live:
        raise ValidationError(_("An item in quarantine, or without a published version, is not disclosed."))


def _settle(request: DisclosureRequest, status: Status, actor: User, at: datetime) -> None:
    request.status, request.decided_by, request.decided_at = status, actor, at
    request.save()


def _tell_asker(kind: Kind, sharing: Sharing, request: DisclosureRequest, at: datetime) -> None:
    if request.asked_by_id is not None:
        tell(kind, sharing, [request.asked_by_id], at=at)
