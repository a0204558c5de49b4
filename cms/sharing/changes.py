"""What a narrowing act makes of an item's facts, without a database: to be shown before it is done."""

from dataclasses import replace

from cms.sharing.enums import WIDEST_STATE, Marking, kind_fits, state_fits
from cms.sharing.facts import ItemFacts, RecipientFacts


def narrowed(facts: ItemFacts, state: str) -> ItemFacts:
    """Return the facts with another state."""
    return replace(facts, state=state)


def without(facts: ItemFacts, recipient: RecipientFacts) -> ItemFacts:
    """Return the facts without one row that names this recipient; another row may name the same one."""
    rows = list(facts.recipients)
    if recipient in rows:
        rows.remove(recipient)
    return replace(facts, recipients=tuple(rows))


def marked(facts: ItemFacts, marking: str) -> ItemFacts:
    """Return the facts with another marking: unfit recipients go, the state follows."""
    state = facts.state if state_fits(marking, facts.state) else WIDEST_STATE[Marking(marking)].value
    recipients = tuple(row for row in facts.recipients if kind_fits(marking, row.kind))
    return replace(facts, marking=marking, state=state, recipients=recipients)


def quarantined(facts: ItemFacts, by: int | None) -> ItemFacts:
    """Return the facts of the item in quarantine, put there by this person; None where that is not known yet."""
    return replace(facts, quarantined=True, quarantined_by=by)
