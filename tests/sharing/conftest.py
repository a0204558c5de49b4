"""People of one owner."""

import pytest

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
