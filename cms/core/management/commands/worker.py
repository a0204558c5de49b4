"""Run the background work: queued tasks, and those that come round by the clock."""

import logging
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections, connections
from django.utils.crypto import get_random_string
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS
from django_tasks_db.management.commands.db_worker import Worker

from cms.core import companions, heartbeats
from cms.core.instants import current_instant
from cms.core.schedule import enqueue_due

logger = logging.getLogger("iconet.worker")

PAUSE_SECONDS = 0.5
PAUSE_AFTER_ERROR_SECONDS = 5.0
SECONDS_BETWEEN_LOOKS_AT_THE_CLOCK = 1.0


class ClockworkWorker(Worker):
    """django-tasks' worker, which looks at the clock between two tasks too: a full queue delays nothing periodic."""

    _next_look = 0.0
    _next_beat = 0.0

    def look_at_the_clock(self) -> None:
        """Enqueue what is due, at most once a second; now and then say that the queue moves."""
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + SECONDS_BETWEEN_LOOKS_AT_THE_CLOCK
            enqueue_due(current_instant())
        if time.monotonic() >= self._next_beat:
            self._next_beat = time.monotonic() + heartbeats.SECONDS_BETWEEN_BEATS
            heartbeats.beat(heartbeats.TASKS, current_instant())

    def run_task(self, db_task_result: Any) -> None:
        """Run one task, then look at the clock."""
        super().run_task(db_task_result)
        self.look_at_the_clock()

    def work(self) -> None:
        """Enqueue what is due and run the queue until it is empty."""
        self.look_at_the_clock()
        self.run()


class Command(BaseCommand):
    """`manage.py worker`: until SIGTERM or Ctrl-C, which wait for the task at hand; `--once`: until nothing is left."""

    help = "Run queued background tasks and those that come round by the clock."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--once`."""
        parser.add_argument("--once", action="store_true", help="do what is due and queued now, then end")

    def handle(self, *args: object, once: bool, **options: object) -> None:
        """Work. A database that does not answer is waited for, except with `--once`."""
        logging.getLogger("django_tasks").setLevel(logging.WARNING)
        logging.getLogger("django_tasks_db").setLevel(logging.ERROR)
        worker = ClockworkWorker(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=0,
            batch=True,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
        )
        if once:
            self._work_once(worker)
            return
        worker.configure_signals()
        beside = companions.registered()
        for companion in beside:
            companion.start()
        try:
            self._work(worker)
        finally:
            for companion in beside:
                companion.stop()

    def _work_once(self, worker: ClockworkWorker) -> None:
        """Do everything that is due, and what comes of it, until nothing is left."""
        left = True
        while left:
            worker.work()
            left = sum(companion.work_off() for companion in companions.registered()) > 0

    def _work(self, worker: ClockworkWorker) -> None:
        while worker.running:
            try:
                worker.work()
                pause = PAUSE_SECONDS
            except Error:
                logger.exception("The database does not answer: trying again in %s seconds.", PAUSE_AFTER_ERROR_SECONDS)
                connections.close_all()
                pause = PAUSE_AFTER_ERROR_SECONDS
            close_old_connections()
            if worker.running:
                time.sleep(pause)
