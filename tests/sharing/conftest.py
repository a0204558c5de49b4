"""People of one owner."""

import pytest

from cms.elements.enums import Ceiling
from cms.organisations.models import Organisation
from cms.users.models import User
from tests.factories import make_organisation, make_person


@pytest.fixture
def owner() -> Organisation:
    """An authority of a Member State."""
    return make_organisation()


@pytest.fixture
def decider(owner: Organisation) -> User:
    """The owner's decider."""
    return make_person(owner, "decider")


@pytest.fixture
def approver(owner: Organisation) -> User:
    """The owner's approver."""
    return make_person(owner, "approver")


@pytest.fixture
def author(owner: Organisation) -> User:
    """The owner's author."""
    return make_person(owner, "author")


@pytest.fixture
def second(owner: Organisation) -> User:
    """A decider above the owner."""
    return make_person(owner.parent, "decider")  # type: ignore[arg-type]


@pytest.fixture
def open_to_all(owner: Organisation) -> None:
    """No organisation sets a limit."""
    Organisation.objects.update(ceiling=Ceiling.PUBLIC)


@pytest.fixture
def receiver() -> Organisation:
    """An authority of another participant."""
    return make_organisation()


@pytest.fixture
def receiving(receiver: Organisation) -> User:
    """Its decider."""
    return make_person(receiver, "decider")
