"""Who of many people may see one item: asked before anybody is told of it, and again when a mail is sent."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from cms.notifications.kinds import DRAFT, LIVE, register_seers
from cms.sharing.facts import ItemFacts
from cms.sharing.models import Sharing
from cms.sharing.querysets import facts_of
from cms.sharing.rules import holders
from cms.sharing.tokens import PUBLIC, MembershipReach, audience, membership_tokens
from cms.sharing.viewers import membership_reaches, own_reaches
from cms.users.models import User


def seers_of_live(item: UUID, users: Collection[int] | None, at: datetime) -> frozenset[int]:
    """Return those of the people (None: of everybody) whose reading membership lets them view the live version."""
    return frozenset(reach.user_id for reach in seeing_memberships(item, users, at))


def seeing_memberships(item: UUID, users: Collection[int] | None, at: datetime) -> list[MembershipReach]:
    """Return those memberships of these people (None: of everybody) that let the live version be viewed."""
    sharing = Sharing.objects.with_facts().filter(uuid=item, page__live=True).first()
    if sharing is None:
        return []
    return seeing(membership_reaches(users, at), facts_of(sharing), at)


def own_seeing_memberships(sharing: Sharing, user: User, at: datetime) -> list[MembershipReach]:
    """Return those memberships of the person that let the live version of the item be viewed."""
    return seeing(own_reaches(user, at), facts_of(sharing), at) if sharing.page.live else []


def seeing(reaches: Iterable[MembershipReach], item: ItemFacts, at: datetime) -> list[MembershipReach]:
    """Return those of the memberships that let the live version of an item with these facts be viewed."""
    tokens = audience(item, at).tokens
    everyone = PUBLIC in tokens
    return [reach for reach in reaches if everyone or not tokens.isdisjoint(membership_tokens(reach))]


def seers_of_draft(item: UUID, users: Collection[int] | None, at: datetime) -> frozenset[int]:
    """Return those of the people (None: of everybody) who may see the item's draft."""
    return those_who_may("view_draft", item, users, at)


def those_who_may(action: str, item: UUID, users: Collection[int] | None, at: datetime) -> frozenset[int]:
    """Return those of the people (None: of everybody) who hold the right to the named action on the item, which is
    none that rests on viewing it."""
    sharing = Sharing.objects.select_related("page", "element", "owner").filter(uuid=item).first()
    if sharing is None:
        return frozenset()
    people = holders(action, sharing, at)
    return people if users is None else people & frozenset(users)


def register() -> None:
    """Answer for the policy when people are told of items."""
    register_seers(LIVE, seers_of_live)
    register_seers(DRAFT, seers_of_draft)
