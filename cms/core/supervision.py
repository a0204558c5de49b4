"""The child processes of one command: started together, watched, and all ended when one ends or the command is."""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import NoReturn

STOP_SECONDS = 10.0
_PR_SET_PDEATHSIG = 1
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked the command to stop; not an Exception, so that nothing on the way swallows it."""


def stop_on_signals() -> None:
    """From now on Ctrl-C, SIGTERM and a closed terminal raise Stopped, wherever the command is."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        ignore_signals()
        raise Stopped

    for number in _SIGNALS:
        signal.signal(number, stop)


def ignore_signals() -> None:
    """From now on the command ends what it started, undisturbed; it takes STOP_SECONDS at most."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


class Children:
    """Named child processes."""

    def __init__(self) -> None:
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a child in a session of its own: a Ctrl-C at the terminal reaches this process alone, which passes it
        on; the system ends the child should this process be killed."""
        self._processes[name] = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - no threads here
        )

    def ended(self) -> tuple[str, int] | None:
        """Return the name and exit code of a child that has ended, or None."""
        for name, process in self._processes.items():
            code = process.poll()
            if code is not None:
                return name, code
        return None

    def wait(self, name: str, failed: Callable[[int], Exception]) -> None:
        """Wait for a child that ends by itself; a non-zero exit code raises what `failed` makes of it."""
        code = self._processes.pop(name).wait()
        if code:
            raise failed(code)

    def stop(self) -> None:
        """End all children: politely, and after STOP_SECONDS without asking."""
        for process in self._processes.values():
            process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for process in self._processes.values():
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
