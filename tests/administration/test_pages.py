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
from cms.notifications.models import OutboxRow
from cms.notifications.outbox import Row
from cms.organisations.enums import Role
from cms.organisations.models import WorkingGroup
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
    "/cms/quarantine/": {"auditor", "second_auditor"},
    "/cms/quarantine/order/": {"auditor"},
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


def test_the_menu_leads_auditors_to_quarantine_and_nobody_else(land: Land) -> None:
    led = {
        who
        for who in ("auditor", "operator")
        if "/cms/quarantine/" in land.client(who).get("/cms/inspect/").content.decode()
    }
    assert led == {"auditor"}


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


def test_a_curator_suspends_an_administrator_of_a_participant_and_lifts_it(land: Land) -> None:
    client, row = land.client("curator"), land.french_admin.memberships.get()
    suspend_page, lift_page = (
        reverse(f"people:{name}-administrator", args=[row.handle]) for name in ("suspend", "lift")
    )
    assert suspend_page in client.get(reverse("people:index")).content.decode()
    assert client.get(lift_page).status_code == 404
    assert client.post(suspend_page, {"reason": "under question"}).status_code == 302
    assert not User.objects.get(pk=land.french_admin.pk).is_active
    text = client.get(reverse("people:index")).content.decode()
    assert lift_page in text
    assert "Fanny Administrator" not in text + client.get(lift_page).content.decode()
    for other in (land.admin, land.french_officer):
        address = reverse("people:suspend-administrator", args=[other.memberships.get().handle])
        assert land.client("second_admin").get(address).status_code == 404
    assert client.post(lift_page, {"reason": "answered"}).status_code == 302
    assert User.objects.get(pk=land.french_admin.pk).is_active


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
