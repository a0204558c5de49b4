"""Background tasks of retention."""

from django.conf import settings
from django_tasks import task

from cms.core.instants import current_instant
from workflows.retention.enums import Step
from workflows.retention.running import apply, plan


@task()
def retain_daily() -> None:
    """Tell owners of terms that end; where the operator has switched it on, withdraw and erase as well."""
    at = current_instant()
    planned = plan(at=at)
    apply([one for one in planned if settings.RETENTION or one.step == Step.TELL], at=at)
