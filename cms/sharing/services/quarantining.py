"""Quarantine: it lies beside the state, and takes precedence over it. The owner is told when it begins and ends."""

from datetime import datetime
from types import MappingProxyType

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.sharing.models import Sharing
from cms.sharing.rules import allowed
from cms.sharing.services.acting import Origin, Right, act_on, demand_reason
from cms.sharing.telling import QUARANTINE_ENDED, QUARANTINED, tell_owner
from cms.users.models import User

_FIELDS = ["quarantined", "quarantined_by", "quarantine_reason"]


def _by_right_or_order(permission: str, actor: User, at: datetime) -> Right:
    return lambda row: any(allowed(actor, name, row, at) for name in (permission, "order_quarantine"))


def quarantine(
    *, sharing: Sharing, actor: User, at: datetime, reason: str, origin: Origin = MappingProxyType({})
) -> None:
    """Hide the item at once from all but its supervisors and the person who acts, as far as that person reads at all:
    a data protection officer who orders it does not."""
    demand_reason(reason)
    right = _by_right_or_order("quarantine", actor, at)
    with act_on(sharing, "quarantine", Event.QUARANTINED, actor=actor, at=at, reason=reason, right=right) as act:
        if act.sharing.quarantined:
            raise ValidationError({"reason": _("The item is in quarantine already.")})
        if not act.sharing.page.live:
            raise ValidationError(_("The item was not published yet."))
        act.details = dict(origin)
        act.sharing.quarantined, act.sharing.quarantined_by = True, actor
        act.sharing.quarantine_reason = reason
        act.sharing.save(update_fields=_FIELDS)
        tell_owner(QUARANTINED, act.sharing, at=at, but=actor)


def end_quarantine(*, sharing: Sharing, actor: User, at: datetime, reason: str = "") -> None:
    """End the quarantine, by the person who put the item there or by a data protection officer; the sharing before it
    holds again."""
    right, event = _by_right_or_order("end_quarantine", actor, at), Event.QUARANTINE_ENDED
    with act_on(sharing, "end_quarantine", event, actor=actor, at=at, reason=reason, right=right) as act:
        if not act.sharing.quarantined:
            raise ValidationError(_("The item is not in quarantine."))
        put_by = act.sharing.quarantined_by_id
        act.details = {"put_by": put_by, "by_who_put_it": put_by == actor.pk}
        act.sharing.quarantined, act.sharing.quarantined_by, act.sharing.quarantine_reason = False, None, ""
        act.sharing.save(update_fields=_FIELDS)
        tell_owner(QUARANTINE_ENDED, act.sharing, at=at, but=actor)
