"""Background tasks of sharing."""

from django_tasks import task

from cms.core.batches import until_none_left
from cms.core.instants import current_instant
from cms.sharing.services import refresh_due


@task()
def refresh_due_audiences() -> None:
    """Bring tokens up to date whose span has ended; until then such rows are judged from their facts."""
    until_none_left(lambda: refresh_due(at=current_instant()))
