"""The platform's own background tasks."""

from django.core.management import call_command
from django_tasks import task

KEEP_DONE_DAYS = 1
KEEP_FAILED_DAYS = 30


@task()
def forget_finished_tasks() -> None:
    """Delete the queue's rows of tasks that are done; those of failed ones stay long enough to be looked into."""
    call_command(
        "prune_db_task_results",
        queue_name="*",
        min_age_days=KEEP_DONE_DAYS,
        failed_min_age_days=KEEP_FAILED_DAYS,
        verbosity=0,
    )
