"""On which items a person may act, for many items at once: the queryset twin of the named permissions."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from cms.elements.models import Element
from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from cms.sharing.rights import EXACT_ROLES, RIGHTS, TEXT_ACTIONS, Scope
from cms.sharing.tokens import MembershipReach, membership_tokens
from cms.sharing.viewers import own_reaches
from cms.users.models import User

Viewer = User | AnonymousUser | None


def reaches_of(user: Viewer, at: datetime) -> tuple[MembershipReach, ...]:
    """Return what each valid reading membership of the person reaches; nothing for whoever is not in good standing."""
    return own_reaches(user, at)


def may_act_on(action: str, reaches: Iterable[MembershipReach]) -> Q:
    """Return the condition on sharing rows that the named action is open to one of these memberships.

    Raises ValueError for actions that rest on viewing the live version: those are asked by `visible_to`.
    """
    rights = RIGHTS[action]
    if Scope.VIEW in rights.values():
        raise ValueError(f"{action} rests on viewing")
    condition = Q(pk__in=[])
    for reach in reaches:
        if reach.role in rights:
            opened = competent_for(reach) & _in_scope(reach, rights[Role(reach.role)])
            condition |= opened & _not_withheld(reach) if action in TEXT_ACTIONS else opened
    return condition


def _not_withheld(reach: MembershipReach) -> Q:
    """An item in quarantine is for those whom its audience names; no date moves that audience."""
    return Q(quarantined=False) | Q(audience__overlap=sorted(membership_tokens(reach)))


def competent_for(reach: MembershipReach) -> Q:
    """Return the condition on sharing rows that the membership is competent for element and countries."""
    condition = Q(pk__in=[])
    for code, countries in reach.competences.items():
        element = Q(element__code=code)
        condition |= element & (Q(countries=[]) | Q(countries__overlap=sorted(countries))) if countries else element
    return condition


def _in_scope(reach: MembershipReach, scope: Scope) -> Q:
    if scope is Scope.COMMISSION:
        commission = Organisation.objects.filter(kind=OrganisationKind.COMMISSION).values("pk")
        return Q(owner__lineage__0=reach.lineage[0], owner__lineage__0__in=commission)
    own = Q(author=reach.user_id) if scope is Scope.OWN else Q()
    if Role(reach.role) in EXACT_ROLES:
        return own & Q(owner=reach.organisation_id)
    return own & Q(owner__lineage__contains=[reach.organisation_id])


def items_open_to(action: str, user: Viewer, at: datetime) -> QuerySet[Sharing]:
    """Return the sharing rows of all items, drafts included, on which the person may do the named action."""
    return Sharing.objects.filter(may_act_on(action, reaches_of(user, at)))


def may_write_for(
    reaches: Iterable[MembershipReach], owner: Organisation, element: Element, countries: Iterable[str]
) -> bool:
    """Tell whether one of these memberships may write an item with this owner, element and countries."""
    if owner.merged_into_id is not None:
        return False
    named = frozenset(countries)
    for reach in _writing(reaches):
        competences = reach.competences.get(element.code)
        if competences is None or (competences and named and not competences & named):
            continue
        if owner.pk in owners_of(reach):
            return True
    return False


def _writing(reaches: Iterable[MembershipReach]) -> Sequence[MembershipReach]:
    return [reach for reach in reaches if reach.role in RIGHTS["edit"]]


def owners_of(reach: MembershipReach) -> frozenset[int]:
    """Return the ids of the organisations for which a writing membership may write."""
    if RIGHTS["edit"][Role(reach.role)] is Scope.COMMISSION:
        below = Organisation.objects.filter(lineage__0=reach.lineage[0])
        commission = below.filter(pk=reach.lineage[0], kind=OrganisationKind.COMMISSION)
        return frozenset(below.values_list("pk", flat=True)) if commission.exists() else frozenset()
    if Role(reach.role) in EXACT_ROLES:
        return frozenset({reach.organisation_id})
    return reach.supervised_ids


def writable_owners(reaches: Iterable[MembershipReach]) -> QuerySet[Organisation]:
    """Return the organisations for which one of these memberships may write, by name."""
    ids = frozenset().union(*(owners_of(reach) for reach in _writing(reaches)))
    return Organisation.objects.filter(pk__in=sorted(ids), merged_into__isnull=True)


def writable_elements(reaches: Iterable[MembershipReach]) -> QuerySet[Element]:
    """Return the elements about which one of these memberships may write, in their order."""
    codes = {code for reach in _writing(reaches) for code in reach.competences}
    return Element.objects.filter(code__in=sorted(codes))
