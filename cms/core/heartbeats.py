"""The watchdog: background work says now and then that it is alive, and its silence shows at `/health/`."""

from datetime import datetime, timedelta

from django.db import connection

from cms.core.health import OK
from cms.core.models import Heartbeat

TASKS = "tasks"
SECONDS_BETWEEN_BEATS = 10.0
# the promise is two minutes from the last sign of life
SILENCE = timedelta(seconds=90)

_BEAT = """
INSERT INTO core_heartbeat (part, at) VALUES (%s, %s)
ON CONFLICT (part) DO UPDATE SET at = GREATEST(core_heartbeat.at, EXCLUDED.at)
"""


def beat(part: str, at: datetime) -> None:
    """Say that the part of the background work is alive at the instant."""
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, [part, at])


def state_of(part: str, at: datetime) -> str:
    """Return `OK` when the part was alive in the last 90 seconds before the instant, else since when it is not."""
    last = Heartbeat.objects.filter(part=part).values_list("at", flat=True).first()
    if last is None:
        return "never ran"
    return OK if last > at - SILENCE else f"stands still since {last:%Y-%m-%d %H:%M} UTC"


def tasks_state(at: datetime) -> str:
    """Return the state of the queue of tasks."""
    return state_of(TASKS, at)
