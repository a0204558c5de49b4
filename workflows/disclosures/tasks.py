"""Background tasks of requests for disclosure."""

from django_tasks import task

from cms.core.instants import current_instant
from workflows.disclosures.clock import remind


@task()
def remind_of_disclosures() -> None:
    """Remind those who have to answer."""
    remind(at=current_instant())
