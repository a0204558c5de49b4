"""People, organisations, groups and quarantine by the API: the same acts as on the pages, tried out before."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from cms.audit.models import AuditEvent
from cms.notifications.models import OutboxRow
from cms.organisations.models import Organisation, OrganisationProposal, WorkingGroup
from cms.sharing.models import Sharing
from cms.users.models import User
from tests.administration.asking import reads
from tests.administration.conftest import Land, land
from tests.factories import NOW, make_item, make_person, sign_in

pytestmark = pytest.mark.django_db
__all__ = ["land"]
LATER = (NOW + timedelta(days=100)).date().isoformat()


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def post(land: Land, who: str, path: str, **body: Any) -> Any:
    """Do the act."""
    return land.client(who).post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")


def get(land: Land, who: str, path: str) -> Any:
    """Read."""
    return land.client(who).get(f"/api/v1/{path}")


def test_a_person_is_enrolled_narrowed_and_suspended(land: Land) -> None:
    body = {
        "name": "Nina New",
        "email": "new@member.example",
        "organisation": "border",
        "role": "officer",
        "competences": {"early-warning": ["MA", "TN"]},
        "valid_until": LATER,
        "need": "Patrols",
        "briefed_on": NOW.date().isoformat(),
        "acknowledged_on": NOW.date().isoformat(),
    }
    tried = post(land, "admin", "people?dry_run=1", **body).json()
    assert (tried["done"], tried["made"]) == (False, {})
    assert "Early warning: MA, TN" in tried["gains"]
    assert not User.objects.filter(email="new@member.example").exists()
    assert post(land, "french_admin", "people", **body).json()["errors"].keys() == {"organisation"}
    made = post(land, "admin", "people", **body).json()["made"]
    assert made["link"].startswith("http://testserver/accounts/invitation/")
    told = get(land, "admin", f"people/{made['person']}").json()
    assert [(row["role"], row["competences"]) for row in told["memberships"]] == [
        ("officer", {"early-warning": ["MA", "TN"]})
    ]
    address = f"memberships/{made['membership']}"
    narrowed = post(land, "admin", f"{address}/change", competences={"early-warning": ["MA"]}, reason="moved").json()
    assert (narrowed["losses"], narrowed["gains"]) == (["Early warning: TN"], [])
    assert get(land, "french_admin", f"people/{made['person']}").status_code == 404
    assert post(land, "french_admin", f"{address}/end", last_day=LATER, reason="x").status_code == 404
    wrong = post(land, "admin", f"{address}/change", competences={"weather": []}, reason="x")
    assert (wrong.status_code, set(wrong.json()["errors"])) == (422, {"competences"})
    assert post(land, "admin", f"people/{made['person']}/suspend", reason="lost telephone").json()["done"] is True
    assert not User.objects.get(email="new@member.example").is_active


def test_nobody_administers_themselves_by_the_api(land: Land) -> None:
    own = land.admin.memberships.get()
    assert post(land, "admin", f"people/{land.admin.handle}/sessions").status_code == 404
    assert post(land, "admin", f"memberships/{own.handle}/confirm", valid_until=LATER).status_code == 404
    assert post(land, "officer", "people").status_code == 404
    assert land.client("officer").get("/api/v1/people").status_code == 404


def test_a_move_is_prepared_looked_at_and_decided(land: Land) -> None:
    item = make_item(owner=land.police)
    wish = {"kind": "move", "target": "police", "reason": "reform"}
    assert post(land, "decider", "organisations/coast/propose", **wish).status_code == 404
    handle = post(land, "admin", "organisations/coast/propose", **wish).json()["made"]["handle"]
    told = get(land, "decider", f"proposals/{handle}").json()
    # the officer of the unit gains what the police has, and nobody is told how few that is
    assert told["effects"] == [{"people_of": "Coast", "more": None, "less": None}]
    assert told["acts"] == ["accept", "refuse"]
    tried = post(land, "decider", f"proposals/{handle}/accept?dry_run=1").json()
    assert (tried["done"], tried["effects"]) == (False, told["effects"])
    assert OrganisationProposal.objects.get().outcome == "open"
    assert set(post(land, "admin", f"proposals/{handle}/accept").json()["errors"]) == {"act"}
    assert post(land, "decider", f"proposals/{handle}/accept").json()["done"] is True
    assert Organisation.objects.get(key="coast").parent == land.police
    assert reads(land.coast_officer, item)
    assert post(land, "decider", "organisations/border/lower", ceiling="restricted", reason="leak").json()["done"]
    keys = [row["key"] for row in get(land, "decider", "organisations").json()["items"]]
    assert keys == ["spain", "border", "police", "coast"]


def test_a_group_is_founded_grown_and_ended(land: Land) -> None:
    leader = make_person(land.france, "approver", name="Lena Leader")
    charter = {"key": "routes", "name": "Routes", "charter": "Sea routes", "leader": leader.email}
    assert post(land, "admin", "groups", **charter).status_code == 404
    assert post(land, "curator", "groups", **charter).json()["made"] == {"key": "routes"}
    group = WorkingGroup.objects.get(key="routes")
    item = make_item(owner=land.france, state="restricted", marking="AMBER", recipients=[group])
    handle = post(land, "admin", "groups/routes/propose", organisation="border").json()["made"]["handle"]
    for _number in range(4):
        make_person(land.border)
    yes = f"/api/v1/admissions/{handle}/yes"
    client = sign_in_as(leader)
    tried = client.post(f"{yes}?dry_run=1", "{}", content_type="application/json").json()
    # of another participant only the participant is told
    assert tried["effects"] == [{"people_of": "Spain", "more": 6, "less": 0}]
    assert not reads(land.officer, item)
    assert client.post(yes, "{}", content_type="application/json").json()["done"] is True
    assert reads(land.officer, item)
    assert post(land, "admin", "groups/routes/end", reason="x").status_code == 404
    assert post(land, "curator", "groups/routes/charter", name="Sea").json()["done"] is True
    group.refresh_from_db()
    assert (group.name, group.charter, group.leader) == ("Sea", "Sea routes", leader)
    tried = post(land, "curator", "groups/routes/end?dry_run=1", reason="done").json()
    assert tried["effects"] == [{"people_of": "Spain", "more": 0, "less": 6}]
    assert post(land, "curator", "groups/routes/end", reason="done").json()["done"] is True
    assert not reads(land.officer, item)


def sign_in_as(user: User) -> Any:
    """Return the person's session."""
    return sign_in(Client(), user)


def test_a_data_protection_officer_orders_quarantine_and_its_end_without_reading(land: Land) -> None:
    item = make_item(owner=land.border, state="network", marking="GREEN")
    order = {"reference": item.reference, "reason": "personal data"}
    assert post(land, "officer", "quarantine", **order).status_code == 404
    assert set(post(land, "auditor", "quarantine", **order | {"reference": "EW-XX-1"}).json()["errors"]) == {
        "reference"
    }
    assert post(land, "auditor", "quarantine", **order).json()["done"] is True
    assert Sharing.objects.get(pk=item.pk).quarantined
    assert [reads(person, item) for person in (land.french_officer, land.auditor, land.approver)] == [
        False,
        False,
        True,
    ]
    listed = get(land, "second_auditor", "quarantine").json()["items"]
    assert [(row["reference"], row["acts"]) for row in listed] == [(item.reference, ["end"])]
    assert AuditEvent.objects.latest("pk").event == "trail_read"
    assert get(land, "approver", "quarantine").status_code == 404
    assert post(land, "approver", f"items/{item.uuid}/sharing/end-quarantine").status_code == 404
    assert post(land, "second_auditor", f"quarantine/{item.uuid}/end", reason="settled").json()["done"] is True
    assert reads(land.french_officer, item)
    # the owner is told of both
    told = OutboxRow.objects.filter(kind="notify").order_by("pk").values_list("payload__kind", flat=True)
    assert list(told) == ["quarantined", "quarantine_ended"]
