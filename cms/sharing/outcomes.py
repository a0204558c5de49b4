"""What an act that waits will make of the item's facts when it is confirmed."""

from dataclasses import replace

from cms.sharing import changes
from cms.sharing.differences import Change
from cms.sharing.enums import PendingKind, SharingState
from cms.sharing.facts import ItemFacts
from cms.sharing.models import PendingAct
from cms.sharing.querysets import facts_of
from cms.sharing.targets import target_of


def outcome_of(pending: PendingAct) -> list[Change]:
    """Return the item's facts as they stand and as they will be."""
    facts = facts_of(pending.sharing)
    return [Change(facts, _after(pending, facts))]


def _after(pending: PendingAct, facts: ItemFacts) -> ItemFacts:
    kind = PendingKind(pending.kind)
    if kind == PendingKind.REVOKE and pending.recipient is not None:
        return changes.without(facts, target_of(pending.recipient).facts)
    if kind == PendingKind.TIGHTEN:
        return changes.marked(facts, pending.value)
    if kind == PendingKind.FLAG:
        return changes.quarantined(facts, None)
    if kind == PendingKind.TRANSFER and pending.new_owner_id is not None:
        return replace(facts, owner_id=pending.new_owner_id)
    states = {
        PendingKind.NARROW: pending.value,
        PendingKind.WITHDRAW: SharingState.WITHDRAWN.value,
        PendingKind.PUBLIC: SharingState.PUBLIC.value,
        PendingKind.PREPARE: SharingState.PUBLIC.value,
    }
    return changes.narrowed(facts, states[kind]) if kind in states else facts
