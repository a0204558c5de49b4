"""The commands around world files, as somebody at a terminal meets them."""

import json
import re

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client

from cms.audit.models import AuditEvent
from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from cms.users.models import User
from cms.worlds.models import WorldObject
from cms.worlds.selectors import world_ids, world_keys
from search.models import SearchEntry
from tests.worlds.worlds import SMALL, load, sharing_of, small

pytestmark = pytest.mark.django_db


def run(capsys, *arguments):
    """Run a command; return what it printed."""
    call_command(*arguments)
    return capsys.readouterr()


def test_load_world_tells_what_it_did_and_how_fast(capsys):
    printed = run(capsys, "load_world", str(SMALL))

    assert re.search(r"items +5 +0 +0 +0\n", printed.out)
    assert re.search(r"Loaded in \d+\.\d s, \d+ items a second\.", printed.out)
    assert printed.err == ""


def test_load_world_prints_every_error_and_ends_with_1(capsys, tmp_path):
    world = small()
    world["items"][0] |= {"owner": "nowhere", "language": "xx"}
    for item in world["items"]:
        item["attachments"] = []
    path = tmp_path / "world.json"
    path.write_text(json.dumps(world))

    with pytest.raises(CommandError, match="2 errors; nothing was loaded") as ended:
        call_command("load_world", str(path))

    assert ended.value.returncode == 1
    assert sorted(line.split(":")[0] for line in capsys.readouterr().err.splitlines()) == [
        "$.items[0].language",
        "$.items[0].owner",
    ]


def test_world_ids_names_every_item_visible_or_not(capsys):
    load(small())

    ids = json.loads(run(capsys, "world_ids", "--json").out)

    assert ids == world_ids()
    assert ids["i-draft"] == str(sharing_of("i-draft").uuid)
    assert len(ids) == 5
    assert run(capsys, "world_ids").out.splitlines()[0] == f"{ids['i-draft']}  i-draft"


def test_keys_are_told_for_identifiers_that_came_from_a_file():
    load(small())
    uuid = sharing_of("i-public").uuid

    assert world_keys([uuid]) == {uuid: "i-public"}
    assert world_keys([]) == {}


def test_demo_accounts_lists_those_with_a_published_password(capsys):
    load(small())

    accounts = json.loads(run(capsys, "demo_accounts", "--json").out)

    assert [account["email"] for account in accounts] == ["ana@aa.example", "cy@ec.example"]
    assert set(accounts[0]) == {"email", "password", "totp_secret", "memberships"}
    assert accounts[0]["memberships"][0] == {
        "organisation": "aa-border",
        "role": "author",
        "elements": ["early-warning", "return"],
    }
    table = run(capsys, "demo_accounts").out
    assert "author at aa-border, officer at aa" in table
    assert "curator at ec (suspended)" in table


def test_the_printed_code_signs_in_as_the_pages_of_the_site_ask_for_it(capsys):
    load(small())
    code = run(capsys, "demo_accounts", "--code", "ANA@aa.example").out.split()[0]
    client = Client()

    first = client.post("/accounts/login/", {"login": "ana@aa.example", "password": "a published password"})
    second = client.post(first["Location"], {"code": code})

    assert first["Location"].startswith("/accounts/2fa/authenticate/")
    assert second.status_code == 302
    methods = Session.objects.get().get_decoded()[AUTHENTICATION_METHODS_SESSION_KEY]
    assert [method["method"] for method in methods] == ["password", "mfa"]


def test_no_code_is_printed_for_somebody_else():
    load(small())

    with pytest.raises(CommandError, match="no account of the demo"):
        call_command("demo_accounts", "--code", "bo@bb.example")


@pytest.mark.parametrize("command", ["world_ids", "demo_accounts"])
def test_what_nobody_may_know_is_told_in_a_demo_only(settings, command):
    settings.DEMO = False

    with pytest.raises(CommandError, match="in a demo only"):
        call_command(command)


def test_outside_a_demo_people_get_no_password_and_no_second_factor(settings):
    settings.DEMO = False
    world = small()
    world["users"][0]["password"] = world["users"][2]["password"] = None

    load(world)

    assert not any(user.has_usable_password() for user in User.objects.all())
    assert not User.objects.filter(authenticator__isnull=False).exists()
    assert not WorldObject.objects.exclude(password="").exists()


@pytest.mark.parametrize(
    ("user", "item", "expected"),
    [
        ("bo@bb.example", "i-restricted", "+ officer at bb-border: The organisation, or one above it, is a recipient."),
        ("ana@aa.example", "i-restricted", "+ author at aa-border: Membership of the owner"),
        ("ana@aa.example", "i-restricted", "- officer at aa: No membership is valid on this day"),
        ("cy@ec.example", "i-restricted", "The account is suspended, not enrolled"),
        ("bo@bb.example", "i-quarantined", "- officer at bb-border: The item is in quarantine"),
        ("bo@bb.example", "i-draft", "The item has no published version"),
        ("bo@bb.example", "i-public", "bo@bb.example may view RE-EC-2024-"),
    ],
)
def test_explain_access_says_why_for_each_membership(capsys, user, item, expected):
    load(small())

    assert expected in run(capsys, "explain_access", "--user", user, "--item", item).out


def test_explain_access_takes_identifier_reference_and_instant_and_never_prints_the_text(capsys):
    load(small())
    row = sharing_of("i-restricted")

    for name in (str(row.uuid), row.reference):
        printed = run(capsys, "explain_access", "--item", name, "--at", "2090-06-01T00:00:00Z").out
        assert printed.startswith(f"Nobody signed in may not view {row.reference} at 2090-06-01 00:00:00 UTC.")
        assert "recipient group member-states from 2090-01-01 00:00 UTC until 2091-01-01 00:00 UTC" in printed
        assert "Departures" not in printed


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--item", "nothing"], "There is no item nothing"),
        (["--item", "i-public", "--user", "nobody@x.example"], "There is no account"),
        (["--item", "i-public", "--at", "today"], "is no instant"),
        (["--item", "i-public", "--at", "2026-01-01"], "lacks its time zone"),
    ],
)
def test_explain_access_refuses_what_it_cannot_find(arguments, reason):
    load(small())

    with pytest.raises(CommandError, match=reason):
        call_command("explain_access", *arguments)


def test_check_audience_is_content_with_a_loaded_world(capsys):
    load(small())

    assert run(capsys, "check_audience").out == "5 items and 3 search entries: no difference.\n"


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (lambda: Sharing.objects.filter(state="public").update(audience=[]), "lacks ['RE:o"),
        (lambda: Sharing.objects.filter(state="public").update(audience=["public", "XX:n"]), "has ['XX:n'] too much"),
        (lambda: Sharing.objects.filter(state="restricted").update(next_change=None), "but the recipients say"),
        (lambda: Organisation.objects.filter(key="aa").update(lineage=[]), "organisation aa: lineage []"),
        (lambda: SearchEntry.objects.filter(state="public").delete(), "live, but without a search entry"),
        (lambda: SearchEntry.objects.filter(state="public").update(state="owner"), "search entry differs in state"),
        (lambda: SearchEntry.objects.filter(state="public").update(countries=["MA"]), "differs in countries"),
        (lambda: SearchEntry.objects.filter(state="public").update(audience=""), "has another audience"),
        (lambda: Organisation.objects.filter(key="bb").update(country="US"), "working group schengen-states"),
    ],
)
def test_check_audience_reports_what_differs_and_ends_with_1(capsys, broken, told):
    load(small())
    broken()

    with pytest.raises(SystemExit) as ended:
        call_command("check_audience")

    assert ended.value.code == 1
    assert told in capsys.readouterr().err


def test_check_audience_counts_rows_whose_span_has_ended_as_due(capsys):
    load(small())
    sharing = sharing_of("i-restricted")
    sharing.recipients.filter(group__isnull=False).update(valid_from="2020-01-01T00:00:00Z")
    Sharing.objects.filter(pk=sharing.pk).update(next_change="2020-01-01T00:00:00Z", audience_since=None)
    SearchEntry.objects.filter(pk=sharing.pk).update(next_change="2020-01-01T00:00:00Z", audience_since=None)
    sharing.recipients.filter(organisation__key="aa-border").delete()
    Sharing.objects.filter(pk=sharing.pk).update(audience=[token for token in sharing.audience if ":g" not in token])

    assert run(capsys, "check_audience").out.endswith("no difference. 1 wait for the worker.\n")


def test_the_benchmark_tells_rates_and_keeps_nothing(capsys):
    before = (Sharing.objects.count(), Organisation.objects.count(), AuditEvent.objects.count())

    result = json.loads(run(capsys, "benchmark_load_world", "--items", "20", "--json").out)

    assert result["items"] == 20
    assert result["added"]["rate"] > 0
    assert (Sharing.objects.count(), Organisation.objects.count(), AuditEvent.objects.count()) == before
