"""Curators read the directory, register participants and keep working groups; nobody else comes near it."""

import pytest
from django.urls import reverse

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.organisations.models import Organisation, WorkingGroup
from tests.factories import make_group, make_person

pytestmark = pytest.mark.django_db
ORGANISATIONS = "/cms/organisations/organisation/"
MEMBERSHIPS = "/cms/organisations/membership/"
GROUPS = "/cms/organisations/workinggroup/"


@pytest.mark.parametrize("address", [ORGANISATIONS, MEMBERSHIPS, GROUPS, GROUPS + "create/"])
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


def test_a_curator_founds_and_changes_a_group(house):
    client = house.client("curator")
    fields = {"name": "Sea routes", "key": "sea-routes", "charter": "…", "organisations": [house.spain.pk]}
    assert client.post(GROUPS + "create/", fields).status_code == 302
    group = WorkingGroup.objects.get(key="sea-routes")
    address = reverse("organisations_workinggroup_modeladmin_edit", args=[group.pk])
    assert client.get(address).status_code == 200
    changed = fields | {"name": "Sea and land", "organisations": [house.spain.pk, house.france.pk]}
    assert client.post(address, changed).status_code == 302
    group.refresh_from_db()
    assert (group.name, group.key, group.members.count()) == ("Sea and land", "sea-routes", 2)
    events = AuditEvent.objects.filter(event=Event.GROUP_CHANGED).order_by("pk")
    assert [event.details["change"] for event in events] == ["founded", "changed"]


def test_persons_of_a_group_stay_when_its_organisations_change(house):
    group = make_group(house.spain, house.author)
    address = reverse("organisations_workinggroup_modeladmin_edit", args=[group.pk])
    house.client("curator").post(address, {"name": group.name, "charter": "", "organisations": []})
    assert group.members.get().user == house.author


def test_built_in_groups_keep_themselves(house):
    group = WorkingGroup.objects.get(key="member-states")
    address = reverse("organisations_workinggroup_modeladmin_edit", args=[group.pk])
    fields = {"name": "Mine", "key": group.key, "charter": "", "organisations": []}
    house.client("curator").post(address, fields)
    group.refresh_from_db()
    assert group.name == "Member States"


@pytest.mark.parametrize("address", [ORGANISATIONS, MEMBERSHIPS, GROUPS])
def test_lists_cost_the_same_however_long_they_are(house, address, django_assert_max_num_queries):
    client = house.client("curator")
    client.get(address)
    with django_assert_max_num_queries(60) as few:
        client.get(address)
    for _number in range(5):
        make_person(house.france)
        make_group(house.france)
    with django_assert_max_num_queries(60) as many:
        client.get(address)
    assert len(many) == len(few)
