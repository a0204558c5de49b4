"""Acts that one person proposes and another one confirms: who may, and what waits for whom."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeGuard

from django.db.models import Q, QuerySet

from cms.core.permissions import register
from cms.organisations.enums import Role
from cms.sharing.enums import PendingKind, PendingStatus
from cms.sharing.models import PendingAct, Sharing
from cms.sharing.reach import competent_for, may_act_on, reaches_of
from cms.sharing.rights import RIGHTS
from cms.sharing.rules import Ask, holders, last_editor_id, may_act
from cms.users.models import User

# the named permission that whoever confirms needs on the item
CONFIRMED_BY = {
    PendingKind.REVOKE: "narrow",
    PendingKind.NARROW: "narrow",
    PendingKind.WITHDRAW: "withdraw",
    PendingKind.TIGHTEN: "tighten_marking",
    PendingKind.TRANSFER: "transfer",
    PendingKind.PUBLIC: "make_public",
    PendingKind.PREPARE: "make_public",
    PendingKind.CORRECT: "confirm_correction",
    PendingKind.FLAG: "narrow",
}
# acts of two: whoever proposed one never confirms it
OF_TWO = frozenset({PendingKind.TRANSFER, PendingKind.PUBLIC, PendingKind.CORRECT})


@dataclass(frozen=True, slots=True)
class AskPending:
    """What is asked about: an act that waits, at an instant."""

    pending: PendingAct
    at: datetime


def as_owned_by_receiver(pending: PendingAct) -> Sharing:
    """Return the item as it will be when its transfer is confirmed; it is not to be saved."""
    sharing = copy(pending.sharing)
    if pending.new_owner is not None:
        sharing.owner = pending.new_owner
    return sharing


def may_confirm(user: Any, ask: Any) -> bool:
    """Tell whether the person may confirm or decline the act that waits.

    A transfer is confirmed by a decider of the receiving organisation or above it. What needs two is never confirmed
    by whoever proposed it; nothing is made public by whoever edited the text last.
    """
    if not _is_waiting(ask) or not isinstance(user, User):
        return False
    pending, kind = ask.pending, PendingKind(ask.pending.kind)
    if kind in OF_TWO and pending.proposed_by_id == user.pk:
        return False
    if kind == PendingKind.PUBLIC and last_editor_id(pending.sharing) == user.pk:
        return False
    return may_act(CONFIRMED_BY[kind], user, Ask(as_owned_by_receiver(pending), ask.at))


def may_take_back(user: Any, ask: Any) -> bool:
    """Tell whether the person proposed the act that waits."""
    return _is_waiting(ask) and isinstance(user, User) and ask.pending.proposed_by_id == user.pk


def may_see(user: Any, ask: Any) -> bool:
    """Tell whether the act that waits concerns the person: to confirm it, to take it back, or as the item's decider."""
    if not _is_waiting(ask):
        return False
    by_right = may_act("narrow", user, Ask(ask.pending.sharing, ask.at))
    return by_right or may_confirm(user, ask) or may_take_back(user, ask)


def may_see_outcome(user: Any, ask: Any) -> bool:
    """Tell whether the person may be told who gains and who loses by the act: to confirm it, or where the item's
    readers are theirs to see. Whoever flagged an item that they read learns nothing of its other readers."""
    return may_confirm(user, ask) or (
        may_see(user, ask) and may_act("see_readers", user, Ask(ask.pending.sharing, ask.at))
    )


def _is_waiting(ask: Any) -> TypeGuard[AskPending]:
    if not isinstance(ask, AskPending):
        return False
    pending: Any = ask.pending
    return isinstance(pending, PendingAct) and not pending._state.adding and pending.status == PendingStatus.OPEN


def confirmers(pending: PendingAct, at: datetime) -> frozenset[int]:
    """Return the ids of all people who may confirm the act."""
    kind = PendingKind(pending.kind)
    people = holders(CONFIRMED_BY[kind], as_owned_by_receiver(pending), at)
    if kind in OF_TWO:
        people -= {pending.proposed_by_id}
    if kind == PendingKind.PUBLIC:
        people -= {last_editor_id(pending.sharing)}
    return frozenset(people)


def waiting_confirmations(user: User, at: datetime) -> QuerySet[PendingAct]:
    """Return the acts that wait for the person's confirmation, the longest waiting first."""
    reaches = reaches_of(user, at)
    condition = Q(pk__in=[])
    for kind, action in CONFIRMED_BY.items():
        if kind != PendingKind.TRANSFER:
            own = Q(sharing__in=Sharing.objects.filter(may_act_on(action, reaches)).values("pk"))
            condition |= Q(kind=kind) & own
    for reach in reaches:
        if Role(reach.role) in RIGHTS["transfer"]:
            competent = Sharing.objects.filter(competent_for(reach)).values("pk")
            condition |= Q(kind=PendingKind.TRANSFER, new_owner__lineage__contains=[reach.organisation_id]) & Q(
                sharing__in=competent
            )
    rows = open_acts().filter(condition).exclude(kind__in=OF_TWO, proposed_by=user.pk)
    return rows.exclude(kind=PendingKind.PUBLIC, sharing__page__latest_revision__user=user.pk)


def open_acts() -> QuerySet[PendingAct]:
    """Return what waits at all, with all that a list of it shows."""
    rows = PendingAct.objects.filter(status=PendingStatus.OPEN)
    return rows.select_related(
        "sharing__page__latest_revision",
        "sharing__owner",
        "sharing__element",
        "proposed_by",
        "new_owner",
        "recipient__organisation",
        "recipient__group",
        "recipient__user",
        "facts",
    )


def settled_acts(sharing: Sharing) -> QuerySet[PendingAct]:
    """Return what was decided on, the newest decision first; what a former owner's people proposed is left out."""
    rows = PendingAct.objects.filter(sharing=sharing, facts__owner_id=sharing.owner_id)
    rows = rows.exclude(status=PendingStatus.OPEN).exclude(kind=PendingKind.TRANSFER, status=PendingStatus.DONE)
    return rows.order_by("-settled_at", "-pk")


register({"sharing.confirm": may_confirm})
