"""Background tasks of the desk."""

from django_tasks import task

from cms.core.instants import current_instant
from workflows.clock import run_due
from workflows.presence import forget_openings
from workflows.reminders import remind


@task()
def run_due_transitions() -> None:
    """Publish what was approved for an instant that has come, and withdraw what has expired."""
    run_due(at=current_instant())


@task()
def forget_who_was_at_work() -> None:
    """Delete what is not shown any more of who had which editor open."""
    forget_openings(at=current_instant())


@task()
def remind_of_reviews() -> None:
    """Tell who has to look at an item again."""
    remind(at=current_instant())
