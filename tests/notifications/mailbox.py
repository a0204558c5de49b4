"""A mail server that runs in this process, and what it took."""

import socket
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Mailbox:
    """Takes mails; `before_answer` is called with the number taken so far before each is acknowledged."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, EmailMessage]] = []
        self.before_answer: Callable[[int], None] = lambda number: None
        self.answer = "250 OK"
        self.port = _free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def start(self) -> None:
        """Begin to listen."""
        self._controller.start()

    def stop(self) -> None:
        """End."""
        self._controller.stop()

    @property
    def by_person(self) -> dict[str, list[str]]:
        """The identifiers of the mails that each address got."""
        found: dict[str, list[str]] = {}
        for address, message in self.taken:
            found.setdefault(address, []).append(str(message["Message-ID"]))
        return found

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take one mail."""
        if self.answer.startswith("250"):
            message = message_from_bytes(envelope.content, policy=policy.default)
            self.taken.append((envelope.rcpt_tos[0], message))
            self.before_answer(len(self.taken))
        return self.answer


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
