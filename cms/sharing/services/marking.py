"""Tightening and loosening the marking."""

from datetime import datetime
from types import MappingProxyType

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.sharing.enums import WIDEST_STATE, Marking, RecipientKind, kind_fits, state_fits, strictness
from cms.sharing.models import Sharing
from cms.sharing.services.acting import Origin, act_on, demand_reason
from cms.sharing.services.naming import revoke_rows
from cms.users.models import User


def tightens(marking: str, sharing: Sharing) -> bool:
    """Tell whether the marking is stricter than the item's."""
    return strictness(marking) < strictness(sharing.marking)


def change_marking(
    *,
    sharing: Sharing,
    marking: str,
    actor: User,
    at: datetime,
    reason: str = "",
    origin: Origin = MappingProxyType({}),
) -> None:
    """Tighten the marking (state and unfit recipients follow in the same act) or loosen it (decider, with a reason)."""
    tighter = tightens(marking, sharing)
    permission = "tighten_marking" if tighter else "loosen_marking"
    event = Event.MARKING_TIGHTENED if tighter else Event.MARKING_LOOSENED
    if not tighter:
        demand_reason(reason)
    with act_on(sharing, permission, event, actor=actor, at=at, reason=reason) as act:
        row = act.sharing
        if tightens(marking, row) != tighter or marking == row.marking:
            raise ValidationError({"marking": _("The marking has changed meanwhile: look again.")})
        unfit = [kind for kind in RecipientKind.values if not kind_fits(marking, kind)]
        revoked = revoke_rows(row, Q(kind__in=unfit), actor=actor, at=at, reason=_("marking tightened"))
        act.details = {"from": row.marking, "to": marking, "state": row.state, "revoked": revoked} | dict(origin)
        if not state_fits(marking, row.state):
            row.state = WIDEST_STATE[Marking(marking)]
        row.marking = marking
        row.save(update_fields=["marking", "state"])
