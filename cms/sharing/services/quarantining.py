"""Quarantine: it lies beside the state, and takes precedence over it."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.sharing.models import Sharing
from cms.sharing.services.acting import act_on, demand_reason
from cms.users.models import User


def quarantine(*, sharing: Sharing, actor: User, at: datetime, reason: str) -> None:
    """Hide the item at once from all but its supervisors and the person who acts."""
    demand_reason(reason)
    with act_on(sharing, "quarantine", Event.QUARANTINED, actor=actor, at=at, reason=reason) as act:
        if act.sharing.quarantined:
            raise ValidationError({"sharing": _("The item is in quarantine already.")})
        act.sharing.quarantined, act.sharing.quarantined_by = True, actor
        act.sharing.quarantine_reason = reason
        act.sharing.save(update_fields=["quarantined", "quarantined_by", "quarantine_reason"])


def end_quarantine(*, sharing: Sharing, actor: User, at: datetime, reason: str = "") -> None:
    """End the quarantine, by the person who put the item there; the sharing before it holds again."""
    with act_on(sharing, "end_quarantine", Event.QUARANTINE_ENDED, actor=actor, at=at, reason=reason) as act:
        act.sharing.quarantined, act.sharing.quarantined_by, act.sharing.quarantine_reason = False, None, ""
        act.sharing.save(update_fields=["quarantined", "quarantined_by", "quarantine_reason"])
