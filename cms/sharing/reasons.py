"""Why those who can view an item can: the rules that let them in, each with the people it lets in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cms.organisations.models import Organisation, WorkingGroup
from cms.sharing.enums import RecipientKind, SharingState
from cms.sharing.facts import ItemFacts, RecipientFacts
from cms.sharing.selectors import Readership, directory, told
from cms.sharing.tokens import PUBLIC, MembershipReach, audience, membership_tokens
from cms.sharing.viewers import membership_reaches
from cms.users.models import User


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule of the decision, by the oracle's word for it; `recipient` is whom the owner named, where it is that."""

    rule: str
    readers: Readership
    recipient: str = ""
    until: datetime | None = None


def reasons(facts: ItemFacts, asker: User, at: datetime) -> list[Reason]:
    """Return why people may view an item with these facts at the instant, in the order in which the oracle asks.

    Each person is counted once, under the first rule that lets one of their memberships in.
    """
    if not facts.live:
        return []
    groups = _groups(facts, at)
    asked = frozenset[str]().union(*(tokens for _rule, _named, tokens in groups))
    found: list[dict[int, MembershipReach]] = [{} for _group in groups]
    rank: dict[int, int] = {}
    for reach in membership_reaches(None, at):
        own = asked.intersection(membership_tokens(reach))
        place = next((number for number, (_r, _n, tokens) in enumerate(groups) if not own.isdisjoint(tokens)), None)
        if place is not None and place < rank.get(reach.user_id, len(groups)):
            rank[reach.user_id] = place
            found[place][reach.user_id] = reach
    known = directory(rank, asker, at)
    names = _names(facts.recipients)
    listed = [
        Reason(
            rule=rule,
            readers=told([reach for user_id, reach in people.items() if rank[user_id] == number], known),
            recipient="" if named is None else names.get((named.kind, named.target_id), ""),
            until=None if named is None else named.valid_until,
        )
        for number, ((rule, named, _tokens), people) in enumerate(zip(groups, found, strict=True))
    ]
    everyone = Reason(rule="public", readers=told([], known, everyone=True))
    public = facts.state == SharingState.PUBLIC and not facts.quarantined
    return [everyone] * public + [reason for reason in listed if reason.readers.people or reason.recipient]


_Group = tuple[str, RecipientFacts | None, frozenset[str]]


def _groups(facts: ItemFacts, at: datetime) -> list[_Group]:
    """Return each rule with the tokens of the item that stand for it."""
    by_letter: dict[str, set[str]] = {}
    for token in audience(facts, at).tokens - {PUBLIC}:
        by_letter.setdefault(token.split(":")[1], set()).add(token)

    def tokens(*letters: str) -> frozenset[str]:
        return frozenset().union(*(by_letter.get(letter, ()) for letter in letters))

    owner = facts.owner_id
    if facts.quarantined:
        return [
            ("supervising-role-quarantine", None, tokens(f"s{owner}")),
            ("put-in-quarantine", None, tokens(f"q{facts.quarantined_by}")),
        ]
    groups: list[_Group] = [
        ("owner-organisation", None, tokens(f"o{owner}")),
        ("supervising-role", None, tokens(f"s{owner}")),
        ("network", None, tokens("n")),
    ]
    if facts.state == SharingState.RESTRICTED:
        letters = {RecipientKind.ORGANISATION: "ox", RecipientKind.GROUP: "g", RecipientKind.USER: "u"}
        groups += [
            (
                f"recipient-{row.kind}",
                row,
                tokens(*(f"{letter}{row.target_id}" for letter in letters[RecipientKind(row.kind)])),
            )
            for row in facts.recipients
            if row.valid_at(at)
        ]
    return groups


def _names(recipients: Iterable[RecipientFacts]) -> Mapping[tuple[str, int], str]:
    """Return what recipients are called: people by the address by which the owner named them."""
    models: dict[str, tuple[Any, str]] = {
        RecipientKind.ORGANISATION.value: (Organisation, "name"),
        RecipientKind.GROUP.value: (WorkingGroup, "name"),
        RecipientKind.USER.value: (User, "email"),
    }
    found: dict[tuple[str, int], str] = {}
    for kind, (model, field) in models.items():
        ids = [row.target_id for row in recipients if row.kind == kind]
        if ids:
            rows = model._default_manager.filter(pk__in=ids).values_list("pk", field)
            found |= {(kind, key): name for key, name in rows}
    return found
