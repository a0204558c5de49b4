"""Is the port free? Asked before anything slow; a script of the standard library too, so that set-up can ask first."""

import errno
import os
import socket
import sys

HOST = "127.0.0.1"
DEFAULT_PORT = "8000"


def complaint(text: str) -> str | None:
    """Return one sentence about why the server cannot listen on the port that the text names, or None when it can."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65_535:
        return f"PORT must be a number from 1 to 65535, not {text!r}."
    with socket.socket() as probe:
        # as the server does, so that connections of an earlier run that are still closing do not count
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(text)))
            probe.listen()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"Port {text} is in use: stop what listens there, or choose another with PORT, as in PORT=8001."
            return f"Port {text} cannot be used: {error.strerror}."
    return None


def wanted() -> str:
    """Return the text of `PORT`, or the usual port."""
    return os.environ.get("PORT") or DEFAULT_PORT


if __name__ == "__main__":
    sys.exit(complaint(wanted()))
