"""A Member State with its administrators and deciders, another one, and the Commission."""

from dataclasses import dataclass

import pytest
from django.test import Client

from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Organisation
from cms.users.models import User
from tests.factories import make_organisation, make_participant, make_person, make_user, sign_in


@dataclass(frozen=True, slots=True)
class Land:
    """Who is there."""

    spain: Organisation
    border: Organisation
    coast: Organisation
    police: Organisation
    france: Organisation
    commission: Organisation
    admin: User
    second_admin: User
    border_admin: User
    decider: User
    second_decider: User
    approver: User
    officer: User
    coast_officer: User
    police_officer: User
    french_admin: User
    french_officer: User
    curator: User
    operator: User
    second_operator: User
    auditor: User
    second_auditor: User
    superuser: User

    def client(self, who: str) -> Client:
        """Return a browser in which this person is signed in with a second factor."""
        return sign_in(Client(), getattr(self, who))


@pytest.fixture
def land(db) -> Land:
    spain, france = make_participant("spain", country="ES"), make_participant("france", country="FR")
    commission = make_participant("commission", kind=OrganisationKind.COMMISSION)
    border, police = make_organisation(parent=spain, key="border"), make_organisation(parent=spain, key="police")
    coast = make_organisation("unit", border, key="coast")
    return Land(
        spain=spain,
        border=border,
        coast=coast,
        police=police,
        france=france,
        commission=commission,
        admin=make_person(spain, Role.NATIONAL_ADMIN, name="Nora Administrator"),
        second_admin=make_person(spain, Role.NATIONAL_ADMIN, name="Nico Administrator"),
        border_admin=make_person(border, Role.NATIONAL_ADMIN, name="Berta Administrator"),
        decider=make_person(spain, Role.DECIDER, name="Dora Decider"),
        second_decider=make_person(spain, Role.DECIDER, name="Dario Decider"),
        approver=make_person(spain, Role.APPROVER, name="Ada Approver"),
        officer=make_person(border, Role.OFFICER, name="Olga Officer"),
        coast_officer=make_person(coast, Role.OFFICER, name="Coro Officer"),
        police_officer=make_person(police, Role.OFFICER, name="Pablo Officer"),
        french_admin=make_person(france, Role.NATIONAL_ADMIN, name="Fanny Administrator"),
        french_officer=make_person(france, Role.OFFICER, name="Otto Officer"),
        curator=make_person(commission, Role.CURATOR, name="Cleo Curator"),
        operator=make_person(commission, Role.OPERATOR, name="Opal Operator"),
        second_operator=make_person(commission, Role.OPERATOR, name="Otis Operator"),
        auditor=make_person(commission, Role.AUDITOR, name="Aura Auditor"),
        second_auditor=make_person(commission, Role.AUDITOR, name="Alan Auditor"),
        superuser=make_user("Sue Super", superuser=True),
    )
