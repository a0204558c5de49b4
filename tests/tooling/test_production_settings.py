"""Production refuses to start without what it needs, and names what is missing."""

import os
import subprocess
import sys

import pytest

from tests.architecture.source import ROOT

COMPLETE = {
    "DJANGO_SETTINGS_MODULE": "cms.settings.base",
    "SECRET_KEY": "a" * 50,
    "AUDIT_KEY": "b" * 50,
    "ALLOWED_HOSTS": "iconet.example",
    "DATABASE_URL": "postgresql://iconet:secret@127.0.0.1:1/iconet",
}


def _start(variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Start a production command with these variables and no others."""
    command = [sys.executable, str(ROOT / "manage.py"), "check"]
    environment = {"PATH": os.environ["PATH"], **variables}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["SECRET_KEY", "AUDIT_KEY", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_a_missing_variable_stops_the_start_with_one_sentence_that_names_it(name: str) -> None:
    done = _start({key: text for key, text in COMPLETE.items() if key != name})
    assert done.returncode != 0
    assert done.stderr == f"The environment variable {name} is not set: it is required in production.\n"


def test_an_empty_variable_counts_as_missing() -> None:
    done = _start({**COMPLETE, "SECRET_KEY": " "})
    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr


def test_only_postgresql_is_a_database() -> None:
    done = _start({**COMPLETE, "DATABASE_URL": "sqlite:///iconet.db"})
    assert done.returncode != 0
    assert done.stderr == "DATABASE_URL must start with postgresql://, not sqlite://.\n"


def test_with_all_of_them_it_starts() -> None:
    assert _start(COMPLETE).returncode == 0
