"""The real worker, on the tests' database and with a mail server of the test."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection


def start_worker(port: int, *options: str, base_url: str = "") -> "subprocess.Popen[bytes]":
    """Start it; mails go to the port on this machine, and lead to the base URL."""
    database = connection.settings_dict
    url = f"postgresql://postgres@/{database['NAME']}?host={quote(str(database['HOST']), safe='/')}"
    more = {"DATABASE_URL": url, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port)}
    more |= {"BASE_URL": base_url} if base_url else {}
    environment = os.environ | more | {"DJANGO_SETTINGS_MODULE": "cms.settings.demo"}
    command = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "worker", *options]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
