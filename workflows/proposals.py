"""What publication would make of an item, for those who decide on it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from cms.sharing.facts import ItemFacts, RecipientFacts
from cms.sharing.models import Named, Sharing
from cms.sharing.querysets import facts_of


def proposed_facts(sharing: Sharing) -> ItemFacts:
    """Return the facts the item will have once published: those that stand, or before the first time the proposed."""
    facts = replace(facts_of(sharing), live=True)
    if sharing.first_shared_at is not None:
        return facts
    proposal = sharing.proposal
    recipients = tuple(
        RecipientFacts(row.kind, row.target_id, row.valid_from, row.valid_until) for row in proposal.recipients.all()
    )
    return replace(facts, marking=proposal.marking, state=proposal.state, recipients=recipients)


def proposed_rows(sharing: Sharing, at: datetime) -> Sequence[Named]:
    """Return the recipients that stand, or before the first publication the proposed ones, with their targets."""
    rows: Any = sharing.recipients.filter(revoked_at__isnull=True)
    if sharing.first_shared_at is None:
        rows = sharing.proposal.recipients.all()
    found: list[Named] = list(rows.select_related("organisation", "group", "user").order_by("pk"))
    return [row for row in found if row.valid_until is None or row.valid_until > at]
