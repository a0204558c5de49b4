"""The one door: password and second factor, terms before anything else, and answers that tell nothing of accounts."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from cms.audit.models import AuditEvent
from cms.core.instants import current_instant
from cms.users.models import Terms, TermsAcceptance, User
from tests.factories import make_item, make_organisation, make_participant, make_person, make_user, sign_in
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXP"


def code(secret: str = SECRET) -> str:
    """Return the one-time code of this moment."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def enter(client: Client, email: str, password: str = PASSWORD) -> Any:
    """Give address and password."""
    return client.post(reverse("account_login"), {"login": email, "password": password})


@pytest.fixture
def officer() -> User:
    """Somebody with a second factor, who has accepted the terms."""
    user = make_person(make_organisation())
    TOTP.activate(user, SECRET)
    return user


def lead(response: Any) -> tuple[int, str | None]:
    """Return status and where the answer leads."""
    return response.status_code, response.headers.get("Location")


# ---------------------------------------------------------------- password and second factor


def test_password_and_code_open_a_session(client: Client, officer: User) -> None:
    assert lead(enter(client, officer.email)) == (302, reverse("mfa_authenticate"))
    assert "_auth_user_id" not in client.session
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert (wrong.status_code, "_auth_user_id" in client.session) == (200, False)
    assert lead(client.post(reverse("mfa_authenticate"), {"code": code()})) == (302, "/")
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(("seconds", "typed"), [(0, "{}"), (0, "{} "), (0, "-{}"), (40, "{}"), (59, "{}")])
def test_a_code_counts_once_for_as_long_as_it_is_tolerated(officer: User, seconds: int, typed: str) -> None:
    # the first second of a step: 59 seconds later its code is still that of the step before
    began = datetime.fromtimestamp(int(time.time()) // 30 * 30 + 30, UTC)
    doors = []
    with time_machine.travel(began, tick=False) as clock:
        given = code()
        for after, each in ((0, given), (seconds, typed.format(given))):
            clock.move_to(began + timedelta(seconds=after))
            doors.append(Client())
            enter(doors[-1], officer.email)
            doors[-1].post(reverse("mfa_authenticate"), {"code": each})
    assert ["_auth_user_id" in each.session for each in doors] == [True, False]


def test_a_password_alone_is_nobody_and_leads_to_activation(client: Client) -> None:
    here = make_organisation()
    user = make_person(here)
    uuid = make_item(owner=here).uuid
    enter(client, user.email)
    assert "_auth_user_id" in client.session
    for address in ("/", f"/i/{uuid}/", f"/i/{uuid}/print/", "/search/?q=x", "/cms/", "/no/such/page/"):
        assert lead(client.get(address)) == (302, reverse("mfa_activate_totp"))
        assert lead(client.post(address)) == (302, reverse("mfa_activate_totp"))
    assert not AuditEvent.objects.filter(event="item_viewed").exists()
    twin = sign_in(Client(), user)
    assert twin.get(f"/i/{uuid}/").status_code == 200


def test_activation_ends_in_a_session_with_both_factors(client: Client) -> None:
    user = make_person(make_organisation())
    enter(client, user.email)
    activate = reverse("mfa_activate_totp")
    client.post(reverse("account_reauthenticate") + f"?next={activate}", {"password": PASSWORD})
    client.get(activate)
    secret = client.session["mfa.totp.secret"]
    client.post(activate, {"code": code(secret)})
    assert Authenticator.objects.filter(user=user, type="totp").exists()
    give = reverse("mfa_reauthenticate") + "?next=/"
    assert lead(client.get("/")) == (302, give)
    assert lead(client.post(give, {"code": code(secret)})) == (302, "/")
    assert client.get("/").status_code == 200


def test_a_suspended_account_loses_its_open_session(client: Client) -> None:
    here = make_organisation()
    user = make_person(here)
    address = f"/i/{make_item(owner=here).uuid}/"
    sign_in(client, user)
    before = client.get(address).status_code
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert (before, client.get(address).status_code) == (200, 404)


def test_signing_out_ends_the_session_by_post_alone(client: Client, officer: User) -> None:
    sign_in(client, officer)
    client.get(reverse("account_logout"))
    kept = "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert (kept, "_auth_user_id" in client.session) == (True, False)
    assert list(AuditEvent.objects.filter(event="signed_out").values_list("actor_id", flat=True)) == [officer.pk]


# ---------------------------------------------------------------- terms


@pytest.mark.parametrize("role", ["author", "national_admin"])
def test_the_editing_interface_has_a_way_out(client: Client, role: str) -> None:
    sign_in(client, make_person(make_participant(), role))
    assert client.post("/cms/logout/")["Location"] == reverse("account_login")
    assert client.get("/cms/")["Location"] == "/accounts/login/?next=/cms/"


@pytest.fixture
def newcomer() -> User:
    """Somebody who has not accepted the terms."""
    here = make_organisation()
    user = make_person(here)
    TermsAcceptance.objects.filter(user=user).delete()
    return user


def test_terms_stand_before_everything_else(client: Client, newcomer: User) -> None:
    sign_in(client, newcomer)
    for address in ("/", "/search/?q=x", "/cms/", "/no/such/page/"):
        status, to = lead(client.get(address))
        assert (status, (to or "").startswith(reverse("terms") + "?next=")) == (302, True)


def test_terms_are_accepted_by_a_tick_and_lead_on(client: Client, newcomer: User) -> None:
    sign_in(client, newcomer)
    assert client.get(reverse("terms")).status_code == 200
    assert client.post(reverse("terms"), {"next": "/search/?q=x"}).status_code == 200
    assert not newcomer.acceptances.exists()
    answer = client.post(reverse("terms"), {"accept": "on", "next": "/search/?q=x"})
    assert (lead(answer), newcomer.acceptances.count()) == ((302, "/search/?q=x"), 1)
    assert client.get("/").status_code == 200
    assert AuditEvent.objects.filter(event="terms_accepted", actor_id=newcomer.pk).count() == 2


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_terms_lead_to_no_other_host(client: Client, newcomer: User, address: str) -> None:
    sign_in(client, newcomer)
    assert lead(client.post(reverse("terms"), {"accept": "on", "next": address})) == (302, "/")


def test_new_terms_are_asked_of_those_who_accepted_older_ones(client: Client, officer: User) -> None:
    sign_in(client, officer)
    before = client.get("/").status_code
    at = current_instant()
    Terms.objects.create(version="2", title="Terms", body="Newer.", effective_from=at - timedelta(seconds=1))
    Terms.objects.create(version="3", title="Terms", body="To come.", effective_from=at + timedelta(days=1))
    asked = client.get("/").status_code
    page = client.get(reverse("terms"))
    client.post(reverse("terms"), {"accept": "on"})
    assert (before, asked, "Newer." in page.content.decode(), client.get("/").status_code) == (200, 302, True, 200)


def test_terms_are_not_shown_to_strangers_nor_accepted_by_a_password_alone(client: Client, newcomer: User) -> None:
    assert client.get(reverse("terms")).status_code == 404
    enter(client, newcomer.email)
    assert client.post(reverse("terms"), {"accept": "on"}).status_code == 404
    assert not newcomer.acceptances.exists()


# ---------------------------------------------------------------- answers that tell nothing


def told(response: HttpResponse, *secrets: str) -> tuple[int, dict[str, str], str]:
    """Return an answer without what differs between any two: tokens, and the address typed by the visitor."""
    text = response.content.decode()
    for secret in secrets:
        text = text.replace(secret, "…")
    headers = {name: value for name, value in response.headers.items() if name != "Content-Security-Policy"}
    return response.status_code, headers, text


def attempt(email: str, password: str) -> tuple[int, dict[str, str], str]:
    """Try to sign in from a fresh browser."""
    visitor = Client()
    answer = enter(visitor, email, password)
    tokens = [str(value) for value in (answer.context or {}).get("csrf_token", "").split() if value]
    return told(answer, email, *tokens)


def test_known_and_unknown_addresses_get_one_answer(officer: User) -> None:
    inactive = make_user(active=False)
    without_factor = make_user()
    unknown = "x" * (len(officer.email) - len("@member.example")) + "@member.example"
    known = [attempt(user.email, "a wrong password") for user in (officer, inactive, without_factor)]
    assert [answer[0] for answer in known] == [200, 200, 200]
    assert [answer[2] for answer in known] == [attempt(unknown, "a wrong password")[2]] * 3


def test_attempts_leave_one_row_that_names_nobody(client: Client, officer: User) -> None:
    for email in (officer.email, "nobody@member.example"):
        enter(client, email, "a wrong password")
    rows = AuditEvent.objects.filter(event="sign_in_failed").values_list("actor_id", "details", "reason")
    assert list(rows) == [(None, {}, "")] * 2


def test_signing_in_is_on_record(client: Client, officer: User) -> None:
    enter(client, officer.email)
    opened = AuditEvent.objects.filter(event="signed_in").count()
    client.post(reverse("mfa_authenticate"), {"code": code()})
    row = AuditEvent.objects.get(event="signed_in")
    assert (opened, row.actor_id, len(row.session)) == (0, officer.pk, 64)


@pytest.mark.parametrize("address", ["/accounts/signup/", "/accounts/password/reset/"])
def test_nobody_registers_and_no_mail_gives_access(client: Client, officer: User, address: str) -> None:
    people = User.objects.count()
    fields = {"email": "new@member.example", "password1": PASSWORD, "password2": PASSWORD}
    client.get(address)
    client.post(address, fields)
    client.post(address, fields | {"email": officer.email})
    assert (User.objects.count(), mail.outbox) == (people, [])


@pytest.mark.parametrize("address", ["/cms/", "/cms/login/", "/cms/pages/"])
def test_the_editing_interface_has_no_door_of_its_own(client: Client, address: str) -> None:
    status, to = lead(client.get(address))
    assert (status, (to or "").split("?")[0]) == (302, reverse("account_login"))
    answer = client.post("/cms/login/", {"username": "x", "password": "y"})
    assert (answer.status_code, "_auth_user_id" in client.session) == (302, False)


@pytest.mark.parametrize("address", ["/admin/", "/admin/login/", "/django-admin/"])
def test_there_is_no_other_admin(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_addresses_are_compared_without_case(client: Client) -> None:
    user = make_user(email="Ana.Example@Member.example")
    assert user.email == "ana.example@member.example"
    assert User.objects.get_by_natural_key("ANA.EXAMPLE@member.example") == user
    enter(client, "ANA.example@MEMBER.example")
    assert client.session["_auth_user_id"] == str(user.pk)
