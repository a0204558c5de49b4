"""A small scanner that speaks clamd's protocol, and finds the word EICAR."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SIGNATURE = b"EICAR"


class Clamd(socketserver.ThreadingTCPServer):
    """Remembers what it was given; `answer` replaces what it says."""

    allow_reuse_address = True
    daemon_threads = True
    # a request ends before the test does
    block_on_close = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.given: list[bytes] = []
        self.answer: bytes | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        """Read one command, up to its zero; answer it with a zero at the end."""
        server: Any = self.server
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command == b"zPING\0":
            self.wfile.write(b"PONG\0")
            return
        assert command == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        server.given.append(content)
        told = b"stream: Eicar-Test-Signature FOUND\0" if SIGNATURE in content else b"stream: OK\0"
        self.wfile.write(server.answer or told)


@contextmanager
def listening() -> Iterator[Clamd]:
    """Yield a scanner at work."""
    with Clamd() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
