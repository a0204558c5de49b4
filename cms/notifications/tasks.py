"""Background tasks of notices."""

from django_tasks import task

from cms.core.instants import current_instant
from cms.notifications.services import queue_digests


@task()
def queue_due_digests() -> None:
    """Queue the digests that are due."""
    queue_digests(at=current_instant())
