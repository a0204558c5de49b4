"""Acts of sharing. Each locks the sharing row, reads all facts afresh, writes the audience, records one event."""

from cms.sharing.services.acting import lock, refresh_due, set_audience, write_audience
from cms.sharing.services.confirming import confirm
from cms.sharing.services.drafts import change_draft_facts, create_sharing, propose
from cms.sharing.services.facts import change_facts
from cms.sharing.services.many import MOST, ManyRefused, narrow_many, revoke_many, share_many
from cms.sharing.services.marking import change_marking
from cms.sharing.services.narrowing import narrow, revoke, withdraw
from cms.sharing.services.pending import (
    decline,
    flag,
    prepare_public,
    propose_correction,
    propose_narrowing,
    propose_public,
    propose_transfer,
    take_back,
)
from cms.sharing.services.publishing import Publication, apply_to_many
from cms.sharing.services.quarantining import end_quarantine, quarantine
from cms.sharing.services.rehearsing import rehearse
from cms.sharing.services.superseding import end_supersession, supersede
from cms.sharing.services.undoing import undo_publication, undoable
from cms.sharing.services.widening import widen
from cms.sharing.targets import Target, target_of

__all__ = [
    "MOST",
    "ManyRefused",
    "Publication",
    "Target",
    "apply_to_many",
    "change_draft_facts",
    "change_facts",
    "change_marking",
    "confirm",
    "create_sharing",
    "decline",
    "end_quarantine",
    "end_supersession",
    "flag",
    "lock",
    "narrow",
    "narrow_many",
    "prepare_public",
    "propose",
    "propose_correction",
    "propose_narrowing",
    "propose_public",
    "propose_transfer",
    "quarantine",
    "refresh_due",
    "rehearse",
    "revoke",
    "revoke_many",
    "set_audience",
    "share_many",
    "supersede",
    "take_back",
    "target_of",
    "undo_publication",
    "undoable",
    "widen",
    "withdraw",
    "write_audience",
]
