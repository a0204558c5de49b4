"""Enqueue the periodic tasks that are due, once for all workers."""

from datetime import datetime

from django.db import connection, transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cms.core import periodic

# any number that nothing else in this database locks: the workers take their turns under it
_TURN = 4_720_031


def enqueue_due(at: datetime) -> list[str]:
    """Enqueue the tasks that are due at the instant; return their names.

    A task is due when its last enqueueing, by whichever worker, is as long ago as its period; while one still waits
    in the queue, no other is added.
    """
    tasks = periodic.registered()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])
        due = [name for name, entry in tasks.items() if _is_due(entry, at)]
        for name in due:
            tasks[name].task.enqueue()
    return due


def _is_due(entry: periodic.Periodic, at: datetime) -> bool:
    earlier = DBTaskResult.objects.filter(task_path=entry.task.module_path)
    if earlier.filter(status=TaskResultStatus.READY).exists():
        return False
    return not earlier.filter(enqueued_at__gt=at - entry.every).exists()
