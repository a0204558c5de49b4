"""Organisations and working groups."""

from collections.abc import Iterable
from itertools import count

from cms.elements.models import Element
from cms.organisations.enums import PARTICIPANT_KINDS, OrganisationKind
from cms.organisations.models import GroupMember, Organisation, WorkingGroup
from cms.organisations.services import create_organisation
from cms.users.models import User
from tests.factories.instants import NOW

_numbers = count(1)


def element(code: str = "EW") -> Element:
    """Return the element with this code: EW, LO, VB or RE."""
    return Element.objects.get(code=code)


def make_participant(
    key: str | None = None, *, kind: str = OrganisationKind.MEMBER_STATE, country: str | None = None
) -> Organisation:
    """Make a participant, the root of its tree."""
    key = key or f"participant-{next(_numbers)}"
    return create_organisation(key=key, name=key.title(), kind=kind, country=country, parent=None, actor=None, at=NOW)


def make_organisation(
    kind: str = OrganisationKind.AUTHORITY, parent: Organisation | None = None, *, key: str | None = None
) -> Organisation:
    """Make an organisation of the kind; one that is no participant and names no parent gets a Member State above it."""
    if kind in PARTICIPANT_KINDS:
        return make_participant(key, kind=kind)
    key = key or f"organisation-{next(_numbers)}"
    return create_organisation(
        key=key, name=key.title(), kind=kind, country=None, parent=parent or make_participant(), actor=None, at=NOW
    )


def make_group(*members: Organisation | User, key: str | None = None) -> WorkingGroup:
    """Make a working group of these organisations and people."""
    key = key or f"group-{next(_numbers)}"
    group = WorkingGroup.objects.create(key=key, name=key.title())
    add_members(group, members)
    return group


def add_members(group: WorkingGroup, members: Iterable[Organisation | User]) -> None:
    """Put organisations and people into a group."""
    GroupMember.objects.bulk_create(
        GroupMember(group=group, organisation=member)
        if isinstance(member, Organisation)
        else GroupMember(group=group, user=member)
        for member in members
    )
