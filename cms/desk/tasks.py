"""Background tasks of the desk."""

from django_tasks import task

from cms.core.instants import current_instant
from cms.desk.services import forget_read

FORGET_SECONDS = 24 * 60 * 60


@task()
def forget_old_reading() -> None:
    """Delete what is kept of the reading of items that are no news any more."""
    forget_read(at=current_instant())
