"""What every act shares: the lock, the right, the audience written from fresh facts, one event, one signal."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.audit.services import Entry, record
from cms.sharing.exceptions import NotAllowed
from cms.sharing.facts import ItemFacts
from cms.sharing.history import note_facts
from cms.sharing.models import Sharing
from cms.sharing.querysets import facts_of
from cms.sharing.rules import allowed
from cms.sharing.signals import items_changed
from cms.sharing.tokens import audience
from cms.users.models import User

Right = Callable[[Sharing], bool]
# where an act comes from, told in its audit event: a proposal, an act on many items
Origin = Mapping[str, Any]


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
def act_on(
    sharing: Sharing,
    permission: str,
    event: Event,
    *,
    actor: User | None,
    at: datetime,
    reason: str = "",
    right: Right | None = None,
) -> Iterator[Act]:
    """Run an act: lock, right, change (the caller's block), audience, one event, signal; all or nothing.

    The right is the named permission, unless another one is given with `right`.
    """
    with note_on(sharing, permission, event, actor=actor, at=at, reason=reason, right=right) as act:
        yield act
        write_audience([act.sharing], at)
        items_changed.send(sender=Sharing, sharing_ids=[act.sharing.pk])


@contextmanager
def note_on(
    sharing: Sharing,
    permission: str,
    event: Event,
    *,
    actor: User | None,
    at: datetime,
    reason: str = "",
    right: Right | None = None,
) -> Iterator[Act]:
    """Run an act that changes no fact: lock, right, what the caller's block does, one event; all or nothing."""
    with transaction.atomic():
        act = Act(lock(sharing.pk))
        has_right = allowed(actor, permission, act.sharing, at) if right is None else right(act.sharing)
        if not has_right:
            raise NotAllowed(_("You may not do this with this item."))
        yield act
        rule = f"sharing.{permission}"
        record(entry_of(act.sharing, event, actor=actor, at=at, rule=rule, reason=reason, details=act.details))


def entry_of(
    sharing: Sharing,
    event: Event,
    *,
    actor: User | None,
    at: datetime,
    rule: str = "",
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> Entry:
    """Return the audit event of something done with the item, as the row stands now."""
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


def set_audience(sharing: Sharing, at: datetime) -> ItemFacts:
    """Compute the row's tokens and their span from its facts, and raise its version; return the facts.

    The caller saves the row and notes the facts.
    """
    facts = facts_of(sharing)
    made = audience(facts, at)
    sharing.audience = sorted(made.tokens)
    sharing.audience_since = made.since
    sharing.next_change = made.next_change
    sharing.version += 1
    return facts


def write_audience(sharings: Sequence[Sharing], at: datetime) -> None:
    """Recompute the tokens of rows that the caller has locked, raise their version, and note changed facts."""
    facts = {sharing.pk: set_audience(sharing, at) for sharing in sharings}
    note_facts(facts, at)
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


def demand_reason(reason: str) -> None:
    """Raise ValidationError without a reason."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: others must be able to follow the decision.")})
