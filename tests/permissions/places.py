"""One owner and everybody who may stand to it in some relation: the world of the tables in this folder."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product

from cms.elements.models import Element
from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Competence, Membership, Organisation, WorkingGroup
from cms.users.models import User
from tests.factories import make_group, make_organisation, make_participant, make_users
from tests.factories.organisations import add_members

RELATIONS = (
    "owner",
    "below",
    "above",
    "sibling",
    "recipient",
    "below recipient",
    "above recipient",
    "group member",
    "below group member",
    "person in group",
    "named person",
    "stranger",
)


@dataclass(slots=True)
class Places:
    """Where people stand, by relation to the owner, and whom the owner can name."""

    organisations: dict[str, Organisation]
    group: WorkingGroup
    people: dict[tuple[str, str], User] = field(default_factory=dict)


def make_places(kind: str = OrganisationKind.MEMBER_STATE, *, relations: Iterable[str] = RELATIONS) -> Places:
    """Make the organisations, the owner's participant of the kind given, and a person of every role in each relation.

    They are competent for early warning, all countries; those in "person in group" are members of the group.
    """
    above = make_participant(kind=kind)
    owner = make_organisation(parent=above)
    above_recipient = make_participant()
    recipient = make_organisation(parent=above_recipient)
    member = make_organisation()
    organisations = {
        "owner": owner,
        "below": make_organisation(OrganisationKind.UNIT, owner),
        "above": above,
        "sibling": make_organisation(parent=above),
        "recipient": recipient,
        "below recipient": make_organisation(OrganisationKind.UNIT, recipient),
        "above recipient": above_recipient,
        "group member": member,
        "below group member": make_organisation(OrganisationKind.UNIT, member),
        "person in group": make_organisation(),
        "named person": make_organisation(),
        "stranger": make_organisation(),
    }
    places = Places(organisations, make_group(member))
    places.people = place({who: organisations[who[0]] for who in product(relations, Role.values)})
    add_members(
        places.group, [user for (relation, _role), user in places.people.items() if relation == "person in group"]
    )
    return places


def place(
    where: Mapping[tuple[str, str], Organisation], *, element: str = "EW", countries: Iterable[str] = ()
) -> dict[tuple[str, str], User]:
    """Make a person in good standing for each (anything, role), competent for the element.

    The rows are written directly, for the tables ask about curators outside the Commission too, whom the service
    refuses.
    """
    users = make_users(f"{role}, {relation}" for relation, role in where)
    memberships = Membership.objects.bulk_create(
        Membership(user=user, organisation=organisation, role=role)
        for user, ((_relation, role), organisation) in zip(users, where.items(), strict=True)
    )
    element_row = Element.objects.get(code=element)
    Competence.objects.bulk_create(
        Competence(membership=membership, element=element_row, countries=list(countries)) for membership in memberships
    )
    return dict(zip(where, users, strict=True))
