"""May this person view this item at this instant? Decided from the facts, one condition after the other.

This is section 3 of the policy in code. It uses no token, no query and no cache, and exists so that the predicate, the
queryset and the search engines, which answer from tokens, can be compared with it. It also explains a decision.
"""

from dataclasses import dataclass
from datetime import datetime

from cms.core.instants import day_of
from cms.organisations.enums import READING_ROLES, SUPERVISING_ROLES
from cms.sharing.enums import Marking, RecipientKind, SharingState
from cms.sharing.facts import ItemFacts, MembershipFacts, NetworkFacts, PersonFacts, RecipientFacts


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed or not, with the rule that decided or the condition that is missing."""

    allowed: bool
    rule: str
    membership: MembershipFacts | None = None


def decide(item: ItemFacts | None, person: PersonFacts | None, network: NetworkFacts, at: datetime) -> Decision:
    """Decide whether the person (None: not signed in) may view the item (None: no sharing row) at the instant."""
    if item is None:
        return Decision(False, "no-sharing-row")
    if not item.live:
        return Decision(False, "no-live-version")
    if not item.quarantined and item.state == SharingState.PUBLIC:
        return Decision(True, "public")
    if person is None:
        return Decision(False, "not-signed-in")
    if not person.in_good_standing:
        return Decision(False, "account-not-in-good-standing")
    return _decide_for_account(item, person, network, at)


def _decide_for_account(item: ItemFacts, person: PersonFacts, network: NetworkFacts, at: datetime) -> Decision:
    refusals: list[str] = []
    for membership in person.memberships:
        rule = _missing_condition(item, membership, at)
        if rule is None:
            grounds = _quarantine_grounds if item.quarantined else _grounds
            rule = grounds(item, membership, person, network, at)
            if rule is not None:
                return Decision(True, rule, membership)
            rule = "quarantined" if item.quarantined else f"outside-audience-{item.state}"
        refusals.append(rule)
    return Decision(False, refusals[-1] if refusals else "no-membership")


def _missing_condition(item: ItemFacts, membership: MembershipFacts, at: datetime) -> str | None:
    """Return what this membership lacks to be considered at all, or None."""
    if not membership.valid_on(day_of(at)):
        return "membership-not-valid-today"
    if membership.role not in READING_ROLES:
        return "role-does-not-read"
    if item.element not in membership.competences:
        return "not-competent-for-element"
    countries = membership.competences[item.element]
    if countries and item.countries and not countries & item.countries:
        return "not-competent-for-country"
    return None


def _quarantine_grounds(
    item: ItemFacts, membership: MembershipFacts, person: PersonFacts, network: NetworkFacts, at: datetime
) -> str | None:
    if _supervises(item, membership, network):
        return "supervising-role-quarantine"
    if item.quarantined_by == person.user_id:
        return "put-in-quarantine"
    return None


def _grounds(
    item: ItemFacts, membership: MembershipFacts, person: PersonFacts, network: NetworkFacts, at: datetime
) -> str | None:
    if item.owner_id in network.at_or_above(membership.organisation_id):
        return "owner-organisation"
    if _supervises(item, membership, network):
        return "supervising-role"
    if item.state == SharingState.NETWORK:
        return "network"
    if item.state == SharingState.RESTRICTED:
        for recipient in item.recipients:
            if recipient.valid_at(at) and _reaches(recipient, item, membership, person, network):
                return f"recipient-{recipient.kind}"
    return None


def _supervises(item: ItemFacts, membership: MembershipFacts, network: NetworkFacts) -> bool:
    supervising = membership.role in SUPERVISING_ROLES
    return supervising and membership.organisation_id in network.at_or_above(item.owner_id)


def _reaches(
    recipient: RecipientFacts,
    item: ItemFacts,
    membership: MembershipFacts,
    person: PersonFacts,
    network: NetworkFacts,
) -> bool:
    if recipient.kind == RecipientKind.USER:
        return recipient.target_id == person.user_id
    if recipient.kind == RecipientKind.ORGANISATION:
        if item.marking == Marking.AMBER_STRICT:
            return recipient.target_id == membership.organisation_id
        return recipient.target_id in network.at_or_above(membership.organisation_id)
    if person.user_id in network.group_users.get(recipient.target_id, frozenset()):
        return True
    members = network.group_organisations.get(recipient.target_id, frozenset())
    return bool(members & network.at_or_above(membership.organisation_id))
