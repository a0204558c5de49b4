"""Fewer readers: revoke, narrow, withdraw. Each holds for every request that starts after commit."""

from datetime import datetime
from types import MappingProxyType

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.sharing.enums import SharingState, width
from cms.sharing.models import Recipient, Sharing
from cms.sharing.services.acting import Origin, act_on
from cms.sharing.services.naming import revoke_rows
from cms.sharing.telling import WITHDRAWN, tell_openers
from cms.users.models import User


def revoke(
    *, recipient: Recipient, actor: User, at: datetime, reason: str = "", origin: Origin = MappingProxyType({})
) -> None:
    """Take a recipient's access away; it holds for every request that starts after commit.

    `origin` says in the audit event where the act comes from, here as with the other acts.
    """
    details = {"recipient": recipient.pk, "kind": recipient.kind, "target": recipient.target_id}
    with act_on(recipient.sharing, "narrow", Event.RECIPIENT_REVOKED, actor=actor, at=at, reason=reason) as act:
        act.details = details | dict(origin)
        if not revoke_rows(act.sharing, Q(pk=recipient.pk), actor=actor, at=at, reason=reason):
            raise ValidationError({"recipient": _("This access has been taken away already.")})


def narrow(
    *, sharing: Sharing, state: str, actor: User, at: datetime, reason: str = "", origin: Origin = MappingProxyType({})
) -> None:
    """Lower the state; recipients stay, and count again only where the state is `restricted`."""
    event = Event.WITHDRAWN if state == SharingState.WITHDRAWN else Event.STATE_NARROWED
    permission = "withdraw" if state == SharingState.WITHDRAWN else "narrow"
    with act_on(sharing, permission, event, actor=actor, at=at, reason=reason) as act:
        if width(state) >= width(act.sharing.state):
            raise ValidationError({"state": _("This state is not narrower than the present one.")})
        act.details = {"from": act.sharing.state, "to": state} | dict(origin)
        act.sharing.state = state
        act.sharing.save(update_fields=["state"])
        if state == SharingState.WITHDRAWN:
            tell_openers(WITHDRAWN, [act.sharing], actor, at)


def withdraw(
    *, sharing: Sharing, actor: User, at: datetime, reason: str = "", origin: Origin = MappingProxyType({})
) -> None:
    """Take the item back: its version stays live, its audience is the owner's again."""
    narrow(sharing=sharing, state=SharingState.WITHDRAWN, actor=actor, at=at, reason=reason, origin=origin)
