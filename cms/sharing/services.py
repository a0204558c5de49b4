"""Acts of sharing. Each locks the sharing row, reads all facts afresh, writes the audience, records one event."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.audit.services import Entry, record
from cms.elements.models import Element
from cms.organisations.models import Organisation
from cms.sharing.ceilings import check_recipients, check_state, widest_allowed
from cms.sharing.enums import (
    WIDEST_STATE,
    Marking,
    RecipientKind,
    SharingState,
    kind_fits,
    state_fits,
    strictness,
    width,
)
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Named, Proposal, ProposedRecipient, Recipient, Sharing
from cms.sharing.querysets import facts_of
from cms.sharing.rules import allowed
from cms.sharing.signals import items_changed
from cms.sharing.tokens import audience
from cms.users.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Somebody to be named as a recipient. `valid_until` None means no end."""

    kind: str
    target_id: int
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    purpose: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of a row that names this target."""
        return {
            "kind": self.kind,
            f"{self.kind}_id": self.target_id,
            "valid_from": self.valid_from,
            "valid_until": self.valid_until,
            "purpose": self.purpose,
        }


def target_of(row: Named) -> Target:
    """Return what a recipient row of any kind names."""
    return Target(
        kind=row.kind,
        target_id=row.target_id,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        purpose=row.purpose,
    )


@dataclass(slots=True)
class Act:
    """An act in progress on a locked row; `details` go into its audit event."""

    sharing: Sharing
    details: dict[str, Any] = field(default_factory=dict)


def lock(sharing_id: int) -> Sharing:
    """Return the row, locked until the transaction ends. Every change of a fact begins here.

    Two statements: one that waits for the lock would join what it saw before the wait (and, where the owner has
    changed meanwhile, find no row at all).
    """
    Sharing.objects.select_for_update().only("pk").get(pk=sharing_id)
    return Sharing.objects.select_related("page", "element", "owner").get(pk=sharing_id)


@contextmanager
def _act(
    sharing: Sharing, permission: str, event: Event, *, actor: User | None, at: datetime, reason: str = ""
) -> Iterator[Act]:
    """Run an act: lock, right, change (the caller's block), audience, one event, signal; all or nothing."""
    with transaction.atomic():
        act = Act(lock(sharing.pk))
        if not allowed(actor, permission, act.sharing, at):
            raise NotAllowed(_("You may not do this with this item."))
        yield act
        write_audience([act.sharing], at)
        record(
            _entry(
                act.sharing, event, actor=actor, at=at, rule=f"sharing.{permission}", reason=reason, details=act.details
            )
        )
        items_changed.send(sender=Sharing, sharing_ids=[act.sharing.pk])


def _entry(
    sharing: Sharing,
    event: Event,
    *,
    actor: User | None,
    at: datetime,
    rule: str = "",
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> Entry:
    return Entry(
        event=event,
        at=at,
        actor_id=actor.pk if actor else None,
        item=sharing.uuid,
        version=sharing.page.live_revision_id,
        owner_id=sharing.owner_id,
        marking=sharing.marking,
        rule=rule,
        reason=reason,
        details=details or {},
    )


def set_audience(sharing: Sharing, at: datetime) -> None:
    """Compute the row's tokens and their span from its facts, and raise its version; the caller saves the row."""
    facts = audience(facts_of(sharing), at)
    sharing.audience = sorted(facts.tokens)
    sharing.audience_since = facts.since
    sharing.next_change = facts.next_change
    sharing.version += 1


def write_audience(sharings: Sequence[Sharing], at: datetime) -> None:
    """Recompute the tokens of rows that the caller has locked, and raise their version."""
    for sharing in sharings:
        set_audience(sharing, at)
    Sharing.objects.bulk_update(sharings, ["audience", "audience_since", "next_change", "version"], batch_size=500)


@transaction.atomic
def refresh_due(*, at: datetime, limit: int = 500) -> int:
    """Bring tokens up to date whose span has ended; return how many. Run by the worker; nothing waits for it."""
    rows = Sharing.objects.select_for_update(of=("self",), skip_locked=True).filter(next_change__lte=at)
    due = list(rows.with_facts().order_by("next_change")[:limit])
    write_audience(due, at)
    if due:
        items_changed.send(sender=Sharing, sharing_ids=[sharing.pk for sharing in due])
    return len(due)


def create_sharing(
    *,
    page_id: int,
    uuid: Any,
    reference: str,
    owner: Organisation,
    element: Element,
    countries: Iterable[str],
    author: User | None,
    at: datetime,
) -> Sharing:
    """Give a new page its sharing row: state `owner`, marking AMBER, seen by nobody else; with an empty proposal."""
    with transaction.atomic():
        sharing = Sharing.objects.create(
            page_id=page_id,
            uuid=uuid,
            reference=reference,
            owner=owner,
            element=element,
            countries=sorted(countries),
            author=author,
        )
        Proposal.objects.create(sharing=sharing)
        write_audience([sharing], at)
        record(_entry(sharing, Event.ITEM_CREATED, actor=author, at=at))
    return sharing


def change_draft_facts(
    *,
    sharing: Sharing,
    owner: Organisation,
    element: Element,
    countries: Iterable[str],
    actor: User,
    at: datetime,
) -> None:
    """Change owner, element or countries of an item that was never published, by one of its editors."""
    with _act(sharing, "edit", Event.FACTS_CHANGED, actor=actor, at=at) as act:
        if act.sharing.first_shared_at is not None:
            raise NotAllowed(_("Owner, element and countries of a published item are changed by its decider."))
        act.sharing.owner, act.sharing.element = owner, element
        act.sharing.countries = sorted(countries)
        act.sharing.save(update_fields=["owner", "element", "countries"])
        if not allowed(actor, "edit", act.sharing, at):
            raise NotAllowed(
                _("You may write for this owner, element and these countries only where you are competent.")
            )


def propose(
    *,
    sharing: Sharing,
    marking: str,
    state: str,
    targets: Sequence[Target],
    actor: User,
    at: datetime,
    use_limits: Sequence[str] = (),
    copies_allowed: bool = True,
) -> None:
    """Keep what an editor proposes for a draft. Raises AboveCeiling naming what the marking does not allow."""
    check_state(marking, state)
    check_recipients(marking, (target.kind for target in targets))
    with _act(sharing, "propose_sharing", Event.PROPOSAL_CHANGED, actor=actor, at=at) as act:
        proposal, _created = Proposal.objects.get_or_create(sharing=act.sharing)
        proposal.marking, proposal.state = marking, state
        proposal.use_limits, proposal.copies_allowed = list(use_limits), copies_allowed
        proposal.save()
        proposal.recipients.all().delete()
        ProposedRecipient.objects.bulk_create(
            ProposedRecipient(proposal=proposal, **target.columns) for target in targets
        )
        act.details = {"marking": marking, "state": state, "recipients": len(targets)}


def apply_at_publication(*, sharing: Sharing, actor: User, at: datetime) -> None:
    """Apply the proposal at the first publication; later ones leave the sharing as it is.

    Called inside the transaction that publishes the text. Raises AboveCeiling where the state lies above marking,
    element or organisation, ValidationError for `public`, which needs two deciders.
    """
    with _act(sharing, "set_audience", Event.ITEM_PUBLISHED, actor=actor, at=at) as act:
        row = act.sharing
        act.details = {"first": row.first_shared_at is None}
        if row.first_shared_at is not None:
            return
        proposal = Proposal.objects.get(sharing=row)
        check_state(proposal.marking, proposal.state, widest_allowed(proposal.marking, row.element, row.owner))
        if proposal.state == SharingState.PUBLIC:
            raise ValidationError({"state": _("Making an item public needs two deciders; publish it first.")})
        row.marking, row.state = proposal.marking, proposal.state
        row.use_limits, row.copies_allowed = proposal.use_limits, proposal.copies_allowed
        row.first_shared_at = at
        row.save(update_fields=["marking", "state", "use_limits", "copies_allowed", "first_shared_at"])
        _add_recipients(row, [target_of(named) for named in proposal.recipients.all()], actor=actor, at=at)
        act.details |= {"marking": row.marking, "state": row.state, "recipients": proposal.recipients.count()}


def _add_recipients(sharing: Sharing, targets: Sequence[Target], *, actor: User | None, at: datetime) -> None:
    check_recipients(sharing.marking, (target.kind for target in targets))
    Recipient.objects.bulk_create(
        Recipient(sharing=sharing, marking=sharing.marking, granted_by=actor, granted_at=at, **target.columns)
        for target in targets
    )


def revoke(*, recipient: Recipient, actor: User, at: datetime, reason: str = "") -> None:
    """Take a recipient's access away; it holds for every request that starts after commit."""
    details = {"recipient": recipient.pk, "kind": recipient.kind, "target": recipient.target_id}
    with _act(recipient.sharing, "narrow", Event.RECIPIENT_REVOKED, actor=actor, at=at, reason=reason) as act:
        act.details = details
        if not _revoke_rows(act.sharing, Q(pk=recipient.pk), actor=actor, at=at, reason=reason):
            raise ValidationError({"recipient": _("This access has been taken away already.")})


def _revoke_rows(sharing: Sharing, which: Q, *, actor: User | None, at: datetime, reason: str) -> int:
    rows = Recipient.objects.filter(which, sharing=sharing, revoked_at__isnull=True)
    return rows.update(revoked_at=at, revoked_by=actor, revoked_reason=reason)


def narrow(*, sharing: Sharing, state: str, actor: User, at: datetime, reason: str = "") -> None:
    """Lower the state; recipients stay, and count again only where the state is `restricted`."""
    event = Event.WITHDRAWN if state == SharingState.WITHDRAWN else Event.STATE_NARROWED
    permission = "withdraw" if state == SharingState.WITHDRAWN else "narrow"
    with _act(sharing, permission, event, actor=actor, at=at, reason=reason) as act:
        if width(state) >= width(act.sharing.state):
            raise ValidationError({"state": _("This state is not narrower than the present one.")})
        act.details = {"from": act.sharing.state, "to": state}
        act.sharing.state = state
        act.sharing.save(update_fields=["state"])


def withdraw(*, sharing: Sharing, actor: User, at: datetime, reason: str = "") -> None:
    """Take the item back: its version stays live, its audience is the owner's again."""
    narrow(sharing=sharing, state=SharingState.WITHDRAWN, actor=actor, at=at, reason=reason)


def widen(
    *, sharing: Sharing, state: str, actor: User, at: datetime, reason: str, targets: Sequence[Target] = ()
) -> None:
    """Let the item go further: a wider or equal state, more recipients. By the owner's decider, with a reason."""
    _demand_reason(reason)
    with _act(sharing, "widen", Event.STATE_WIDENED, actor=actor, at=at, reason=reason) as act:
        row = act.sharing
        if row.first_shared_at is None:
            raise ValidationError({"state": _("Publication decides how far a draft goes first.")})
        if state == SharingState.PUBLIC:
            raise ValidationError({"state": _("Making an item public needs two deciders.")})
        if width(state) < width(row.state):
            raise ValidationError({"state": _("This state is narrower than the present one.")})
        check_state(row.marking, state, widest_allowed(row.marking, row.element, row.owner))
        act.details = {"from": row.state, "to": state, "recipients": len(targets)}
        row.state = state
        row.save(update_fields=["state"])
        _add_recipients(row, targets, actor=actor, at=at)


def change_marking(*, sharing: Sharing, marking: str, actor: User, at: datetime, reason: str = "") -> None:
    """Tighten the marking (state and unfit recipients follow in the same act) or loosen it (decider, with a reason)."""
    tighter = strictness(marking) < strictness(sharing.marking)
    permission = "tighten_marking" if tighter else "loosen_marking"
    event = Event.MARKING_TIGHTENED if tighter else Event.MARKING_LOOSENED
    if not tighter:
        _demand_reason(reason)
    with _act(sharing, permission, event, actor=actor, at=at, reason=reason) as act:
        row = act.sharing
        if (strictness(marking) < strictness(row.marking)) != tighter or marking == row.marking:
            raise ValidationError({"marking": _("The marking has changed meanwhile: look again.")})
        unfit = [kind for kind in RecipientKind.values if not kind_fits(marking, kind)]
        revoked = _revoke_rows(row, Q(kind__in=unfit), actor=actor, at=at, reason=_("marking tightened"))
        act.details = {"from": row.marking, "to": marking, "state": row.state, "revoked": revoked}
        if not state_fits(marking, row.state):
            row.state = WIDEST_STATE[Marking(marking)]
        row.marking = marking
        row.save(update_fields=["marking", "state"])


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: others must be able to follow the decision.")})


def quarantine(*, sharing: Sharing, actor: User, at: datetime, reason: str) -> None:
    """Hide the item at once from all but its supervisors and the person who acts."""
    _demand_reason(reason)
    with _act(sharing, "quarantine", Event.QUARANTINED, actor=actor, at=at, reason=reason) as act:
        if act.sharing.quarantined:
            raise ValidationError({"sharing": _("The item is in quarantine already.")})
        act.sharing.quarantined, act.sharing.quarantined_by = True, actor
        act.sharing.quarantine_reason = reason
        act.sharing.save(update_fields=["quarantined", "quarantined_by", "quarantine_reason"])


def end_quarantine(*, sharing: Sharing, actor: User, at: datetime, reason: str = "") -> None:
    """End the quarantine, by the person who put the item there; the sharing before it holds again."""
    with _act(sharing, "end_quarantine", Event.QUARANTINE_ENDED, actor=actor, at=at, reason=reason) as act:
        act.sharing.quarantined, act.sharing.quarantined_by, act.sharing.quarantine_reason = False, None, ""
        act.sharing.save(update_fields=["quarantined", "quarantined_by", "quarantine_reason"])
