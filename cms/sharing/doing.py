"""One act on one item, from what was filled in to what became of it: the same for a page and for the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cms.sharing import services
from cms.sharing.catalogue import SharingAct, rehearsed
from cms.sharing.differences import Change
from cms.sharing.enums import PendingKind
from cms.sharing.models import PendingAct, Recipient, Sharing
from cms.sharing.outcomes import outcome_of
from cms.sharing.rules import allowed
from cms.users.models import User


@dataclass(frozen=True, slots=True)
class Asked:
    """An act that somebody wants to do, or may only propose, with its form as it was filled in."""

    act: SharingAct
    sharing: Sharing
    form: Any
    proposing: bool
    recipient: Recipient | None = None

    @property
    def value(self) -> str:
        """The state or the marking that was chosen, of acts that have one."""
        data = self.form.cleaned_data
        return str(data.get("state", "") or data.get("marking", ""))


def asked_for(
    act: SharingAct,
    sharing: Sharing,
    viewer: Any,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    *,
    recipient: Recipient | None = None,
) -> Asked | None:
    """Return the act with its form, for whoever may do it or propose it; None for everybody else, and where the item
    does not offer it. `data` is what was filled in."""
    proposing = not allowed(viewer, act.permission, sharing, at)
    may_propose = act.pending is not None and allowed(viewer, "propose_narrowing", sharing, at)
    if (proposing and not may_propose) or not act.offered(sharing, at):
        return None
    form = act.form(data, sharing=sharing, at=at)
    if proposing:
        form.fields["reason"].required = True
    return Asked(act, sharing, form, proposing, recipient)


def foreseen(asked: Asked, actor: User) -> list[Change]:
    """Return what the act, whose form is valid, would change. Raises NotAllowed and ValidationError as it would."""
    if asked.proposing:
        pending = PendingAct(
            sharing=asked.sharing, kind=_kind(asked), value=asked.value, recipient=asked.recipient, proposed_by=actor
        )
        return outcome_of(pending)
    changes = asked.act.changes or rehearsed(asked.act.run)
    return list(changes(asked.form, asked.sharing, actor))


def do(asked: Asked, actor: User) -> PendingAct | None:
    """Do it, or propose it; return what waits for somebody else now, if anything does."""
    if not asked.proposing:
        made = asked.act.run(asked.form, asked.sharing, actor)
        return made if isinstance(made, PendingAct) else None
    return services.propose_narrowing(
        sharing=asked.sharing,
        kind=_kind(asked),
        value=asked.value,
        recipient=asked.recipient,
        actor=actor,
        at=asked.form.at,
        reason=asked.form.cleaned_data["reason"],
    )


def _kind(asked: Asked) -> PendingKind:
    return asked.act.pending or PendingKind.WITHDRAW
