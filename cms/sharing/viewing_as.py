"""Would this recipient see the item, and by which rule? Asked of the oracle for somebody who stands for many."""

from dataclasses import dataclass, replace
from datetime import datetime

from cms.organisations.enums import Role
from cms.organisations.models import Organisation, WorkingGroup
from cms.organisations.selectors import valid_memberships
from cms.sharing.enums import RecipientKind
from cms.sharing.facts import ItemFacts, MembershipFacts, PersonFacts
from cms.sharing.models import Sharing
from cms.sharing.oracle import decide
from cms.sharing.querysets import facts_of
from cms.sharing.selectors import Readership, directory, explain, network_facts, told
from cms.sharing.tokens import PUBLIC, audience, membership_tokens
from cms.sharing.viewers import membership_reaches
from cms.users.models import User

# the id of somebody who does not exist, at a place that does not exist
_NOBODY = -1
Who = Organisation | WorkingGroup | User


@dataclass(frozen=True, slots=True)
class Seen:
    """Whether and why. `rule` is the oracle's word, empty where the reason lies with a person of somebody else.

    `readers` are the people of an organisation who can really read the item.
    """

    allowed: bool
    rule: str
    readers: Readership | None = None


def may_ask_about(person: User, sharing: Sharing, asker: User, at: datetime) -> bool:
    """Tell whether the asker may be told of this person: of one's own participant, or named by this very item."""
    own = {row.organisation.participant_id for row in valid_memberships(asker, at)}
    if any(row.organisation.participant_id in own for row in valid_memberships(person, at)):
        return True
    return sharing.recipients.filter(user=person, revoked_at__isnull=True).exists()


def seen_by(who: Who, sharing: Sharing, asker: User, at: datetime) -> Seen:
    """Return whether the recipient would see the item at the instant.

    An organisation is stood for by an officer of exactly it, a working group by a member of it, each competent for
    the element and all countries. A person is asked about as they are; why somebody of another participant would not
    see the item is their organisation's to know.
    """
    if isinstance(who, User):
        decision = explain(who, sharing, at)
        own = {row.organisation.participant_id for row in valid_memberships(asker, at)}
        ours = any(row.organisation.participant_id in own for row in valid_memberships(who, at))
        return Seen(decision.allowed, decision.rule if decision.allowed or ours else "")
    facts, network = facts_of(sharing), network_facts()
    if isinstance(who, Organisation):
        decision = decide(facts, _officer(facts, who.pk), network, at)
        return Seen(decision.allowed, decision.rule, _readers_in(who, facts, asker, at))
    network = replace(
        network,
        parents={**network.parents, _NOBODY: None},
        group_users={**network.group_users, who.pk: frozenset({_NOBODY})},
    )
    decision = decide(facts, _officer(facts, _NOBODY), network, at)
    return Seen(decision.allowed, decision.rule)


def _officer(facts: ItemFacts, organisation_id: int) -> PersonFacts:
    membership = MembershipFacts(organisation_id, Role.OFFICER, competences={facts.element: frozenset()})
    return PersonFacts(user_id=_NOBODY, in_good_standing=True, memberships=(membership,))


def _readers_in(organisation: Organisation, facts: ItemFacts, asker: User, at: datetime) -> Readership:
    tokens = audience(facts, at).tokens if facts.live else frozenset()
    reaches = [
        reach
        for reach in membership_reaches(None, at)
        if organisation.pk in reach.lineage and (PUBLIC in tokens or not tokens.isdisjoint(membership_tokens(reach)))
    ]
    return told(reaches, directory((reach.user_id for reach in reaches), asker, at))


def recipient_until(who: Who, sharing: Sharing, at: datetime) -> datetime | None:
    """Return when the access of a recipient named as such ends; None without an end, or where it rests on a rule."""
    kinds = {Organisation: RecipientKind.ORGANISATION, WorkingGroup: RecipientKind.GROUP, User: RecipientKind.USER}
    rows = [
        row
        for row in facts_of(sharing).recipients
        if row.kind == kinds[type(who)] and row.target_id == who.pk and row.valid_at(at)
    ]
    ends = [row.valid_until for row in rows]
    return None if not ends or None in ends else max(end for end in ends if end is not None)
