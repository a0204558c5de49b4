"""Who of many people may see one item: asked before anybody is told of it, and again when a mail is sent."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from cms.notifications.kinds import DRAFT, LIVE, register_seers
from cms.sharing.models import Sharing
from cms.sharing.querysets import facts_of
from cms.sharing.reach import may_act_on
from cms.sharing.rights import RIGHTS
from cms.sharing.tokens import PUBLIC, MembershipReach, audience, membership_tokens
from cms.sharing.viewers import membership_reaches


def seers_of_live(item: UUID, users: Collection[int] | None, at: datetime) -> frozenset[int]:
    """Return those of the people (None: of everybody) whose reading membership lets them view the live version."""
    return frozenset(reach.user_id for reach in seeing_memberships(item, users, at))


def seeing_memberships(item: UUID, users: Collection[int] | None, at: datetime) -> list[MembershipReach]:
    """Return those memberships of these people (None: of everybody) that let the live version be viewed."""
    sharing = Sharing.objects.with_facts().filter(uuid=item, page__live=True).first()
    if sharing is None:
        return []
    tokens = audience(facts_of(sharing), at).tokens
    reaches = membership_reaches(users, at)
    everyone = PUBLIC in tokens
    return [reach for reach in reaches if everyone or not tokens.isdisjoint(membership_tokens(reach))]


def seers_of_draft(item: UUID, users: Collection[int] | None, at: datetime) -> frozenset[int]:
    """Return those of the people (None: of everybody) who may see the item's draft."""
    return those_who_may("view_draft", item, users, at)


def those_who_may(action: str, item: UUID, users: Collection[int] | None, at: datetime) -> frozenset[int]:
    """Return those of the people (None: of everybody) whose memberships open the named action on the item; actions
    that rest on viewing the live version are a ValueError."""
    by_user: dict[int, list[MembershipReach]] = {}
    for reach in membership_reaches(users, at):
        if reach.role in RIGHTS[action]:
            by_user.setdefault(reach.user_id, []).append(reach)
    rows = Sharing.objects.filter(uuid=item)
    return frozenset(user for user, reaches in by_user.items() if rows.filter(may_act_on(action, reaches)).exists())


def register() -> None:
    """Answer for the policy when people are told of items."""
    register_seers(LIVE, seers_of_live)
    register_seers(DRAFT, seers_of_draft)
