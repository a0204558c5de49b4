"""More readers, by the owner's decider and with a reason."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.sharing.ceilings import check_state, widest_allowed
from cms.sharing.enums import SharingState, width
from cms.sharing.models import Sharing
from cms.sharing.services.acting import act_on, demand_reason
from cms.sharing.services.naming import add_recipients
from cms.sharing.targets import Target
from cms.users.models import User


def widen(
    *, sharing: Sharing, state: str, actor: User, at: datetime, reason: str, targets: Sequence[Target] = ()
) -> None:
    """Let the item go further: a wider or equal state, more recipients. By the owner's decider, with a reason."""
    demand_reason(reason)
    with act_on(sharing, "widen", Event.STATE_WIDENED, actor=actor, at=at, reason=reason) as act:
        row = act.sharing
        if row.first_shared_at is None:
            raise ValidationError({"state": _("Publication decides how far a draft goes first.")})
        if state == SharingState.PUBLIC:
            raise ValidationError({"state": _("Making an item public needs two deciders.")})
        if width(state) < width(row.state):
            raise ValidationError({"state": _("This state is narrower than the present one.")})
        check_state(row.marking, state, widest_allowed(row.marking, row.element, row.owner))
        act.details = {"from": row.state, "to": state, "recipients": len(targets)}
        row.state = state
        row.save(update_fields=["state"])
        add_recipients(row, targets, actor=actor, at=at)
