"""Sharing rows of items in bulk: what an owner fixes, recipients, and what drafts propose."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cms.elements.models import Element
from cms.organisations.models import Organisation, WorkingGroup
from cms.sharing.enums import Marking, RecipientKind, SharingState
from cms.sharing.facts import ItemFacts
from cms.sharing.history import note_facts
from cms.sharing.models import Proposal, ProposedRecipient, Recipient, Sharing
from cms.sharing.services import Target, set_audience, target_of
from cms.users.models import User
from cms.worlds.records import ItemRecord, TermsRecord

BATCH = 500
# what a row says until the item is published
UNPUBLISHED = TermsRecord(Marking.AMBER.value, SharingState.OWNER.value, (), copies_allowed=True)
_TERMS = ("marking", "state", "use_limits", "copies_allowed")
_FACTS = (
    *_TERMS,
    "owner",
    "element",
    "countries",
    "author",
    "quarantined",
    "quarantined_by",
    "quarantine_reason",
    "first_shared_at",
    "audience",
    "audience_since",
    "next_change",
    "version",
)


@dataclass(frozen=True, slots=True)
class Names:
    """What the keys of a file stand for."""

    elements: Mapping[str, Element]
    organisations: Mapping[str, Organisation]
    groups: Mapping[str, WorkingGroup]
    users: Mapping[str, User]
    participants: Mapping[int, Organisation]

    def participant(self, record: ItemRecord) -> Organisation:
        """Return the participant that the item's owner is or belongs to."""
        return self.participants[self.organisations[record.owner].participant_id]

    def author(self, record: ItemRecord) -> User | None:
        """Return the item's author."""
        return None if record.author is None else self.users[record.author]

    def targets(self, record: ItemRecord) -> list[Target]:
        """Return whom the item names, as often as it names them."""
        rows: dict[str, Mapping[str, Any]] = {
            RecipientKind.ORGANISATION.value: self.organisations,
            RecipientKind.GROUP.value: self.groups,
            RecipientKind.USER.value: self.users,
        }
        return [
            Target(
                kind=recipient.kind,
                target_id=rows[recipient.kind][recipient.key].pk,
                valid_from=recipient.valid_from,
                valid_until=recipient.valid_until,
                purpose=recipient.purpose,
            )
            for recipient in record.recipients
        ]


def terms_in_force(record: ItemRecord) -> TermsRecord:
    """Return what the row itself says: of an unpublished item nothing of what the file proposes."""
    return record.terms if record.published else UNPUBLISHED


def _facts(record: ItemRecord, names: Names) -> dict[str, Any]:
    terms = terms_in_force(record)
    author = names.author(record)
    return {
        "owner_id": names.organisations[record.owner].pk,
        "element_id": names.elements[record.element].pk,
        "countries": list(record.countries),
        "author_id": author.pk if author else None,
        "marking": terms.marking,
        "state": terms.state,
        "use_limits": list(terms.use_limits),
        "copies_allowed": terms.copies_allowed,
        "quarantined": record.quarantined,
        "quarantined_by_id": None,
        "first_shared_at": record.published_at if record.published else None,
    }


def same_facts(sharing: Sharing, record: ItemRecord, names: Names) -> bool:
    """Tell whether the row, its recipients and an unpublished item's proposal are what the record says."""
    if any(getattr(sharing, name) != value for name, value in _facts(record, names).items()):
        return False
    targets = Counter(names.targets(record))
    in_force = Counter(target_of(row) for row in valid_recipients(sharing))
    if record.published:
        return in_force == targets
    return not in_force and _same_proposal(sharing, record, targets)


def _same_proposal(sharing: Sharing, record: ItemRecord, targets: Counter[Target]) -> bool:
    proposal: Proposal | None = getattr(sharing, "proposal", None)
    if proposal is None:
        return False
    proposed = TermsRecord(
        proposal.marking, proposal.state, tuple(sorted(proposal.use_limits)), copies_allowed=proposal.copies_allowed
    )
    return proposed == record.terms and targets == Counter(target_of(row) for row in proposal.recipients.all())


def valid_recipients(sharing: Sharing) -> list[Recipient]:
    """Return the row's unrevoked recipients as they were fetched or set."""
    rows: list[Recipient] = getattr(sharing, "valid_recipients", [])
    return rows


def write_facts(sharing: Sharing, record: ItemRecord, names: Names) -> None:
    """Put the record's facts into the row, which is not saved; it keeps its element and owner at hand."""
    for name, value in _facts(record, names).items():
        setattr(sharing, name, value)
    sharing.element = names.elements[record.element]
    if not record.quarantined:
        sharing.quarantine_reason = ""


def recipients_wanted(
    sharing: Sharing, record: ItemRecord, names: Names, granted_at: datetime
) -> tuple[list[Recipient], list[Recipient]]:
    """Return the recipients that the file does not name (to be revoked), and new rows for those that are absent.

    The row is left with the recipients that will be in force.
    """
    wanted = Counter(names.targets(record)) if record.published else Counter()
    kept: list[Recipient] = []
    revoked: list[Recipient] = []
    for row in valid_recipients(sharing):
        target = target_of(row)
        if wanted[target] > 0:
            wanted[target] -= 1
            kept.append(row)
        else:
            revoked.append(row)
    author = names.author(record)
    added = [
        Recipient(sharing=sharing, marking=sharing.marking, granted_by=author, granted_at=granted_at, **target.columns)
        for target in wanted.elements()
    ]
    sharing.valid_recipients = [*kept, *added]  # type: ignore[attr-defined]
    return revoked, added


def insert_rows(sharings: Sequence[Sharing], at: datetime) -> None:
    """Insert new rows with their tokens; their recipients come after them."""
    tokens: list[list[str]] = []
    facts: list[ItemFacts] = []
    for sharing in sharings:
        facts.append(set_audience(sharing, at))
        tokens.append(sharing.audience)
        # tokens have no sign that an array's text would hide; the driver's search for one takes longer than the insert
        sharing.audience = f"{{{','.join(sharing.audience)}}}"
    Sharing.objects.bulk_create(sharings, batch_size=BATCH)
    for sharing, audience in zip(sharings, tokens, strict=True):
        sharing.audience = audience
    note_facts({sharing.pk: known for sharing, known in zip(sharings, facts, strict=True)}, at, new=True)


def update_rows(sharings: Sequence[Sharing], at: datetime) -> None:
    """Write rows that the caller has locked, with their tokens; the database carries a marking to the recipients."""
    note_facts({sharing.pk: set_audience(sharing, at) for sharing in sharings}, at)
    Sharing.objects.bulk_update(sharings, list(_FACTS), batch_size=100)


def revoke(rows: Iterable[Recipient], *, actor: User | None, at: datetime) -> None:
    """Revoke recipients that a file does not name any more."""
    keys = [row.pk for row in rows]
    Recipient.objects.filter(pk__in=keys).update(revoked_at=at, revoked_by=actor, revoked_reason="world file")


def write_proposals(plans: Sequence[tuple[Sharing, ItemRecord]], names: Names) -> None:
    """Keep what publication applies (or has applied): the file's terms and recipients."""
    sharings = [sharing for sharing, _record in plans]
    present = {proposal.sharing_id: proposal for proposal in Proposal.objects.filter(sharing__in=sharings)}
    ProposedRecipient.objects.filter(proposal__in=present.values()).delete()
    new = [Proposal(sharing=sharing) for sharing in sharings if sharing.pk not in present]
    proposals = present | {proposal.sharing_id: proposal for proposal in new}
    for sharing, record in plans:
        proposal = proposals[sharing.pk]
        for name in _TERMS:
            value = getattr(record.terms, name)
            setattr(proposal, name, list(value) if name == "use_limits" else value)
    Proposal.objects.bulk_update(present.values(), list(_TERMS), batch_size=100)
    Proposal.objects.bulk_create(new, batch_size=BATCH)
    ProposedRecipient.objects.bulk_create(
        (
            ProposedRecipient(proposal=proposals[sharing.pk], **target.columns)
            for sharing, record in plans
            for target in names.targets(record)
        ),
        batch_size=BATCH,
    )
