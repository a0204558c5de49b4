"""What hits are asked again: the statement says what `visible_to` says."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.safestring import SafeString

from cms.organisations.enums import Role
from cms.sharing.models import Sharing
from cms.sharing.services import Target
from search.engines.base import EngineHit, EngineResult
from search.models import SearchEntry
from search.queries import SearchRequest
from search.selectors import search
from search.visibility import access_of, still_visible
from tests.factories import NOW, hours, make_group, make_item, make_organisation, make_participant, make_person

pytestmark = pytest.mark.django_db
INSTANTS = [NOW + hours(hour) for hour in (-1, 0, 1 - 1e-6, 1, 2 - 1e-6, 2, 100)]


class Careless:
    """An engine that finds everything, whoever asks."""

    def search(self, _asked, _access):
        ids = SearchEntry.objects.order_by("pk").values_list("pk", flat=True)
        return EngineResult(total=len(ids), hits=tuple(EngineHit(pk, SafeString()) for pk in ids))


@pytest.fixture
def world():
    """Items of every state and kind of recipient, and people of every relation to them."""
    home = make_participant(country="ES")
    owner, other = make_organisation(parent=home), make_organisation()
    member = make_person(other)
    group = make_group(other)
    approver = make_person(home, Role.APPROVER)
    people = [
        AnonymousUser(),
        member,
        make_person(owner),
        approver,
        make_person(home),
        make_person(other, competences={"EW": ["MA"]}),
        make_person(other, Role.OPERATOR),
    ]
    spans = [(None, None), (NOW + hours(1), None), (None, NOW + hours(1)), (NOW + hours(1), NOW + hours(2))]
    for element, countries in (("EW", []), ("EW", ["MA"]), ("RE", ["TR"])):
        for state in ("owner", "network", "public", "withdrawn"):
            make_item(owner=owner, element=element, countries=countries, state=state)
        for since, until in spans:
            named = Target(kind="organisation", target_id=other.pk, valid_from=since, valid_until=until)
            make_item(owner=owner, element=element, countries=countries, state="restricted", recipients=[named])
        make_item(owner=owner, element=element, countries=countries, state="restricted", recipients=[group])
        make_item(
            owner=owner,
            element=element,
            countries=countries,
            recipients=[other],
            state="restricted",
            marking="AMBER+STRICT",
        )
    make_item(owner=owner, state="network", quarantined=True)
    make_item(owner=owner, state="network", quarantined=approver)
    make_item(owner=owner, state="network", live=False)
    return people


def test_the_statement_is_the_policy(world):
    ids = list(Sharing.objects.values_list("pk", flat=True))
    for person in world:
        for at in INSTANTS:
            allowed = set(Sharing.objects.visible_to(person, at).values_list("pk", flat=True))
            assert still_visible(ids, access_of(person, at)).keys() == allowed


def test_an_engine_that_is_wrong_shows_nothing_hidden(world, caplog):
    for person in world:
        for at in INSTANTS:
            found = search(person, SearchRequest(), at, engine=Careless())
            allowed = set(Sharing.objects.visible_to(person, at).values_list("uuid", flat=True))
            assert {hit.id for hit in found.hits} == allowed
            assert found.total == len(allowed)
    assert "run check_index" in caplog.text
