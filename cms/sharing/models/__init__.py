"""Sharing rows and what hangs on them."""

from cms.sharing.models.history import FactsRecord
from cms.sharing.models.notices import CorrectionNotice, Supersession
from cms.sharing.models.pending import PendingAct
from cms.sharing.models.rows import (
    AudienceTemplate,
    Named,
    Proposal,
    ProposedRecipient,
    Recipient,
    Sharing,
    SharingTerms,
    TemplateRecipient,
    one_target,
    state_within_marking,
)

__all__ = [
    "AudienceTemplate",
    "CorrectionNotice",
    "FactsRecord",
    "Named",
    "PendingAct",
    "Proposal",
    "ProposedRecipient",
    "Recipient",
    "Sharing",
    "SharingTerms",
    "Supersession",
    "TemplateRecipient",
    "one_target",
    "state_within_marking",
]
