"""Periodic tasks are enqueued when they are due, once for all workers, and run."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connections
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoDbBlocker, Settings

from cms.core import periodic
from cms.core.instants import current_instant
from cms.core.schedule import enqueue_due
from cms.core.tasks import forget_finished_tasks

NAME = "forget_finished_tasks"


@task()
def another() -> None:
    """Does nothing, under a name of its own."""


@pytest.fixture(autouse=True)
def _queue(settings: Settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def _queued() -> list[str]:
    """Return the states of the queue's rows of our task, oldest first."""
    rows = DBTaskResult.objects.filter(task_path=forget_finished_tasks.module_path)
    return list(rows.order_by("enqueued_at").values_list("status", flat=True))


@pytest.mark.django_db
def test_a_task_never_run_is_due() -> None:
    assert NAME in enqueue_due(current_instant())
    assert _queued() == [TaskResultStatus.READY]


@pytest.mark.django_db
def test_a_waiting_task_is_not_enqueued_again_however_late_it_is() -> None:
    enqueue_due(current_instant())
    assert NAME not in enqueue_due(current_instant() + timedelta(days=9))
    assert _queued() == [TaskResultStatus.READY]


@pytest.mark.django_db
def test_a_done_task_is_due_again_after_its_period_and_not_before() -> None:
    enqueue_due(current_instant())
    DBTaskResult.objects.update(status=TaskResultStatus.SUCCESSFUL)
    assert NAME not in enqueue_due(current_instant() + timedelta(hours=23))
    assert NAME in enqueue_due(current_instant() + timedelta(hours=25))
    assert _queued() == [TaskResultStatus.SUCCESSFUL, TaskResultStatus.READY]


@pytest.mark.django_db(transaction=True)
def test_several_workers_enqueue_a_task_once(django_db_blocker: DjangoDbBlocker) -> None:
    def look() -> list[str]:
        with django_db_blocker.unblock():
            try:
                return enqueue_due(current_instant())
            finally:
                connections.close_all()

    with ThreadPoolExecutor(4) as workers:
        looks = [workers.submit(look) for _ in range(4)]
    assert sorted(NAME in done.result() for done in looks) == [False, False, False, True]
    assert _queued() == [TaskResultStatus.READY]


@pytest.mark.django_db(transaction=True)
def test_a_worker_does_what_is_due() -> None:
    call_command("worker", once=True)
    assert _queued() == [TaskResultStatus.SUCCESSFUL]


def test_a_name_stands_for_one_task() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        periodic.register(NAME, 60, another)


def test_time_passes_between_two_rounds() -> None:
    with pytest.raises(ValueError, match="every 0 seconds"):
        periodic.register("hasty", 0, forget_finished_tasks)
    assert "hasty" not in periodic.registered()
