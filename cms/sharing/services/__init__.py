"""Acts of sharing. Each locks the sharing row, reads all facts afresh, writes the audience, records one event."""

from cms.sharing.services.acting import lock, refresh_due, set_audience, write_audience
from cms.sharing.services.drafts import apply_at_publication, change_draft_facts, create_sharing, propose
from cms.sharing.services.marking import change_marking
from cms.sharing.services.narrowing import narrow, revoke, withdraw
from cms.sharing.services.quarantining import end_quarantine, quarantine
from cms.sharing.services.widening import widen
from cms.sharing.targets import Target, target_of

__all__ = [
    "Target",
    "apply_at_publication",
    "change_draft_facts",
    "change_marking",
    "create_sharing",
    "end_quarantine",
    "lock",
    "narrow",
    "propose",
    "quarantine",
    "refresh_due",
    "revoke",
    "set_audience",
    "target_of",
    "widen",
    "withdraw",
    "write_audience",
]
