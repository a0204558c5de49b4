"""Alerts in world files: read with their own fields, loaded, and untouched when loaded again."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.notifications.models import OutboxRow
from cms.notifications.telling import NOTIFY
from content_types.models import Alert
from workflows.alerts.models import Receipt

WORLD: dict[str, Any] = {
    "organisations": [{"key": "es", "name": "Spain", "kind": "member_state", "country": "ES", "parent": None}],
    "items": [
        {
            "key": "a-1",
            "type": "alert",
            "element": "early-warning",
            "owner": "es",
            "title": "Boats from a new beach",
            "summary": "Three boats in one night.",
            "body": "<p>More of it.</p>",
            "countries": ["ES"],
            "marking": "GREEN",
            "state": "network",
            "status": "published",
            "information_date": "2026-06-01",
            "published_at": "2026-06-02T08:00:00Z",
            "fields": {
                "urgency": "flash",
                "alert_kind": "route_change",
                "place_country": "ES",
                "detected_at": "2026-06-01T22:00:00Z",
                "persons_total": 41,
                "transport": ["vessel"],
                "nationalities": [{"country": "MA", "number": 30, "confirmed": True}],
            },
        }
    ],
}


def _load(world: dict[str, Any], folder: Path) -> None:
    path = folder / "world.json"
    path.write_text(json.dumps(world))
    call_command("load_world", str(path))


@pytest.mark.django_db
def test_an_alert_is_loaded_with_its_fields_and_untouched_by_loading_again(tmp_path: Path) -> None:
    _load(WORLD, tmp_path)
    alert = Alert.objects.get()
    assert (alert.urgency, alert.persons_total, alert.transport) == ("flash", 41, ["vessel"])
    assert alert.nationality_codes == ["MA"]
    revision = alert.latest_revision_id
    _load(WORLD, tmp_path)
    assert Alert.objects.get().latest_revision_id == revision


def _with_reports() -> dict[str, Any]:
    """Return the world with a contact point that answered, a follow-up and a final report of the same owner."""
    world = copy.deepcopy(WORLD)
    first = world["items"][0]
    world["organisations"].append(
        {"key": "fr", "name": "France", "kind": "member_state", "country": "FR", "parent": None}
    )
    competences = [{"element": "early-warning", "countries": []}]
    membership = {"organisation": "fr", "role": "approver", "competences": competences}
    world["users"] = [{"email": "luc@fr.example", "name": "Luc Exemple", "memberships": [membership]}]
    answer = {"by": "luc@fr.example", "at": "2026-06-02T08:20:00Z", "answer": "action"}
    first["fields"] |= {"acknowledgements": [answer], "route": [{"country": "MA", "mode": "vessel"}]}
    follow_up = first | {"key": "a-2", "type": "follow_up", "fields": {"follows": "a-1", "place_country": "ES"}}
    final = {"follows": "a-1", "place_country": "ES", "closing_reason": "ended", "lesson": "Look earlier."}
    world["items"] = [first | {"key": "a-3", "type": "final_report", "fields": final}, follow_up, first]
    return world


@pytest.mark.django_db
def test_a_loaded_alert_has_gone_out_and_nobody_is_told(tmp_path: Path) -> None:
    with CaptureQueriesContext(connection) as asked:
        _load(_with_reports(), tmp_path)
    written = [str(query["sql"]).split(" (")[0] for query in asked.captured_queries]
    # three alerts, one statement for all of them
    assert [written.count(f'INSERT INTO "alerts_{name}"') for name in ("release", "receipt")] == [1, 1]
    first = Alert.objects.get(report_kind="alert")
    assert first.legs[0].value["country"] == "MA"
    kinds = set(Alert.objects.filter(first_item=first.slug).values_list("report_kind", flat=True))
    assert kinds == {"follow_up", "final_report"}
    receipt = Receipt.objects.get(release__sharing=first.sharing)
    assert (receipt.answer, receipt.rings_at, receipt.release.released_at) == (
        "action", None, first.sharing.first_shared_at,
    )  # fmt: skip
    assert first.sharing.closing.reason == "It has ended"
    assert not OutboxRow.objects.filter(kind=NOTIFY).exists()
    versions = set(Alert.objects.values_list("latest_revision", flat=True))
    _load(_with_reports(), tmp_path)
    assert set(Alert.objects.values_list("latest_revision", flat=True)) == versions
    assert Receipt.objects.filter(release__sharing=first.sharing).count() == 1


@pytest.mark.django_db
def test_a_report_about_nothing_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = _with_reports()
    world["items"][1]["fields"]["follows"] = "a-9"
    with pytest.raises(CommandError):
        _load(world, tmp_path)
    assert '$.items[1].fields.follows: the item "a-9" is neither' in capsys.readouterr().err


@pytest.mark.django_db
def test_a_changed_field_is_a_new_version(tmp_path: Path) -> None:
    _load(WORLD, tmp_path)
    revision = Alert.objects.get().latest_revision_id
    changed = copy.deepcopy(WORLD)
    changed["items"][0]["fields"]["persons_total"] = 42
    _load(changed, tmp_path)
    assert Alert.objects.get().persons_total == 42
    assert Alert.objects.get().latest_revision_id != revision


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("urgency", "soon", "must be one of"),
        ("persons_total", -1, "must be a whole number"),
        ("colour", "red", "is unknown here"),
        ("nationalities", [{"number": 3}], "is missing"),
    ],
)
def test_what_an_alert_does_not_have_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, value: Any, said: str
) -> None:
    wrong = copy.deepcopy(WORLD)
    wrong["items"][0]["fields"][name] = value
    with pytest.raises(CommandError):
        _load(wrong, tmp_path)
    assert said in capsys.readouterr().err
