"""The ground on which every part of the suite of search engines stands."""

from typing import Any

import pytest

from cms.organisations.models import Organisation
from cms.sharing.enums import Marking
from cms.users.models import User
from search.engines.base import Engine
from tests.factories import make_organisation, make_person
from tests.factories.items import ItemFacts


def facts(**values: Any) -> ItemFacts:
    """Return sharing facts under the loosest marking."""
    return ItemFacts(marking=Marking.CLEAR, **values)


@pytest.mark.django_db
class EngineSuite:
    """What every part of the suite has: an engine, an owner of items, an officer of the owner."""

    @pytest.fixture
    def engine(self) -> Engine:
        """Return the engine under test."""
        raise NotImplementedError

    @pytest.fixture
    def owner(self) -> Organisation:
        """Return the owner of the items."""
        return make_organisation(key="harbour-police")

    @pytest.fixture
    def officer(self, owner: Organisation) -> User:
        """Return an officer of the owner, competent for everything."""
        return make_person(owner)
