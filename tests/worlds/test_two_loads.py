"""Two loads at once come one after the other."""

import pytest

from cms.sharing.models import Sharing
from cms.worlds.counting import Outcome
from tests.sharing.connections import one_before_the_other
from tests.worlds.worlds import load, small

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_second_load_waits_for_the_first_and_finds_its_work_done() -> None:
    outcome: Outcome = one_before_the_other(lambda: load(small()), lambda: load(small()))

    assert not outcome.changed_anything
    assert Sharing.objects.count() == 5


def test_replacing_waits_too() -> None:
    outcome: Outcome = one_before_the_other(lambda: load(small()), lambda: load(small(), replace=True))

    assert outcome.items.numbers == {"added": 5, "changed": 0, "unchanged": 0, "removed": 5}
    assert Sharing.objects.count() == 5
