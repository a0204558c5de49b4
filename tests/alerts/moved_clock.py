"""`python -m tests.alerts.moved_clock SECONDS COMMAND …`: a management command whose clock is so many seconds ahead."""

import os
import sys
from datetime import UTC, datetime, timedelta

import time_machine
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.demo")
    ahead = timedelta(seconds=float(sys.argv[1]))
    with time_machine.travel(datetime.now(UTC) + ahead, tick=True):
        execute_from_command_line(["manage.py", *sys.argv[2:]])
