"""Settings, commands and the container files agree with the operator's guide and with each other."""

import re
from typing import Any

import yaml
from django.core.management import get_commands

from tests.architecture.source import PRODUCT, ROOT, calls, python_files

GUIDE = (ROOT / "docs" / "operator.md").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
READERS = {"env.text", "env.words", "env.flag", "env.integer", "env.database"}


def _read_by(*names: str) -> set[str]:
    """Return the environment variables that the settings modules read through the typed readers."""
    found: set[str] = set()
    for name in names:
        for called, texts in calls(ROOT / "cms" / "settings" / f"{name}.py"):
            found |= {(texts or ["DATABASE_URL"])[0]} if called in READERS else set()
    return found


def _looked_up(path: Any) -> set[str]:
    """Return the environment variables that a file asks the system for."""
    return set(re.findall(r'environ(?:\.get|\.setdefault)?[(\[]\s*"([A-Z_]+)"', path.read_text(encoding="utf-8")))


def test_the_guide_explains_every_environment_variable() -> None:
    looked_up = set().union(*(_looked_up(path) for path in python_files(*PRODUCT)))
    read = _read_by("base", "demo", "dev", "local", "test") | looked_up
    assert {"SECRET_KEY", "DATABASE_URL", "PORT"} <= read
    assert {name for name in read - {"PATH"} if f"| `{name}` |" not in GUIDE} == set()


def test_the_guide_names_no_variable_that_nothing_reads() -> None:
    named = set(re.findall(r"^\| `([A-Z_]+)` \|", GUIDE, flags=re.MULTILINE))
    looked_up = set().union(*(_looked_up(path) for path in python_files(*PRODUCT, "tests")))
    assert named - _read_by("base") - looked_up - {"PYTHON"} == set()


def test_containers_are_given_every_variable_that_production_reads_and_no_other() -> None:
    image = set(re.findall(r"(\w+)=", "".join(re.findall(r"^ENV PATH(?:.*\\\n)*.*$", _dockerfile(), re.MULTILINE))))
    given = set(COMPOSE["x-iconet"]["environment"]) | image
    assert given - {"PATH", "PYTHONUNBUFFERED", "DJANGO_SETTINGS_MODULE"} == _read_by("base")


def _dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_no_secret_has_a_default() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    assert re.findall(r"\$\{(?:SECRET_KEY|AUDIT_KEY|POSTGRES_PASSWORD)(?!:\?)[^}]*\}", text) == []


def test_migrations_run_before_web_server_and_worker() -> None:
    services = COMPOSE["services"]
    done = {"migrate": {"condition": "service_completed_successfully"}}
    assert (services["web"]["depends_on"], services["worker"]["depends_on"]) == (done, done)


def test_the_guide_names_every_command_of_the_project() -> None:
    ours = {name for name, app in get_commands().items() if str(app).split(".")[0] in PRODUCT}
    assert {"serve", "worker"} <= ours
    assert {name for name in ours if f"| `{name}" not in GUIDE} == set()
