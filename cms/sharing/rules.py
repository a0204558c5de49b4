"""Named permissions on items, as predicates over an `Ask`: `user.has_perm("sharing.narrow", Ask(sharing, at))`.

Each predicate answers True or False for anything it is given, None and strangers included.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeGuard

from django.db.models import Q

from cms.core.permissions import register
from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Membership, Organisation
from cms.organisations.rules import audits
from cms.sharing.facts import ItemFacts
from cms.sharing.models import Sharing
from cms.sharing.querysets import facts_of
from cms.sharing.rights import EXACT_ROLES, RIGHTS, TEXT_ACTIONS, Scope
from cms.sharing.tokens import PUBLIC, MembershipReach, audience, membership_tokens
from cms.sharing.viewers import membership_reaches, own_reaches, viewer_tokens
from cms.users.models import User


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked about: an item, at an instant."""

    sharing: Sharing
    at: datetime


def allowed(user: Any, action: str, sharing: Sharing, at: datetime) -> bool:
    """Ask the named permission `sharing.<action>` for the person, the item and the instant."""
    return bool(user is not None and user.has_perm(f"sharing.{action}", Ask(sharing, at)))


def _is_item(ask: Any) -> TypeGuard[Ask]:
    """Tell whether it is an item that is asked about: a page without a sharing row, for one, is none."""
    return isinstance(ask, Ask) and isinstance(ask.sharing, Sharing)


def may_view(user: Any, ask: Any) -> bool:
    """Tell whether the person may view the live version of the item: the predicate twin of `visible_to`."""
    if not _is_item(ask):
        return False
    facts = facts_of(ask.sharing)
    return facts.live and bool(audience(facts, ask.at).tokens & viewer_tokens(user, ask.at))


def may_act(action: str, user: Any, ask: Any) -> bool:
    """Tell whether one of the person's memberships gives the right to the action on the item."""
    if not _is_item(ask) or not isinstance(user, User) or user.pk is None:
        return False
    return _gives(action, own_reaches(user, ask.at), ask)


def _gives(action: str, reaches: Iterable[MembershipReach], ask: Ask) -> bool:
    rights = RIGHTS[action]
    holding = [reach for reach in reaches if reach.role in rights]
    if ask.sharing.quarantined and action in TEXT_ACTIONS:
        holding = [reach for reach in holding if _named_by(facts_of(ask.sharing), reach, ask.at)]
    return any(_reaches(ask, reach, rights[Role(reach.role)]) for reach in holding)


def open_actions(user: Any, actions: Iterable[str], sharing: Sharing, at: datetime) -> frozenset[str]:
    """Return those of the named actions that are open to the person on the item: each as `allowed` answers it, with
    the memberships read once."""
    if not isinstance(user, User) or user.pk is None:
        return frozenset()
    reaches, ask = own_reaches(user, at), Ask(sharing, at)
    return frozenset(
        action
        for action in actions
        if (_gives(action, reaches, ask) if action in _PLAIN else allowed(user, action, sharing, at))
    )


def _reaches(ask: Ask, reach: MembershipReach, scope: Scope) -> bool:
    if scope is Scope.VIEW:
        return _views(reach, ask)
    if not competent(reach, ask.sharing):
        return False
    if scope is Scope.COMMISSION:
        participants = set(ask.sharing.owner.lineage[:1]) & set(reach.lineage)
        return Organisation.objects.filter(pk__in=participants, kind=OrganisationKind.COMMISSION).exists()
    if scope is Scope.OWN and ask.sharing.author_id != reach.user_id:
        return False
    return at_owner(reach, ask.sharing)


def _views(reach: MembershipReach, ask: Ask) -> bool:
    """Tell whether this very membership, not another one of the person, lets the item be viewed."""
    facts = facts_of(ask.sharing)
    return facts.live and (PUBLIC in audience(facts, ask.at).tokens or _named_by(facts, reach, ask.at))


def _named_by(facts: ItemFacts, reach: MembershipReach, at: datetime) -> bool:
    """Tell whether the item's audience names the membership."""
    return not audience(facts, at).tokens.isdisjoint(membership_tokens(reach))


def competent(reach: MembershipReach, sharing: Sharing) -> bool:
    """Tell whether the membership is competent for the item's element and for one of its countries."""
    countries = reach.competences.get(sharing.element.code)
    if countries is None:
        return False
    return not countries or not sharing.countries or bool(countries & set(sharing.countries))


def at_owner(reach: MembershipReach, sharing: Sharing) -> bool:
    """Tell whether the membership stands at the owner; approvers and deciders also above it."""
    if Role(reach.role) in EXACT_ROLES:
        return reach.organisation_id == sharing.owner_id
    return reach.organisation_id in sharing.owner.lineage


def holders(action: str, sharing: Sharing, at: datetime) -> frozenset[int]:
    """Return the ids of all people who hold the right to an action that does not rest on viewing the item."""
    rights, lineage = RIGHTS[action], sharing.owner.lineage
    near = Q(organisation__in=lineage) | Q(organisation__lineage__0=lineage[0], role=Role.CURATOR)
    people = set(Membership.objects.filter(near, role__in=list(rights)).values_list("user", flat=True))
    ask = Ask(sharing, at)
    return frozenset(reach.user_id for reach in membership_reaches(people, at) if _gives(action, (reach,), ask))


def may_approve(user: Any, ask: Any) -> bool:
    """Tell whether the person may approve the draft: the right, and not being the last one who edited it."""
    return may_act("approve", user, ask) and last_editor_id(ask.sharing) != user.pk


def may_export(user: Any, ask: Any) -> bool:
    """Tell whether the person may print, download, quote or export: may view, and the owner allows copies."""
    return _is_item(ask) and ask.sharing.copies_allowed and may_act("export", user, ask)


def may_end_quarantine(user: Any, ask: Any) -> bool:
    """Tell whether the person may end the quarantine: who put it there, with the right to do so."""
    return may_act("quarantine", user, ask) and ask.sharing.quarantined_by_id == user.pk


def may_order_quarantine(user: Any, ask: Any) -> bool:
    """Tell whether the person orders quarantine and its end for the item's owner, as an auditor or data protection
    officer of the owner's participant or of the Commission. Neither the item nor who reads it is told by it."""
    # a row that was never written has an owner of no participant
    if not _is_item(ask) or not ask.sharing.page.live or not ask.sharing.owner.lineage:
        return False
    return audits(user, ask.sharing.owner.participant_id, ask.at)


def last_editor_id(sharing: Sharing) -> int | None:
    """Return who made the newest version of the item's text."""
    revision = sharing.page.latest_revision
    return None if revision is None else revision.user_id


_SPECIAL = {"approve": may_approve, "export": may_export}
# what rests on the table of rights alone
_PLAIN = frozenset(RIGHTS) - frozenset(_SPECIAL)


register(
    {f"sharing.{action}": _SPECIAL.get(action, partial(may_act, action)) for action in RIGHTS}
    | {
        "sharing.view": may_view,
        "sharing.end_quarantine": may_end_quarantine,
        "sharing.order_quarantine": may_order_quarantine,
    }
)
