"""A real Elasticsearch for the tests that need one: started once for all processes of a run, stopped by the last."""

import fcntl
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from cms.core import embedded_postgres

SCRIPT = Path(__file__).resolve().parents[1] / "setup" / "elasticsearch.sh"
# the first start of all fetches the server
PATIENCE_SECONDS = 600
_HEAP = {"ES_DEV_HEAP_MIN": "256m", "ES_DEV_HEAP_MAX": "512m"}


class ElasticsearchMissing(Exception):
    """There is no server, and why."""


def _directory() -> Path:
    return embedded_postgres.data_dir() / "test-elasticsearch"


@contextmanager
def _locked(name: str, how: int) -> Iterator[IO[str]]:
    """Hold a lock file of the server's folder; the system lets go of it whatever way this process ends."""
    _directory().mkdir(parents=True, exist_ok=True)
    with (_directory() / name).open("w") as file:
        fcntl.flock(file, how)
        yield file


def run_script(command: str, *arguments: str) -> str:
    """Run the start script; return what it printed. Raises ElasticsearchMissing with its last words."""
    done = subprocess.run(
        [str(SCRIPT), command, *arguments],
        env=os.environ | _HEAP,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or f"exit {done.returncode}").splitlines()
        raise ElasticsearchMissing(said[-1])
    return done.stdout


def start(directory: Path) -> str:
    """Start the server of the folder, or join it where it runs; return its address."""
    known = directory / "port"
    port = known.read_text() if known.exists() else ""
    try:
        run_script("status", "--port", port or "1", "--data", str(directory))
    except ElasticsearchMissing:
        port = str(_free_port())
        ports = ["--port", port, "--transport-port", str(_free_port())]
        run_script("start", *ports, "--data", str(directory), "--wait", str(PATIENCE_SECONDS // 2))
        known.write_text(port)
    return f"http://127.0.0.1:{port}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """The address of the server; without Java and Maven the test is left out, and in CI it fails."""
    with _locked("users", fcntl.LOCK_SH):
        try:
            missing = [name for name in ("java", "javac", "mvn") if shutil.which(name) is None]
            if missing:
                raise ElasticsearchMissing(f"no {', '.join(missing)}")
            with _locked("starting", fcntl.LOCK_EX):
                url = start(_directory())
        except ElasticsearchMissing as error:
            reason = f"no Elasticsearch ({error}): it needs a JDK 17 or newer and Maven"
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
        yield url


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server when the run ends, unless another run uses it."""
    if hasattr(config, "workerinput") or not (_directory() / "port").exists():
        return
    try:
        with _locked("starting", fcntl.LOCK_EX), _locked("users", fcntl.LOCK_EX | fcntl.LOCK_NB):
            run_script("stop", "--data", str(_directory()))
    except BlockingIOError:
        return
