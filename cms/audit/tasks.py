"""Background tasks of the trail."""

from django_tasks import task

from cms.audit.sealing import seal
from cms.core.instants import current_instant


@task()
def seal_trail() -> None:
    """Seal what was written since the last time."""
    seal(at=current_instant())
