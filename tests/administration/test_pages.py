"""The pages: who comes to which, what they tell, and that everything outside the own tree is the one absent page."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from cms.administration.mailing import mail_invitations
from cms.audit.models import AuditEvent
from cms.core.instants import current_instant
from cms.notifications.models import OutboxRow
from cms.notifications.outbox import Row
from cms.organisations.enums import Role
from cms.organisations.groups import found_group, propose_member
from cms.organisations.models import Organisation, OrganisationProposal, WorkingGroup
from cms.organisations.people import suspend
from cms.users.models import User
from tests.admin.answers import seen
from tests.administration.asking import reads
from tests.administration.conftest import Land
from tests.factories import NOW, make_item, make_membership, make_person

pytestmark = pytest.mark.django_db
ABSENT = "/no/such/address/"
START = {
    "/cms/people/": {"admin", "second_admin", "border_admin", "french_admin", "curator"},
    "/cms/people/enrol/": {"admin", "border_admin", "french_admin", "curator"},
    "/cms/people/due/": {"admin", "border_admin", "french_admin", "curator"},
    "/cms/own-organisations/": {"admin", "border_admin", "french_admin", "curator", "decider", "second_decider"},
    "/cms/own-organisations/add/": {"admin", "border_admin", "french_admin", "curator"},
    "/cms/working-groups/": {"admin", "border_admin", "french_admin", "curator"},
    "/cms/working-groups/found/": {"curator"},
    "/cms/explain/": {"approver", "auditor", "second_auditor"},
    "/cms/inspect/": {"operator", "second_operator", "auditor", "second_auditor"},
    "/cms/inspect/ask/": {"operator", "auditor"},
}
PEOPLE = ("admin", "border_admin", "french_admin", "curator", "decider", "approver", "officer", "operator", "auditor",
          "superuser")  # fmt: skip


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize("address", START)
def test_who_comes_to_which_page(land: Land, address: str) -> None:
    for who in PEOPLE:
        response = land.client(who).get(address)
        expected = 200 if who in START[address] else 404
        assert (who, response.status_code) == (who, expected)


@pytest.mark.parametrize(
    ("who", "to"), [("admin", "/cms/people/"), ("operator", "/cms/inspect/"), ("auditor", "/cms/inspect/")]
)
def test_whoever_has_no_desk_is_led_to_their_pages(land: Land, who: str, to: str) -> None:
    client = land.client(who)
    assert client.get("/cms/").headers["Location"] == "/cms/administration/"
    assert client.get("/cms/administration/").headers["Location"] == to
    assert client.get("/cms/bulletins/").status_code == 404


def test_another_tree_is_absent(land: Land) -> None:
    person, row = land.french_officer, land.french_officer.memberships.get()
    group = WorkingGroup.objects.get(key="member-states")
    client = land.client("admin")
    absent = seen(client.get(ABSENT))
    for address in (
        reverse("people:person", args=[person.handle]),
        reverse("people:person", args=[uuid4()]),
        reverse("people:suspend", args=[person.handle]),
        reverse("people:sessions", args=[person.handle]),
        reverse("people:change", args=[row.handle]),
        reverse("people:end", args=[row.handle]),
        reverse("people:confirm", args=[uuid4()]),
        reverse("organisations:organisation", args=["france"]),
        reverse("organisations:organisation", args=["nowhere"]),
        reverse("organisations:rename", args=["france"]),
        reverse("organisations:lower", args=["border"]),
        reverse("organisations:proposal", args=[uuid4()]),
        reverse("working-groups:charter", args=[group.key]),
        reverse("working-groups:group", args=["nothing"]),
        reverse("explain"),
    ):
        assert seen(client.get(address)) == absent, address
        assert client.post(address, {"reason": "x"}).status_code == 404, address
    assert seen(client.get(reverse("inspections:index"))) == absent
    assert person.name not in client.get(reverse("people:index")).content.decode()


def test_a_curator_sees_no_names_of_other_participants(land: Land) -> None:
    text = land.client("curator").get(reverse("people:index")).content.decode()
    assert "Aura Auditor" in text
    assert "France" in text
    assert "Fanny Administrator" not in text
    assert land.french_admin.email not in text


FIELDS = {
    "name": "Nina New",
    "email": "new@member.example",
    "organisation": "border",
    "role": "officer",
    "element_EW": "on",
    "countries_EW": "ma, tn",
    "valid_until": (NOW + timedelta(days=100)).date(),
    "need": "Patrols at sea",
    "briefed_on": NOW.date(),
    "acknowledged_on": NOW.date(),
}


def test_enrolling_shows_the_gain_then_the_link_once_and_the_link_opens_the_door(land: Land) -> None:
    client, address = land.client("admin"), reverse("people:enrol")
    shown = client.post(address, FIELDS)
    text = shown.content.decode()
    assert "Officer at Border" in text
    assert "Early warning: MA, TN" in text
    assert not User.objects.filter(email="new@member.example").exists()
    made = client.post(address, FIELDS | {"confirmed": "yes"})
    links = re.findall(r'value="http://testserver(/accounts/invitation/[^"]+)"', made.content.decode())
    assert len(links) == 1
    user = User.objects.get(email="new@member.example")
    assert links[0] not in client.get(reverse("people:person", args=[user.handle])).content.decode()
    newcomer = Client()
    assert newcomer.get(links[0]).status_code == 200
    weak = newcomer.post(links[0], {"password": "short", "again": "short"})
    assert (weak.status_code, set(weak.context["form"].errors)) == (400, {"password"})
    other = newcomer.post(links[0], {"password": "quite long enough", "again": "quite long, enough"})
    assert (other.status_code, set(other.context["form"].errors)) == (400, {"again"})
    good = {"password": "quite long enough", "again": "quite long enough"}
    assert newcomer.post(links[0], good).headers["Location"] == reverse("account_login")
    assert seen(newcomer.get(links[0])) == seen(Client().get("/accounts/invitation/nothing/"))
    newcomer.post(reverse("account_login"), {"login": user.email, "password": "quite long enough"})
    assert newcomer.get("/").headers["Location"] == reverse("mfa_activate_totp")


def test_the_link_goes_by_mail_and_the_mail_tells_nothing_else(land: Land) -> None:
    client, address = land.client("admin"), reverse("people:enrol")
    made = client.post(address, FIELDS | {"confirmed": "yes", "by_mail": "on"})
    assert "/accounts/invitation/" not in made.content.decode()
    row = OutboxRow.objects.get(kind="invitation")
    user = User.objects.get(email="new@member.example")
    assert row.payload == {"user": user.pk}
    given = Row(pk=row.pk, kind=row.kind, key=row.key, payload=row.payload, at=NOW, attempt=1)
    mail_invitations([given])
    message = mail.outbox[0]
    assert (message.to, "Nina" in message.body, "Border" in message.body) == (["new@member.example"], False, False)
    link = re.findall(r"(/accounts/invitation/\S+)", str(message.body))[0]
    assert Client().get(link).status_code == 200
    mail_invitations([given])
    assert Client().get(link).status_code == 404
    user.set_password("quite long enough")
    user.save()
    mail_invitations([given])
    assert len(mail.outbox) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"countries_EW": "ma xx"}, "countries_EW"),
        ({"countries_RE": "ma"}, "element_RE"),
        ({"role": "curator"}, "role"),
        ({"organisation": "france"}, "organisation"),
        ({"need": ""}, "need"),
        ({"email": "nobody"}, "email"),
    ],
)
def test_what_does_not_fit_stands_beside_its_field(land: Land, changes: dict[str, str], field: str) -> None:
    response = land.client("admin").post(reverse("people:enrol"), FIELDS | changes | {"confirmed": "yes"})
    assert (response.status_code, set(response.context["form"].errors)) == (400, {field})


def test_what_the_service_refuses_is_said(land: Land) -> None:
    late = FIELDS | {"briefed_on": (NOW + timedelta(days=1)).date(), "confirmed": "yes"}
    response = land.client("admin").post(reverse("people:enrol"), late)
    assert (response.status_code, set(response.context["form"].errors)) == (400, {"briefed_on"})


def test_a_change_shows_gain_and_loss_and_is_done_when_confirmed(land: Land) -> None:
    item = make_item(owner=land.border, element="RE")
    row = land.officer.memberships.get()
    client, address = land.client("border_admin"), reverse("people:change", args=[row.handle])
    assert client.get(address).status_code == 200
    fields = {"role": "approver", "element_EW": "on", "valid_until": FIELDS["valid_until"], "reason": "new duty"}
    text = client.post(address, fields).content.decode()
    gains, losses = text.split('id="losses"')
    assert "Approver (contact point) at Border" in gains
    assert "what Border and all below it own" in gains
    assert "Return: all countries" in losses
    assert reads(land.officer, item)
    assert client.post(address, fields | {"confirmed": "yes"}).status_code == 302
    assert not reads(land.officer, item)
    assert AuditEvent.objects.latest("pk").reason == "new duty"


def test_a_suspended_session_dies_and_stays_dead(land: Land) -> None:
    address = reverse("item", args=[make_item(owner=land.border).uuid])
    open_one, client = land.client("officer"), land.client("admin")
    assert open_one.get(address).status_code == 200
    page = reverse("people:suspend", args=[land.officer.handle])
    assert client.post(page, {}).status_code == 400
    assert client.post(page, {"reason": "lost telephone"}).status_code == 302
    assert open_one.get(address).status_code == 404
    assert client.post(reverse("people:lift", args=[land.officer.handle]), {"reason": "found"}).status_code == 302
    assert open_one.get(address).status_code == 404
    land.officer.refresh_from_db()
    assert land.client("officer").get(address).status_code == 200


def test_sessions_are_ended_and_the_account_stays_open(land: Land) -> None:
    address = reverse("item", args=[make_item(owner=land.border).uuid])
    open_one = land.client("officer")
    assert land.client("admin").post(reverse("people:sessions", args=[land.officer.handle])).status_code == 302
    assert open_one.get(address).status_code == 404
    land.officer.refresh_from_db()
    assert land.client("officer").get(address).status_code == 200


def test_the_own_page_offers_nothing(land: Land) -> None:
    client, row = land.client("admin"), land.admin.memberships.get()
    text = client.get(reverse("people:person", args=[land.admin.handle])).content.decode()
    assert "This is you" in text
    for name, key in (("change", row.handle), ("end", row.handle), ("confirm", row.handle),
                      ("suspend", land.admin.handle), ("sessions", land.admin.handle)):  # fmt: skip
        address = reverse(f"people:{name}", args=[key])
        assert address not in text
        assert client.get(address).status_code == 404


def test_a_person_of_two_trees_shows_the_own_one(land: Land) -> None:
    make_membership(land.officer, land.france, Role.LIAISON_OFFICER)
    suspend(user=land.officer, reason="French reasons", actor=land.french_admin, at=NOW)
    text = land.client("admin").get(reverse("people:person", args=[land.officer.handle])).content.decode()
    assert "Suspended since" in text
    assert "France" not in text
    assert "French reasons" not in text
    assert reverse("people:lift", args=[land.officer.handle]) not in text


def test_ending_and_confirming_by_the_pages(land: Land) -> None:
    row = land.officer.memberships.get()
    client = land.client("admin")
    assert row.user.name in client.get(reverse("people:due")).content.decode()
    until = (NOW + timedelta(days=200)).date()
    assert client.post(reverse("people:confirm", args=[row.handle]), {"valid_until": until}).status_code == 302
    assert row.user.name not in client.get(reverse("people:due")).content.decode()
    yesterday = (NOW - timedelta(days=1)).date()
    assert client.post(reverse("people:end", args=[row.handle]), {"last_day": yesterday}).status_code == 400
    ended = {"last_day": yesterday, "reason": "left"}
    assert client.post(reverse("people:end", args=[row.handle]), ended).status_code == 302
    assert not reads(land.officer, make_item(owner=land.border))


@pytest.mark.parametrize(
    "address", ["/cms/people/", "/cms/own-organisations/", "/cms/working-groups/", "/cms/people/due/"]
)
def test_lists_cost_the_same_however_long_they_are(land: Land, address: str, django_assert_max_num_queries) -> None:
    client = land.client("admin")
    client.get(address)
    with django_assert_max_num_queries(70) as few:
        client.get(address)
    for _number in range(6):
        make_person(land.border)
    with django_assert_max_num_queries(70) as many:
        client.get(address)
    assert len(many) == len(few)


# ---------------------------------------------------------------- organisations


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
    assert admin.post(reverse("organisations:found"), added).status_code == 302
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
