"""The outbox inside the worker: one thread watches what is due, and each kind is done in a thread of its own, so that
a slow mail server delays no search index."""

import logging
import threading
import time

from django.db import Error, close_old_connections, connections

from cms.core import heartbeats
from cms.core.instants import current_instant
from cms.notifications.draining import drain, drain_kind, due_kinds
from cms.notifications.outbox import Handler, handlers

logger = logging.getLogger("iconet.outbox")

OUTBOX = "outbox"
# from commit to handler: half of this at the mean
POLL_SECONDS = 0.15
PAUSE_AFTER_ERROR_SECONDS = 5.0


class _Lane(threading.Thread):
    """Does the rows of one kind whenever it is woken."""

    def __init__(self, handler: Handler, stopping: threading.Event) -> None:
        super().__init__(name=f"outbox-{handler.kind}", daemon=True)
        self._handler = handler
        self._stopping = stopping
        self._woken = threading.Event()

    def wake(self) -> None:
        """Have the thread look for rows."""
        self._woken.set()

    def run(self) -> None:
        """Work until told to stop; what is at hand is finished."""
        try:
            while True:
                self._woken.wait()
                self._woken.clear()
                if self._stopping.is_set():
                    return
                self._work()
        finally:
            connections.close_all()

    def _work(self) -> None:
        try:
            drain_kind(self._handler, stopped=self._stopping.is_set)
        except Error as error:
            # the rows stay under their lease and are taken again when it ends
            logger.error("The outbox lost its database at kind %s: %s.", self._handler.kind, type(error).__name__)
            connections.close_all()
            self._stopping.wait(PAUSE_AFTER_ERROR_SECONDS)
        close_old_connections()


class OutboxCompanion:
    """What the worker starts and stops."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start the watching thread and one thread per kind."""
        self._stopping = threading.Event()
        lanes = {kind: _Lane(handler, self._stopping) for kind, handler in handlers().items()}
        watch = threading.Thread(target=self._watch, args=(lanes,), name="outbox", daemon=True)
        self._threads = [watch, *lanes.values()]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Have everything finish what it does now, and wait for it."""
        self._stopping.set()
        for thread in self._threads:
            if isinstance(thread, _Lane):
                thread.wake()
            thread.join()
        self._threads = []

    def work_off(self) -> int:
        """Do what is due now, in this thread."""
        heartbeats.beat(OUTBOX, current_instant())
        return drain()

    def _watch(self, lanes: dict[str, _Lane]) -> None:
        next_beat = 0.0
        try:
            while not self._stopping.wait(POLL_SECONDS):
                try:
                    if time.monotonic() >= next_beat:
                        heartbeats.beat(OUTBOX, current_instant())
                        next_beat = time.monotonic() + heartbeats.SECONDS_BETWEEN_BEATS
                    for kind in due_kinds(current_instant()):
                        lanes[kind].wake()
                except Error as error:
                    logger.error("The outbox cannot ask its database: %s.", type(error).__name__)
                    connections.close_all()
                    self._stopping.wait(PAUSE_AFTER_ERROR_SECONDS)
        finally:
            connections.close_all()
