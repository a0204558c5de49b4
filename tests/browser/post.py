"""A real mail server with real workers that mail to it: what people get, and where its links lead."""

import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage

from tests.alerts.worker import NO_TIME, start_worker
from tests.notifications.mailbox import Mailbox

PATIENCE_SECONDS = 90.0


class PostOffice:
    """Runs workers, one after the other, and hands out what they mail."""

    def __init__(self, mailbox: Mailbox, base_url: str) -> None:
        self.base_url = base_url
        self._mailbox = mailbox
        self._came = threading.Condition()
        mailbox.before_answer = self._note

    def _note(self, _number: int) -> None:
        with self._came:
            self._came.notify_all()

    @contextmanager
    def working(self, *, ahead: timedelta = NO_TIME) -> Iterator[None]:
        """Have a worker work, with a clock that is so much ahead."""
        worker = start_worker(self._mailbox.port, base_url=self.base_url, ahead=ahead)
        try:
            yield
        finally:
            worker.terminate()
            try:
                worker.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                worker.kill()
                raise

    def mail_to(self, address: str, number: int = 1) -> EmailMessage:
        """Wait for the person's mail of this number, and return it."""
        with self._came:
            assert self._came.wait_for(lambda: len(self._of(address)) >= number, PATIENCE_SECONDS), address
        return self._of(address)[number - 1]

    def link_to(self, address: str, number: int = 1) -> str:
        """Wait for the person's mail of this number, and return where it leads."""
        found = re.search(r"https?://\S+", self.mail_to(address, number).get_content())
        assert found is not None
        return found.group()

    def number_to(self, address: str) -> int:
        """Return how many mails the person got so far."""
        return len(self._of(address))

    def texts(self) -> str:
        """Return all that was mailed so far, in small letters."""
        return "\n".join(message.as_string() for _address, message in self._mailbox.taken).lower()

    def _of(self, address: str) -> list[EmailMessage]:
        return [message for to, message in self._mailbox.taken if to == address]
