"""A folder for files that goes with the test, and people around one item's owner."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.test import Client

from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Organisation
from cms.users.models import User
from tests.documents.clamd import Clamd, listening
from tests.factories import make_organisation, make_participant, make_person, make_user, sign_in


@pytest.fixture(autouse=True)
def files_root(settings, tmp_path: Path) -> Path:
    """Keep files in a folder of the test's own."""
    settings.FILES_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def clamd(settings) -> Iterator[Clamd]:
    """Have a scanner that finds whatever holds the word EICAR."""
    with listening() as scanner:
        settings.CLAMD = f"tcp://127.0.0.1:{scanner.port}"
        yield scanner


@dataclass(frozen=True, slots=True)
class House:
    """Spain owns; France is near, Finland far."""

    spain: Organisation
    border: Organisation
    france: Organisation
    people: dict[str, User]
    browsers: dict[str, Client] = field(default_factory=dict)

    def client(self, who: str) -> Client:
        """Return a browser in which this person is signed in with a second factor; `nobody` in none."""
        if who not in self.browsers:
            self.browsers[who] = Client() if who == "nobody" else sign_in(Client(), self.people[who])
        return self.browsers[who]


@pytest.fixture
def house(db) -> House:
    spain, france = make_participant("spain", country="ES"), make_participant("france", country="FR")
    finland = make_participant("finland", country="FI")
    commission = make_participant("commission", kind=OrganisationKind.COMMISSION)
    border = make_organisation(parent=spain, key="border")
    people = {
        "author": make_person(border, Role.AUTHOR),
        "liaison": make_person(border, Role.LIAISON_OFFICER),
        "officer": make_person(border, Role.OFFICER),
        "approver": make_person(spain, Role.APPROVER),
        "decider": make_person(spain, Role.DECIDER),
        "incompetent": make_person(border, Role.AUTHOR, competences=["RE"]),
        "french_officer": make_person(france, Role.OFFICER),
        "french_author": make_person(france, Role.AUTHOR),
        "finn": make_person(finland, Role.OFFICER),
        "curator": make_person(commission, Role.CURATOR),
        "administrator": make_person(spain, Role.NATIONAL_ADMIN),
        "superuser": make_user("Sue Super", superuser=True),
    }
    return House(spain=spain, border=border, france=france, people=people)
