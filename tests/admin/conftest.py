"""Two Member States and the Commission, with the people who work in the editing interface."""

from dataclasses import dataclass

import pytest
from django.test import Client

from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Organisation
from cms.users.models import User
from tests.factories import make_organisation, make_participant, make_person, make_user, sign_in


@dataclass(frozen=True, slots=True)
class House:
    """Who is there."""

    spain: Organisation
    border: Organisation
    france: Organisation
    commission: Organisation
    author: User
    approver: User
    decider: User
    liaison: User
    officer: User
    curator: User
    french_author: User
    superuser: User

    def client(self, who: str) -> Client:
        """Return a browser in which this person is signed in with a second factor."""
        return sign_in(Client(), getattr(self, who))


@pytest.fixture
def house(db) -> House:
    spain, france = make_participant("spain", country="ES"), make_participant("france", country="FR")
    commission = make_participant("commission", kind=OrganisationKind.COMMISSION)
    border = make_organisation(parent=spain, key="border")
    return House(
        spain=spain,
        border=border,
        france=france,
        commission=commission,
        author=make_person(border, Role.AUTHOR, name="Aina Author"),
        approver=make_person(spain, Role.APPROVER, name="Ada Approver"),
        decider=make_person(spain, Role.DECIDER, name="Dora Decider"),
        liaison=make_person(border, Role.LIAISON_OFFICER, name="Lia Liaison"),
        officer=make_person(border, Role.OFFICER, name="Olga Officer"),
        curator=make_person(commission, Role.CURATOR, name="Cleo Curator"),
        french_author=make_person(france, Role.AUTHOR, name="Otto Author"),
        superuser=make_user("Sue Super", superuser=True),
    )
