"""The launcher as a real process: it starts everything, and leaves nothing behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from tests.architecture.source import ROOT

Process = subprocess.Popen[str]
Launch = Callable[[int], Process]
MANAGE = [sys.executable, str(ROOT / "manage.py")]
STOP_SECONDS = 30


@pytest.fixture
def data_dir() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="iconet-test-"))
    yield path
    shutil.rmtree(path)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _environment(data_dir: Path, **variables: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "DATA_DIR": str(data_dir), **variables}


def _refused(data_dir: Path, **variables: str) -> str:
    """Start the launcher, expect it to give up with one line, and return that line."""
    done = subprocess.run(
        [*MANAGE, "serve"],
        env=_environment(data_dir, **variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=STOP_SECONDS,
    )
    assert done.returncode != 0
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.fixture
def launch(data_dir: Path) -> Iterator[Launch]:
    """A function that starts the launcher on a port, and returns when it says that it is ready."""
    with ExitStack() as stack:

        def start(port: int) -> Process:
            process = subprocess.Popen(
                [*MANAGE, "serve"],
                env=_environment(data_dir, PORT=str(port)),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            stack.enter_context(process)
            stack.callback(process.terminate)
            said = []
            for line in process.stdout or ():
                said.append(line)
                if f"ICONet is ready at http://127.0.0.1:{port}" in line:
                    return process
            pytest.fail("".join(said))

        yield start


def _status(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=10) as answer:
        status: int = answer.status
        return status


def _runs(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def _family(process: Process, data_dir: Path) -> list[psutil.Process]:
    """Return everything that the launcher started: its descendants, and the database server, which stands alone."""
    server = psutil.Process(int((data_dir / "postgres" / "postmaster.pid").read_text().split("\n")[0]))
    return [*psutil.Process(process.pid).children(recursive=True), server]


def test_a_port_in_use_is_said_in_one_sentence_before_anything_slow(data_dir: Path) -> None:
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", 0))
        occupant.listen()
        port = str(occupant.getsockname()[1])
        complaint = _refused(data_dir, PORT=port, DATABASE_URL="postgresql://nobody@127.0.0.1:1/nowhere")
    assert complaint.startswith(f"CommandError: Port {port} is in use")


def test_a_port_that_is_none_is_said_in_one_sentence(data_dir: Path) -> None:
    complaint = _refused(data_dir, PORT="eighty", DATABASE_URL="postgresql://nobody@127.0.0.1:1/nowhere")
    assert complaint == "CommandError: PORT must be a number from 1 to 65535, not 'eighty'.\n"


def test_a_database_that_does_not_answer_is_said_in_one_sentence(data_dir: Path) -> None:
    complaint = _refused(data_dir, PORT=str(_free_port()), DATABASE_URL="postgresql://nobody@127.0.0.1:1/nowhere")
    assert complaint.startswith("CommandError: The database does not answer: ")


@pytest.mark.slow
def test_the_life_of_a_demo(data_dir: Path, launch: Launch) -> None:
    port = _free_port()
    process = launch(port)
    assert _status(port) == 200

    # another command uses the running database and leaves it running
    other = [*MANAGE, "check", "--database=default"]
    subprocess.run(other, env=_environment(data_dir), check=True, capture_output=True)
    assert _status(port) == 200

    # SIGTERM ends everything, and the exit code says that this was wanted
    family = _family(process, data_dir)
    process.send_signal(signal.SIGTERM)
    assert process.wait(STOP_SECONDS) == 0
    assert [one for one in family if _runs(one)] == []
    assert not (data_dir / "postgres" / "postmaster.pid").exists()

    # a later start finds everything in place; when a part dies, the rest ends too and the exit code says so
    process = launch(port)
    family = _family(process, data_dir)
    worker = next(child for child in family if child.cmdline()[-1:] == ["worker"])
    worker.kill()
    assert process.wait(STOP_SECONDS) == 1
    assert process.stdout is not None
    assert "The worker has ended unexpectedly" in process.stdout.read()
    assert [one for one in family if _runs(one)] == []
