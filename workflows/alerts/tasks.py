"""Background tasks of alerts."""

from django_tasks import task

from cms.core.instants import current_instant
from workflows.alerts.releasing import ring_due


@task()
def ring_due_clocks() -> None:
    """Take what nobody acknowledged in time a step further."""
    while ring_due(at=current_instant()):
        pass
