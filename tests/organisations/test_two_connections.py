"""A tree changed from two connections at once keeps lineages true to parents."""

import pytest

from cms.organisations.models import Organisation
from cms.organisations.services import create_organisation, move_organisation
from tests.factories import NOW, make_organisation, make_participant
from tests.organisations.test_tree import lineages, stored
from tests.sharing.connections import one_before_the_other

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def places() -> dict[str, Organisation]:
    """A participant with two authorities, and a unit that moves from one to the other."""
    state = make_participant()
    old, new = make_organisation(parent=state), make_organisation(parent=state)
    return {"state": state, "old": old, "new": new, "unit": make_organisation("unit", old)}


def move(places: dict[str, Organisation], moved: str, parent: str) -> None:
    """Move one below another."""
    move_organisation(organisation=places[moved], parent=places[parent], actor=None, at=NOW, reason="reform")


def found(places: dict[str, Organisation], parent: str) -> None:
    """Found an office below one."""
    create_organisation(
        key="office", name="Office", kind="unit", country=None, parent=places[parent], actor=None, at=NOW
    )


def test_a_new_office_below_a_unit_that_moves(places: dict[str, Organisation]) -> None:
    one_before_the_other(lambda: move(places, "unit", "new"), lambda: found(places, "unit"))
    assert stored() == lineages()


def test_a_unit_that_moves_with_an_office_just_made(places: dict[str, Organisation]) -> None:
    one_before_the_other(lambda: found(places, "unit"), lambda: move(places, "unit", "new"))
    assert stored() == lineages()


def test_two_moves_make_no_circle(places: dict[str, Organisation]) -> None:
    below = make_organisation("unit", places["new"])
    one_before_the_other(lambda: move(places, "unit", "new"), lambda: move(places | {"below": below}, "below", "unit"))
    assert stored() == lineages()
