"""Alerts in world files: read with their own fields, loaded, and untouched when loaded again."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from content_types.models import Alert

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
