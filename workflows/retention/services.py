"""What an owner decides about the term of its items: another date within the frame, a hold, the end of one."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.core.instants import day_of
from cms.sharing.models import Sharing
from cms.sharing.services.acting import demand_reason, note_on
from cms.users.models import User
from workflows.retention.frames import Frame, frame_of
from workflows.retention.models import Hold, OwnTerm


def set_own_term(*, sharing: Sharing, on: date | None, actor: User, at: datetime) -> None:
    """Choose the last day of an item's term, or with None leave it to the rule again.

    Raises NotAllowed, ValidationError for a day that is not ahead, or outside the frame of the rule.
    """
    with note_on(sharing, "set_term", Event.TERM_SET, actor=actor, at=at) as act:
        if on is None:
            OwnTerm.objects.filter(sharing=act.sharing).delete()
            act.details = {"on": None}
            return
        _demand_within(frame_of(act.sharing.pk), on, at)
        OwnTerm.objects.update_or_create(sharing=act.sharing, defaults={"on": on, "set_by": actor, "set_at": at})
        act.details = {"on": on.isoformat()}


def _demand_within(frame: Frame | None, on: date, at: datetime) -> None:
    if frame is None:
        raise ValidationError({"on": _("An item that was not published yet has no term to choose.")})
    if on <= day_of(at):
        raise ValidationError({"on": _("Choose a day that lies ahead.")})
    if not frame.first <= on <= frame.last:
        told = {"first": date_format(frame.first), "last": date_format(frame.last)}
        raise ValidationError({"on": _("The rule lets you choose from %(first)s to %(last)s.") % told})


@transaction.atomic
def place_hold(*, sharing: Sharing, reason: str, actor: User, at: datetime) -> Hold:
    """Keep an item from being erased, whatever its term, until the hold is lifted. Raises NotAllowed, ValidationError
    without a reason."""
    demand_reason(reason)
    with note_on(sharing, "hold", Event.HOLD_PLACED, actor=actor, at=at, reason=reason) as act:
        hold = Hold.objects.create(sharing=act.sharing, reason=reason.strip(), placed_by=actor, placed_at=at)
        act.details = {"hold": str(hold.handle)}
    return hold


@transaction.atomic
def lift_hold(*, hold: Hold, reason: str, actor: User, at: datetime) -> None:
    """End a hold. Raises NotAllowed, ValidationError without a reason and for one that was lifted already."""
    demand_reason(reason)
    with note_on(hold.sharing, "lift_hold", Event.HOLD_LIFTED, actor=actor, at=at, reason=reason) as act:
        standing = Hold.objects.filter(pk=hold.pk, lifted_at__isnull=True)
        if not standing.update(lifted_by=actor, lifted_at=at, lift_reason=reason.strip()):
            raise ValidationError(_("This hold was lifted already."))
        act.details = {"hold": str(hold.handle)}
