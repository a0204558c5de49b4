"""Start the demo on this machine: database, demo world, static files, web server and worker."""

import http.client
import io
import json
import shlex
import sys
import time

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections

from cms.core import port, static_collection
from cms.core.supervision import Children, Stopped, ignore_signals, stop_on_signals

DEMO_WORLD = settings.BASE_DIR / "cms" / "worlds" / "demo" / "world.json"
# who plays the story: author, approver, an officer who may read, one who may not, the Commission's curator
HEADLINE = ("ana@es.example", "carlos@es.example", "marie@fr.example", "aino@fi.example", "curator@ec.example")
SERVER_WORKERS = 2
SERVER_THREADS = 4
SERVER_PATIENCE_SECONDS = 60.0
WEB_SERVER = "web server"


class Command(BaseCommand):
    """`manage.py serve`: what `make run` calls; stops with Ctrl-C or SIGTERM, and ends everything it started."""

    help = "Start the demo: prepare the database, load the demo world once, run web server and worker."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        """Run until told to stop. Whatever prevents that is a CommandError of one sentence."""
        if not settings.DEMO:
            raise CommandError("`serve` starts the demo only: in production see docs/operator.md.")
        number = port.wanted()
        if complaint := port.complaint(number):
            raise CommandError(complaint)
        stop_on_signals()
        children = Children()
        try:
            self._prepare(children)
            self._start(children, number)
            self._announce(number)
            self._watch(children)
        except Stopped:
            self._say("ICONet stops.")
        finally:
            ignore_signals()
            children.stop()
            connections.close_all()

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _prepare(self, children: Children) -> None:
        """Bring database and static files up to date; the static files by a second process meanwhile."""
        self._reach_database()
        wanted = static_collection.fingerprint()
        stale = not static_collection.is_current(wanted)
        if stale:
            self._say("Collecting the static files …")
            collect = ["collectstatic", "--no-input", "--clear", "--verbosity=0"]
            children.start("collectstatic", [sys.executable, str(settings.BASE_DIR / "manage.py"), *collect])
        call_command("migrate", interactive=False, verbosity=0)
        if not get_user_model().objects.exists():
            self._say("Loading the demo world …")
            call_command("load_world", str(DEMO_WORLD))
        if stale:
            children.wait(
                "collectstatic", lambda code: CommandError(f"The static files cannot be collected (exit code {code}).")
            )
            static_collection.mark(wanted)
        connections.close_all()

    def _reach_database(self) -> None:
        connection = connections["default"]
        connection.settings_dict["OPTIONS"].setdefault("connect_timeout", 5)
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {' '.join(str(error).split())}") from error

    def _start(self, children: Children, number: str) -> None:
        """Start web server and worker, and wait until the server answers."""
        # its processes share a port, so another server that took it meanwhile would get every other request unnoticed
        if complaint := port.complaint(number):
            raise CommandError(complaint)
        server = ["--interface=wsgi", f"--host={port.HOST}", f"--port={number}", "--no-ws", "--http=1"]
        server += [f"--workers={SERVER_WORKERS}", f"--blocking-threads={SERVER_THREADS}"]
        server += ["--blocking-threads-idle-timeout=600", "--workers-kill-timeout=5", "--log-level=warning"]
        children.start(WEB_SERVER, [sys.executable, "-m", "granian", *server, "cms.wsgi:application"])
        until = time.monotonic() + SERVER_PATIENCE_SECONDS
        while not _answers(number):
            self._complain_about_the_dead(children)
            if time.monotonic() > until:
                raise CommandError(f"The web server does not answer within {SERVER_PATIENCE_SECONDS:.0f} seconds.")
            time.sleep(0.1)
        # last, so that it does not compete with the server for a small machine's processors
        children.start("worker", [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"])

    def _announce(self, number: str) -> None:
        self._say(f"\nICONet is ready at http://{port.HOST}:{number}\n")
        answer = io.StringIO()
        call_command("demo_accounts", json=True, stdout=answer)
        accounts = {account["email"]: account for account in json.loads(answer.getvalue())}
        for address in [address for address in HEADLINE if address in accounts]:
            places = ", ".join(f"{one['role']} at {one['organisation']}" for one in accounts[address]["memberships"])
            self._say(f"  {address:20} {accounts[address]['password']:20} {places}")
        place = (
            "" if settings.DATA_DIR == settings.BASE_DIR / "var" else f"DATA_DIR={shlex.quote(str(settings.DATA_DIR))} "
        )
        self._say(f"\nAll accounts:   {place}.venv/bin/python manage.py demo_accounts")
        self._say(f"One-time code:  {place}.venv/bin/python manage.py demo_accounts --code {HEADLINE[0]}")
        self._say("Ctrl-C stops ICONet.")

    def _watch(self, children: Children) -> None:
        while True:
            self._complain_about_the_dead(children)
            time.sleep(0.5)

    def _complain_about_the_dead(self, children: Children) -> None:
        if ended := children.ended():
            name, code = ended
            raise CommandError(f"The {name} has ended unexpectedly (exit code {code}): ICONet stops.")


def _answers(number: str) -> bool:
    """Return whether the server answers a request for the sign-in page without an error of its own."""
    connection = http.client.HTTPConnection(port.HOST, int(number), timeout=5)
    try:
        connection.request("GET", "/accounts/login/", headers={"Host": f"{port.HOST}:{number}"})
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
