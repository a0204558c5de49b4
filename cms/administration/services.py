"""Acts on grants to inspect: asked for, confirmed by another person, used, ended."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cms.administration.enums import InspectionKind
from cms.administration.models import InspectGrant
from cms.administration.notices import INSPECTED
from cms.administration.rules import Asking, Inspection
from cms.audit.enums import Event
from cms.audit.services import Entry, record
from cms.sharing.models import Sharing
from cms.sharing.telling import tell_owner
from cms.users.models import User

LONGEST_HOURS = {InspectionKind.CASE: 72, InspectionKind.BREAK_GLASS: 8}


@transaction.atomic
def ask_to_inspect(
    *, kind: str, reference: str, case: str, reason: str, hours: int, actor: User, at: datetime
) -> InspectGrant:
    """Ask for a grant. What the reference names, and whether it names anything, shows only once it is confirmed.

    Raises PermissionDenied for who holds no role that asks for this kind, ValidationError without case and reason or
    for a time that is too long.
    """
    if not actor.has_perm("administration.ask_to_inspect", Asking(kind, at)):
        raise PermissionDenied(_("You may not do this."))
    if not case.strip() or not reason.strip():
        raise ValidationError({"reason": _("Name the case and say why: it stays on record.")})
    longest = LONGEST_HOURS[InspectionKind(kind)]
    if not 1 <= hours <= longest:
        raise ValidationError({"hours": _("From 1 to %(longest)s hours.") % {"longest": longest}})
    named = Sharing.objects.filter(reference=reference.strip().upper(), page__live=True).first()
    grant = InspectGrant.objects.create(
        kind=kind,
        grantee=actor,
        reference=reference.strip()[:40],
        sharing=named,
        case=case.strip(),
        reason=reason.strip(),
        hours=hours,
        asked_at=at,
    )
    _record(grant, Event.INSPECTION_ASKED, actor=actor, at=at)
    return grant


@transaction.atomic
def confirm_inspection(*, grant: InspectGrant, actor: User, at: datetime) -> InspectGrant:
    """Confirm somebody else's grant: it counts from now for the stated hours, and the owner is told at once."""
    row = _locked(grant)
    if not actor.has_perm("administration.confirm_inspection", Inspection(row, at)):
        raise PermissionDenied(_("You may not do this."))
    row.confirmed_by, row.confirmed_at = actor, at
    row.counts_until = at + timedelta(hours=row.hours)
    row.save(update_fields=["confirmed_by", "confirmed_at", "counts_until"])
    _record(row, Event.INSPECTION_CONFIRMED, actor=actor, at=at)
    if row.sharing is not None:
        tell_owner(INSPECTED, row.sharing, at=at)
    return row


@transaction.atomic
def end_inspection(*, grant: InspectGrant, actor: User, at: datetime) -> None:
    """End a grant before its time, or refuse one that waits: by its grantee, or whoever may confirm its kind."""
    row = _locked(grant)
    if row.ended_at is not None or not actor.has_perm("administration.see_inspection", Inspection(row, at)):
        raise PermissionDenied(_("You may not do this."))
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    _record(row, Event.INSPECTION_ENDED, actor=actor, at=at)


@transaction.atomic
def inspect(*, grant: InspectGrant, actor: User, at: datetime) -> Sharing | None:
    """Return the one item of the grant, and put the opening on record; None where the grant does not open it now.

    Nothing else is opened by it: no draft, no older version, no list, no search, no file.
    """
    row = _with_item().get(pk=grant.pk)
    sharing = row.sharing
    if sharing is None or not sharing.page.live:
        return None
    if not actor.has_perm("administration.inspect", Inspection(row, at)):
        return None
    _record(row, Event.ITEM_INSPECTED, actor=actor, at=at)
    return sharing


def _with_item() -> QuerySet[InspectGrant]:
    return InspectGrant.objects.select_related("sharing__page", "sharing__owner", "sharing__element")


def _locked(grant: InspectGrant) -> InspectGrant:
    return _with_item().select_for_update(of=("self",)).get(pk=grant.pk)


def _record(grant: InspectGrant, event: Event, *, actor: User, at: datetime) -> None:
    sharing = grant.sharing
    record(
        Entry(
            event=event,
            at=at,
            actor_id=actor.pk,
            item=sharing.uuid if sharing else None,
            version=sharing.page.live_revision_id if sharing else None,
            owner_id=sharing.owner_id if sharing else None,
            marking=sharing.marking if sharing else "",
            rule=f"inspect-{grant.kind}",
            reason=grant.reason,
            details={"grant": grant.pk, "case": grant.case, "hours": grant.hours, "grantee": grant.grantee_id},
        )
    )
