"""The real worker and real commands, on the tests' database, with a mail server of the test and a clock of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from urllib.parse import quote

from django.conf import settings
from django.db import connection

NO_TIME = timedelta(0)


def start_worker(
    port: int,
    *options: str,
    base_url: str = "",
    environment: Mapping[str, str] | None = None,
    ahead: timedelta = NO_TIME,
) -> "subprocess.Popen[bytes]":
    """Start it, with these variables more and a clock that is so much ahead; mails go to the port on this machine, and
    lead to the base URL."""
    more = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port), **(environment or {})}
    more |= {"BASE_URL": base_url} if base_url else {}
    return subprocess.Popen(
        _command(["worker", *options], ahead),
        cwd=settings.BASE_DIR,
        env=_environment() | more,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def run_command(*arguments: str, ahead: timedelta = NO_TIME) -> str:
    """Run a management command to its end, with a clock that is so much ahead; return what it printed."""
    done = subprocess.run(
        _command(arguments, ahead),
        cwd=settings.BASE_DIR,
        env=_environment(),
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def _command(arguments: Sequence[str], ahead: timedelta) -> list[str]:
    moved = ["-m", "tests.alerts.moved_clock", str(ahead.total_seconds())]
    return [sys.executable, *(moved if ahead else ["manage.py"]), *arguments]


def _environment() -> dict[str, str]:
    database = connection.settings_dict
    url = f"postgresql://postgres@/{database['NAME']}?host={quote(str(database['HOST']), safe='/')}"
    return os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "cms.settings.demo"}
