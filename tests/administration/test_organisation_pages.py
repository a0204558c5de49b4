"""The pages of organisations and working groups: prepared, shown, decided; proposed, admitted, taken out."""

import pytest
import time_machine
from django.urls import reverse

from cms.core.instants import current_instant
from cms.organisations.groups import found_group, propose_member
from cms.organisations.models import Organisation, OrganisationProposal, WorkingGroup
from tests.admin.answers import seen
from tests.administration.conftest import Land
from tests.factories import NOW

pytestmark = pytest.mark.django_db
ABSENT = "/no/such/address/"


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_move_is_prepared_shown_and_decided(land: Land) -> None:
    client = land.client("admin")
    fields = {"kind": "move", "target": "police", "reason": "reform"}
    assert client.get(reverse("organisations:propose", args=["coast"])).status_code == 200
    assert client.post(reverse("organisations:propose", args=["coast"]), fields).status_code == 302
    row = OrganisationProposal.objects.get()
    page = reverse("organisations:proposal", args=[row.handle])
    text = client.get(page).content.decode()
    assert "fewer than 5" in text
    assert "Coro Officer" not in text
    accept = reverse("organisations:decide", args=[row.handle, "accept"])
    assert accept not in text
    assert client.post(accept).status_code == 400
    decider = land.client("decider")
    assert accept in decider.get(page).content.decode()
    assert seen(land.client("french_admin").get(page)) == seen(land.client("french_admin").get(ABSENT))
    assert decider.post(reverse("organisations:decide", args=[row.handle, "maybe"])).status_code == 404
    assert decider.post(accept).status_code == 302
    assert Organisation.objects.get(key="coast").parent == land.police
    assert decider.get(page).status_code == 404


def test_organisations_are_added_renamed_and_bounded_by_the_pages(land: Land) -> None:
    admin, decider = land.client("admin"), land.client("decider")
    added = {"name": "Harbour unit", "kind": "unit", "parent": "border"}
    assert admin.post(reverse("organisations:add"), added).status_code == 302
    key = Organisation.objects.get(name="Harbour unit").key
    assert admin.post(reverse("organisations:rename", args=[key]), {"name": "Port unit"}).status_code == 302
    assert "Port unit" in admin.get(reverse("organisations:index")).content.decode()
    lower = {"ceiling": "restricted", "reason": "leak"}
    assert admin.post(reverse("organisations:lower", args=[key]), lower).status_code == 404
    assert decider.post(reverse("organisations:lower", args=[key]), lower).status_code == 302
    higher = {"ceiling": "network", "reason": "over"}
    assert decider.post(reverse("organisations:raise", args=[key]), higher).status_code == 302
    row = OrganisationProposal.objects.get()
    text = land.client("second_decider").get(reverse("organisations:proposal", args=[row.handle])).content.decode()
    assert "Everyone competent" in text
    accept = reverse("organisations:decide", args=[row.handle, "accept"])
    assert land.client("second_decider").post(accept).status_code == 302
    assert Organisation.objects.get(key=key).ceiling == "network"


# ---------------------------------------------------------------- groups


@pytest.fixture
def group(land: Land) -> WorkingGroup:
    """A group that the French officer leads."""
    return found_group(
        key="sea-routes", name="Sea routes", charter="Looks at sea routes.", leader=land.french_officer,
        participants=[], actor=land.curator, at=current_instant(),
    )  # fmt: skip


def test_a_group_is_founded_changed_and_ended_by_the_pages(land: Land) -> None:
    client = land.client("curator")
    fields = {"name": "Sea", "key": "sea", "charter": "…", "leader": land.officer.email, "participants": ["spain"]}
    assert client.post(reverse("working-groups:found"), fields | {"leader": "no@one.example"}).status_code == 400
    assert client.post(reverse("working-groups:found"), fields).status_code == 302
    page = client.get(reverse("working-groups:group", args=["sea"])).content.decode()
    assert "Spain" in page
    assert "Olga Officer" not in page
    changed = {"name": "Sea and land", "charter": "More.", "leader": "", "participants": []}
    assert client.post(reverse("working-groups:charter", args=["sea"]), changed).status_code == 302
    row = WorkingGroup.objects.get(key="sea")
    assert (row.name, row.leader, row.participants.count()) == ("Sea and land", land.officer, 0)
    assert client.post(reverse("working-groups:end", args=["sea"]), {"reason": "done"}).status_code == 302
    assert client.get(reverse("working-groups:charter", args=["sea"])).status_code == 404


def test_members_are_proposed_and_admitted_by_the_pages(land: Land, group: WorkingGroup) -> None:
    leader, admin = land.client("french_officer"), land.client("admin")
    page = reverse("working-groups:propose", args=[group.key])
    assert leader.post(page, {"organisation": "", "person": ""}).status_code == 400
    assert leader.post(page, {"person": "no@one.example"}).status_code == 400
    assert leader.post(page, {"person": land.officer.email}).status_code == 302
    admission = group.admissions.get()
    yes = reverse("working-groups:answer", args=[admission.handle, "yes"])
    assert "Olga Officer" not in leader.get(reverse("working-groups:index")).content.decode()
    assert "Olga Officer" in admin.get(reverse("working-groups:index")).content.decode()
    assert land.client("french_admin").post(yes).status_code == 404
    assert admin.post(yes).status_code == 302
    assert group.members.get().user == land.officer
    text = leader.get(reverse("working-groups:group", args=[group.key])).content.decode()
    assert "a person of Spain" in text
    out = reverse("working-groups:remove", args=[group.key, f"p-{land.officer.handle}"])
    assert out in text
    assert leader.post(out, {"reason": "left"}).status_code == 302
    assert group.members.count() == 0
    assert leader.get(out).status_code == 404


def test_a_leader_sees_the_own_groups_alone(land: Land, group: WorkingGroup) -> None:
    client = land.client("french_officer")
    text = client.get(reverse("working-groups:index")).content.decode()
    assert group.name in text
    assert "Schengen" not in text
    assert client.get("/cms/bulletins/").status_code == 404
    assert client.get(reverse("working-groups:end", args=[group.key])).status_code == 404


def test_an_admission_is_refused_by_the_page(land: Land, group: WorkingGroup) -> None:
    admission = propose_member(group=group, organisation=land.border, actor=land.french_officer, at=NOW)
    no = reverse("working-groups:answer", args=[admission.handle, "no"])
    assert land.client("decider").post(no).status_code == 404
    assert land.client("border_admin").post(no).status_code == 302
    assert group.members.count() == 0
