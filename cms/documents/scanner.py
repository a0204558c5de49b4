"""The malware scanner: clamd, over TCP or a socket of this machine, by its INSTREAM command.

The two clients on PyPI have not been kept for years; the protocol is a few lines.
"""

import socket
import struct
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from cms.core.health import OK

CHUNK = 64 * 1024
CONNECT_SECONDS = 5.0
SCAN_SECONDS = 60.0
_HEALTH_SECONDS = 0.4
_LONGEST_ANSWER = 4096
_FOUND, _CLEAN = " FOUND", "stream: OK"


class ScannerDown(Exception):
    """The scanner did not answer, or not as it should."""


def is_set_up() -> bool:
    """Tell whether there is a scanner to be asked."""
    return bool(settings.CLAMD)


def find_malware(path: Path) -> str:
    """Return the name of the malware that the scanner finds in a file, or nothing. Raises ScannerDown."""
    try:
        with _connect(CONNECT_SECONDS) as line:
            line.settimeout(SCAN_SECONDS)
            _send(line, path)
            answer = _answer(line)
    except (OSError, ValueError) as error:
        raise ScannerDown(str(error)) from error
    if answer == _CLEAN:
        return ""
    if answer.endswith(_FOUND):
        return answer.removeprefix("stream: ").removesuffix(_FOUND)
    raise ScannerDown(answer)


def state(_at: datetime) -> str:
    """Return whether the scanner answers, for the health page."""
    if not is_set_up():
        return OK
    try:
        with _connect(_HEALTH_SECONDS) as line:
            line.sendall(b"zPING\0")
            answer = _answer(line)
    except OSError:
        return "does not answer"
    return OK if answer == "PONG" else "answers strangely"


def _connect(seconds: float) -> socket.socket:
    address = urlsplit(settings.CLAMD)
    if address.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(seconds)
        try:
            line.connect(address.path)
        except OSError:
            line.close()
            raise
        return line
    return socket.create_connection((address.hostname or "", address.port or 3310), timeout=seconds)


def _send(line: socket.socket, path: Path) -> None:
    line.sendall(b"zINSTREAM\0")
    with path.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            line.sendall(struct.pack("!L", len(chunk)) + chunk)
    line.sendall(struct.pack("!L", 0))


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < _LONGEST_ANSWER:
        piece = line.recv(_LONGEST_ANSWER)
        if not piece:
            break
        said += piece
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()
