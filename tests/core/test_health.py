"""`/health/` says ok or degraded to everybody and why to this machine alone; standing workers show."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from cms.core import health, heartbeats

AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> dict[str, health.Check]:
    """Return the register, empty for this test."""
    checks: dict[str, health.Check] = {}
    monkeypatch.setattr(health, "_checks", checks)
    return checks


def _fine(at: datetime) -> str:
    return health.OK


def _tired(at: datetime) -> str:
    return "tired"


def _broken(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    return health.OK


def _slow(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(20)")
    return health.OK


@pytest.mark.django_db
def test_all_is_well(client: Client, alone: dict[str, health.Check]) -> None:
    health.register("one", _fine)
    answer = client.get("/health/")
    assert (answer.status_code, answer.content) == (200, b"ok\none: ok")


@pytest.mark.django_db
def test_one_bad_state_is_degraded_and_the_service_answers(client: Client, alone: dict[str, health.Check]) -> None:
    health.register("one", _fine)
    health.register("two", _tired)
    answer = client.get("/health/")
    assert (answer.status_code, answer.content) == (200, b"degraded\none: ok\ntwo: tired")


@pytest.mark.django_db
def test_others_are_told_no_details(client: Client, alone: dict[str, health.Check]) -> None:
    health.register("two", _tired)
    assert client.get("/health/", REMOTE_ADDR="192.0.2.7").content == b"degraded"


@pytest.mark.django_db
@pytest.mark.parametrize("check", [_broken, _slow])
def test_a_check_that_fails_or_takes_long_is_a_state_and_spoils_no_other(
    check: health.Check, alone: dict[str, health.Check]
) -> None:
    health.register("first", check)
    health.register("second", _fine)
    assert health.states(AT) == {"first": health.FAILED, "second": health.OK}


def test_a_name_stands_for_one_check(alone: dict[str, health.Check]) -> None:
    health.register("one", _fine)
    health.register("one", _fine)
    with pytest.raises(ValueError, match="registered twice"):
        health.register("one", _tired)


@pytest.mark.django_db
def test_a_part_that_never_ran_is_told() -> None:
    assert heartbeats.state_of("nothing", AT) == "never ran"


@pytest.mark.django_db
def test_a_part_that_stands_still_is_told_within_two_minutes() -> None:
    heartbeats.beat("some", AT)
    assert heartbeats.state_of("some", AT + timedelta(seconds=60)) == health.OK
    assert heartbeats.state_of("some", AT + timedelta(minutes=2)) == "stands still since 2026-05-04 12:00 UTC"


@pytest.mark.django_db
def test_an_older_beat_takes_nothing_back() -> None:
    heartbeats.beat("some", AT)
    heartbeats.beat("some", AT - timedelta(hours=1))
    assert heartbeats.state_of("some", AT) == health.OK
