"""Named permissions on organisations, people and groups, as predicates over a `Place`: an organisation, at an instant.

Each predicate answers True or False for anything it is given, None and strangers included. None of them opens an item.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeGuard

from cms.core.permissions import register
from cms.core.snapshot import once
from cms.organisations.enums import COMMISSION_ROLES, NATIONAL_ROLES, OrganisationKind, Role
from cms.organisations.models import Organisation, WorkingGroup
from cms.organisations.standing import roles_of, valid_memberships
from cms.users.models import User
from cms.users.selectors import in_good_standing


@dataclass(frozen=True, slots=True)
class Place:
    """What is asked about: an organisation, at an instant; for acts on memberships the role in question too."""

    organisation: Organisation | None
    at: datetime
    role: str = ""


@dataclass(frozen=True, slots=True)
class GroupPlace:
    """What is asked about: a working group, at an instant."""

    group: WorkingGroup
    at: datetime


@dataclass(frozen=True, slots=True)
class Administration:
    """Where a person administers: the organisations at the head of the own trees, and whether participants too."""

    tops: frozenset[int] = frozenset()
    registers: bool = False

    def covers(self, organisation: Organisation) -> bool:
        """Tell whether the organisation lies in one of the own trees."""
        return not self.tops.isdisjoint(organisation.lineage)

    def covers_one(self, organisation: Organisation | None, person: User | None, at: datetime) -> bool:
        """Tell whether this organisation, or one that this person belongs to on the day, lies in the own trees."""
        if organisation is not None:
            return self.covers(organisation)
        return person is not None and any(self.covers(row.organisation) for row in valid_memberships(person, at))

    def grants(self, organisation: Organisation, role: str) -> bool:
        """Tell whether memberships of this role at the organisation are the person's to give, change and end."""
        if self.registers and role == Role.NATIONAL_ADMIN and organisation.parent_id is None:
            return True
        if not self.covers(organisation):
            return False
        return role in (COMMISSION_ROLES if self.registers else NATIONAL_ROLES)


def administration_of(user: Any, at: datetime) -> Administration:
    """Return where the person administers: national administrators their trees, curators the Commission's too."""
    if not isinstance(user, User) or not in_good_standing(user, at):
        return Administration()
    return once(("administration", user.pk, at), lambda: _administration_of(user, at))


def _administration_of(user: User, at: datetime) -> Administration:
    rows = valid_memberships(user, at).filter(role__in=[Role.NATIONAL_ADMIN, Role.CURATOR])
    held = [(row.role, row.organisation) for row in rows]
    tops = {place.pk for role, place in held if role == Role.NATIONAL_ADMIN}
    heads = {place.participant_id for role, place in held if role == Role.CURATOR}
    commission = Organisation.objects.filter(pk__in=heads, kind=OrganisationKind.COMMISSION)
    found = set(commission.values_list("pk", flat=True))
    return Administration(tops=frozenset(tops | found), registers=bool(found))


def _is_place(ask: Any) -> TypeGuard[Place]:
    return isinstance(ask, Place)


def may_administer(user: Any, ask: Any) -> bool:
    """Tell whether the person administers the organisation, or (none named) any organisation at all."""
    if not _is_place(ask):
        return False
    mine = administration_of(user, ask.at)
    if ask.organisation is None:
        return bool(mine.tops)
    return mine.covers(ask.organisation)


def may_grant(user: Any, ask: Any) -> bool:
    """Tell whether memberships of the role at the organisation are the person's to give, change and end."""
    if not _is_place(ask) or ask.organisation is None or ask.role not in Role.values:
        return False
    return administration_of(user, ask.at).grants(ask.organisation, ask.role)


def may_decide(user: Any, ask: Any) -> bool:
    """Tell whether the person is a decider at the organisation or above it; (none named) anywhere."""
    if not _is_place(ask) or not isinstance(user, User) or not in_good_standing(user, ask.at):
        return False
    rows = valid_memberships(user, ask.at).filter(role=Role.DECIDER)
    if ask.organisation is not None:
        rows = rows.filter(organisation__in=ask.organisation.lineage)
    return rows.exists()


def may_register(user: Any, ask: Any) -> bool:
    """Tell whether the person registers participants and keeps working groups: a curator of the Commission."""
    return _is_place(ask) and administration_of(user, ask.at).registers


def may_lead(user: Any, ask: Any) -> bool:
    """Tell whether the person leads the group, under a charter that has not ended."""
    if not isinstance(ask, GroupPlace) or not isinstance(user, User):
        return False
    leads = ask.group.leader_id == user.pk and ask.group.ended_at is None and not ask.group.built_in
    return leads and in_good_standing(user, ask.at)


def may_remove_member(user: Any, ask: Any) -> bool:
    """Tell whether the person may take members out of the group whatever they are: its leader, or a curator."""
    if not isinstance(ask, GroupPlace) or ask.group.built_in:
        return False
    return may_lead(user, ask) or administration_of(user, ask.at).registers


def administers_one(user: Any, organisation: Organisation | None, person: User | None, at: datetime) -> bool:
    """Tell whether the person administers this organisation, or an organisation that this person belongs to today."""
    return administration_of(user, at).covers_one(organisation, person, at)


def may_look_after(user: Any, ask: Any) -> bool:
    """Tell whether the person operates or audits."""
    return _is_place(ask) and bool(roles_of(user, ask.at) & {Role.OPERATOR, Role.AUDITOR})


def audits(user: Any, participant_id: int, at: datetime) -> bool:
    """Tell whether the person audits, or protects data, for the participant: as auditor of it, or of the Commission,
    for all."""
    roots = {place.participant_id for place in audited_from(user, at)}
    commission = Organisation.objects.filter(pk__in=roots, kind=OrganisationKind.COMMISSION)
    return participant_id in roots or (bool(roots) and commission.exists())


def audited_from(user: Any, at: datetime) -> list[Organisation]:
    """Return the organisations at which an account in good standing audits on the day of the instant."""
    if not isinstance(user, User) or not in_good_standing(user, at):
        return []
    return [row.organisation for row in valid_memberships(user, at).filter(role=Role.AUDITOR)]


_PERMISSIONS = {
    "organisations.administer": may_administer,
    "organisations.grant": may_grant,
    "organisations.decide": may_decide,
    "organisations.register": may_register,
    "organisations.lead": may_lead,
    "organisations.remove_member": may_remove_member,
    "organisations.look_after": may_look_after,
}


def permitted(user: Any, permission: str, ask: Place | GroupPlace) -> bool:
    """Ask the named permission `organisations.<permission>`."""
    return bool(user is not None and user.has_perm(f"organisations.{permission}", ask))


register(_PERMISSIONS)
