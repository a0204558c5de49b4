"""The decision, materialised: an item's audience and a viewer's tokens; visible = live, and the two intersect.

Item tokens come only from the item's own facts, viewer tokens only from one membership at a time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from cms.organisations.enums import READING_ROLES, SUPERVISING_ROLES
from cms.sharing.enums import Marking, RecipientKind, SharingState
from cms.sharing.facts import ItemFacts, RecipientFacts

PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Audience:
    """An item's tokens at an instant, and the span in which they are exact: from `since`, before `next_change`."""

    tokens: frozenset[str]
    since: datetime | None
    next_change: datetime | None


@dataclass(frozen=True, slots=True)
class MembershipReach:
    """What one membership reaches: the ids that its tokens will name, and element code → countries (none: all)."""

    user_id: int
    organisation_id: int
    role: str
    lineage: tuple[int, ...]
    group_ids: frozenset[int] = frozenset()
    supervised_ids: frozenset[int] = frozenset()
    competences: dict[str, frozenset[str]] = field(default_factory=dict)


def audience(item: ItemFacts, at: datetime) -> Audience:
    """Return the item's tokens at the instant. An item without a live version has them too; `live` is asked apart."""
    recipients = item.recipients if _recipients_count(item) else ()
    borders = [border for row in recipients for border in (row.valid_from, row.valid_until) if border is not None]
    return Audience(
        tokens=frozenset(_item_tokens(item, [row for row in recipients if row.valid_at(at)])),
        since=max((border for border in borders if border <= at), default=None),
        next_change=min((border for border in borders if border > at), default=None),
    )


def _recipients_count(item: ItemFacts) -> bool:
    return item.state == SharingState.RESTRICTED and not item.quarantined


def _item_tokens(item: ItemFacts, recipients: Iterable[RecipientFacts]) -> Iterator[str]:
    if item.state == SharingState.PUBLIC and not item.quarantined:
        yield PUBLIC
    for letter in _letters(item, recipients):
        token = f"{item.element}:{letter}"
        yield token
        for country in item.countries or ("*",):
            yield f"{token}:{country}"


def _letters(item: ItemFacts, recipients: Iterable[RecipientFacts]) -> Iterator[str]:
    """Name whom the item reaches; each name is completed by the element and the countries."""
    yield f"s{item.owner_id}"
    if item.quarantined:
        if item.quarantined_by is not None:
            yield f"q{item.quarantined_by}"
        return
    yield f"o{item.owner_id}"
    if item.state == SharingState.NETWORK:
        yield "n"
    for recipient in recipients:
        yield _recipient_letter(recipient, item.marking)


def _recipient_letter(recipient: RecipientFacts, marking: str) -> str:
    if recipient.kind == RecipientKind.USER:
        return f"u{recipient.target_id}"
    if recipient.kind == RecipientKind.GROUP:
        return f"g{recipient.target_id}"
    exact = marking == Marking.AMBER_STRICT
    return f"x{recipient.target_id}" if exact else f"o{recipient.target_id}"


def membership_tokens(reach: MembershipReach) -> Iterator[str]:
    """Form the tokens of one valid membership; a role that does not read forms none."""
    if reach.role not in READING_ROLES:
        return
    letters = ["n", f"x{reach.organisation_id}", f"u{reach.user_id}", f"q{reach.user_id}"]
    letters += [f"o{organisation_id}" for organisation_id in reach.lineage]
    letters += [f"g{group_id}" for group_id in reach.group_ids]
    if reach.role in SUPERVISING_ROLES:
        letters += [f"s{organisation_id}" for organisation_id in reach.supervised_ids]
    for element, countries in reach.competences.items():
        for letter in letters:
            if not countries:
                yield f"{element}:{letter}"
                continue
            yield f"{element}:{letter}:*"
            for country in countries:
                yield f"{element}:{letter}:{country}"
