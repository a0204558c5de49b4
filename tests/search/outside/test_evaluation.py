"""How well an engine finds, as the command prints it of a small collection."""

import json
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from tests.alerts.worker import run_command

_FILES = {
    "docs.jsonl": [
        {"id": "boats", "title": "Boats", "text": "Small boats leave at night.", "language": "en"},
        {"id": "lorries", "title": "Lorries", "text": "Lorries are searched at the border.", "language": "en"},
        {"id": "bateaux", "title": "Bateaux", "text": "Des bateaux partent la nuit.", "language": "fr"},
    ],
    "queries.jsonl": [{"id": "1", "text": "searching lorries"}, {"id": "2", "text": "bateau", "language": "fr"}],
}


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """A folder with three documents and two questions that each have one answer."""
    for name, rows in _FILES.items():
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("1\tlorries\t1\n2\tbateaux\t1\n", encoding="utf-8")
    return tmp_path


@pytest.mark.django_db
def test_each_engine_is_evaluated_with_the_settings_of_any_installation(
    collection: Path, elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELASTICSEARCH_URL", elasticsearch_url)
    for engine in ("postgres", "elasticsearch"):
        found = json.loads(run_command("evaluate_search", str(collection), "--engine", engine, "--json"))
        assert (found["engine"], found["documents"], found["queries"]) == (engine, 3, 2)
        assert (found["ndcg@10"], found["mrr"]) == (1.0, 1.0)
    monkeypatch.setenv("ELASTICSEARCH_URL", "")
    with pytest.raises(CalledProcessError) as refused:
        run_command("evaluate_search", str(collection), "--engine", "elasticsearch")
    assert refused.value.stderr == (
        "CommandError: SEARCH_ENGINE=elasticsearch needs ELASTICSEARCH_URL: the addresses of its nodes.\n"
    )
