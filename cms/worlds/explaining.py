"""Why a person may view an item or not, in words: the decision, and what each membership has or lacks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from cms.organisations.models import Membership
from cms.sharing.models import Sharing
from cms.sharing.oracle import decide
from cms.sharing.querysets import facts_of
from cms.sharing.selectors import explain, network_facts, person_facts
from cms.sharing.words import RULES
from cms.users.models import User
from cms.worlds.models import Kind, WorldObject


def find_item(name: str) -> Sharing | None:
    """Return the sharing row of the item with this identifier, reference or key of a world file; None without one."""
    uuid = _uuid(name)
    if uuid is None:
        known = WorldObject.objects.filter(kind=Kind.ITEM, key=name).first()
        uuid = known.uuid if known is not None else None
    rows = Sharing.objects.select_related("page", "element", "owner")
    return rows.filter(uuid=uuid).first() if uuid is not None else rows.filter(reference=name).first()


def _uuid(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None


def explanation(user: User | None, sharing: Sharing, at: datetime) -> Iterator[str]:
    """Yield the lines that explain the decision for the person (None: not signed in) at the instant.

    The item's text is no part of them.
    """
    decision = explain(user, sharing, at)
    who = user.email if user is not None else "Nobody signed in"
    yield f"{who} {'may' if decision.allowed else 'may not'} view {sharing.reference} at {at:%Y-%m-%d %H:%M:%S} UTC."
    yield f"{RULES[decision.rule]} ({decision.rule})"
    yield from _item_lines(sharing)
    if user is not None:
        yield from _membership_lines(user, sharing, at)


def _item_lines(sharing: Sharing) -> Iterator[str]:
    live = "live" if sharing.page.live else "not live"
    quarantine = ", in quarantine" if sharing.quarantined else ""
    countries = ", ".join(sharing.countries) or "none named"
    yield f"The item: {sharing.uuid}, {live}, {sharing.state}, {sharing.marking}{quarantine}."
    yield f"  owner {sharing.owner.key}, element {sharing.element.key}, countries {countries}"
    for row in sharing.recipients.filter(revoked_at__isnull=True).order_by("pk"):
        since = f" from {row.valid_from:%Y-%m-%d %H:%M} UTC" if row.valid_from else ""
        until = f" until {row.valid_until:%Y-%m-%d %H:%M} UTC" if row.valid_until else ""
        key = getattr(row.target, "key", None) or getattr(row.target, "email", "")
        yield f"  recipient {row.kind} {key}{since}{until}"


def _membership_lines(user: User, sharing: Sharing, at: datetime) -> Iterator[str]:
    person = person_facts(user, at)
    if person is None:
        return
    item, network = facts_of(sharing), network_facts()
    rows = Membership.objects.filter(user=user).order_by("pk").select_related("organisation")
    for row, facts in zip(rows, person.memberships, strict=True):
        decision = decide(item, replace(person, memberships=(facts,)), network, at)
        sign = "+" if decision.allowed else "-"
        yield f"  {sign} {row.role} at {row.organisation.key}: {RULES[decision.rule]} ({decision.rule})"
