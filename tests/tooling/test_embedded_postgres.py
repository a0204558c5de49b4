"""The embedded PostgreSQL is shared, ends with its last user, and survives whatever ends it."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import psycopg
import pytest

from cms.core import embedded_postgres
from tests.architecture.source import ROOT

# a process that uses the server until its standard input ends
USER = """
import sys
from pathlib import Path
from cms.core import embedded_postgres
print(embedded_postgres.start(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""
User = subprocess.Popen[str]
OpenUser = Callable[[Path], User]


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="iconet-test-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def open_user() -> Iterator[OpenUser]:
    """A function that starts a process which uses the server of a directory, and returns once it does."""
    with ExitStack() as stack:

        def start(directory: Path) -> User:
            command = [sys.executable, "-c", USER, str(directory)]
            process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            stack.enter_context(process)
            assert process.stdout is not None
            assert process.stdout.readline() == embedded_postgres.url(directory) + "\n"
            return process

        yield start


def _leave(user: User) -> None:
    user.communicate()
    assert user.returncode == 0


def _answer(directory: Path) -> object:
    with psycopg.connect(embedded_postgres.url(directory)) as connection:
        row = connection.execute("SELECT lower('ÉÑ')").fetchone()
    return row and row[0]


def _runs(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def _postmaster(directory: Path) -> psutil.Process:
    return psutil.Process(int((directory / "postmaster.pid").read_text().split("\n")[0]))


@pytest.mark.parametrize("name", ["data", "d" * 120, 'it\'s, a "path" \\ $HOME'])
def test_it_starts_whatever_the_folder_is_called(folder: Path, open_user: OpenUser, name: str) -> None:
    directory = folder / name / "postgres"
    user = open_user(directory)
    assert _answer(directory) == "éñ"
    _leave(user)
    assert not (directory / "postmaster.pid").exists()


def test_it_ends_with_its_last_user(folder: Path, open_user: OpenUser) -> None:
    first = open_user(folder / "postgres")
    second = open_user(folder / "postgres")
    _leave(first)
    assert _answer(folder / "postgres") == "éñ"
    server = _postmaster(folder / "postgres")
    _leave(second)
    assert not _runs(server)


def test_it_starts_again_after_everything_was_killed(folder: Path, open_user: OpenUser) -> None:
    directory = folder / "postgres"
    user = open_user(directory)
    server = _postmaster(directory)
    user.kill()
    server.kill()
    # by now the number in the file that the killed server left belongs to another program
    pid_file = directory / "postmaster.pid"
    pid_file.write_text("\n".join([str(os.getpid()), *pid_file.read_text().split("\n")[1:]]))
    user = open_user(directory)
    assert _answer(directory) == "éñ"
    _leave(user)


def test_a_killed_user_leaves_nothing_that_keeps_the_server_running(folder: Path, open_user: OpenUser) -> None:
    open_user(folder / "postgres").kill()
    user = open_user(folder / "postgres")
    server = _postmaster(folder / "postgres")
    _leave(user)
    assert not _runs(server)


def test_a_folder_that_cannot_be_used_is_said_in_one_sentence(folder: Path) -> None:
    (folder / "file").touch()
    with pytest.raises(embedded_postgres.EmbeddedPostgresError, match=r"cannot use .*/file/postgres: "):
        embedded_postgres.start(folder / "file" / "postgres")
