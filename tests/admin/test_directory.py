"""Curators read the directory and register participants; nobody else comes near it."""

import pytest

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.organisations.models import Organisation, WorkingGroup
from tests.factories import make_person

pytestmark = pytest.mark.django_db
ORGANISATIONS = "/cms/organisations/organisation/"
MEMBERSHIPS = "/cms/organisations/membership/"


@pytest.mark.parametrize("address", [ORGANISATIONS, ORGANISATIONS + "create/", MEMBERSHIPS])
@pytest.mark.parametrize("who", ["author", "approver", "decider", "liaison"])
def test_the_directory_is_for_curators(house, who, address):
    assert house.client(who).get(address).status_code == 404


def test_a_curator_reads_who_has_which_role_but_not_who_it_is(house):
    make_person(house.commission, name="Colleague Known")
    text = house.client("curator").get(MEMBERSHIPS).content.decode()
    assert "Approver (contact point)" in text
    assert "Colleague Known" in text
    assert "Ada Approver" not in text
    assert house.approver.email not in text


def test_a_curator_registers_a_participant(house):
    client = house.client("curator")
    fields = {"name": "Portugal", "key": "portugal", "kind": "member_state", "country": "PT"}
    assert client.post(ORGANISATIONS + "create/", fields).status_code == 302
    portugal = Organisation.objects.get(key="portugal")
    assert portugal.lineage == [portugal.pk]
    assert WorkingGroup.objects.get(key="schengen-states").members.filter(organisation=portugal).exists()
    assert AuditEvent.objects.latest("pk").event == Event.ORGANISATION_CHANGED


def test_a_participant_that_exists_is_not_registered_twice(house):
    fields = {"name": "Spain again", "key": "spain", "kind": "member_state", "country": "ES"}
    response = house.client("curator").post(ORGANISATIONS + "create/", fields)
    assert (response.status_code, set(response.context["form"].errors)) == (200, {"key"})
    assert "Spain again" in response.content.decode()


@pytest.mark.parametrize("address", [ORGANISATIONS, MEMBERSHIPS])
def test_lists_cost_the_same_however_long_they_are(house, address, django_assert_max_num_queries):
    client = house.client("curator")
    client.get(address)
    with django_assert_max_num_queries(60) as few:
        client.get(address)
    for _number in range(5):
        make_person(house.france)
    with django_assert_max_num_queries(60) as many:
        client.get(address)
    assert len(many) == len(few)
