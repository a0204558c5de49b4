"""The real worker, on the tests' database and with a mail server of the test."""

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import quote

from django.conf import settings
from django.db import connection


def start_worker(
    port: int,
    *options: str,
    base_url: str = "",
    environment: Mapping[str, str] | None = None,
    ahead: timedelta = timedelta(0),
) -> "subprocess.Popen[bytes]":
    """Start it, with these variables more and a clock that is so much ahead; mails go to the port on this machine, and
    lead to the base URL."""
    database = connection.settings_dict
    url = f"postgresql://postgres@/{database['NAME']}?host={quote(str(database['HOST']), safe='/')}"
    more = {"DATABASE_URL": url, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port)}
    more |= {"BASE_URL": base_url} if base_url else {}
    more |= {"DJANGO_SETTINGS_MODULE": "cms.settings.demo", **(environment or {})}
    moved = ["-m", "tests.alerts.moved_clock", str(ahead.total_seconds())]
    command = [sys.executable, *(moved if ahead else ["manage.py"]), "worker", *options]
    return subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=os.environ | more, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
