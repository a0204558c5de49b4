"""The plugin that makes one session of tests try all mistakes of some files: a fork of it for each, changed in place.

`MUTATED` names the files. The session runs all tests once, and notes which of them enter which function; each fork runs
those that enter the function with the mistake and ends with the first that fails. A fork without a mistake goes first,
and must pass. What was found of each mistake is written as a line of JSON to the open file `MUTATION_RESULTS`.

A fork that notices nothing proves nothing: the caller asks a fresh process again. Tests that commit are left to it.
"""

import gc
import json
import os
import select
import signal
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connections

from tests.proof.in_place import CannotExchangeError, InPlace
from tests.proof.mutants import WATCHER, Mutant, Where, mutants, watched

# how much longer than all tests without a mistake those with one may take
_PATIENCE, _GRACE_SECONDS = 3, 60
# so many of the tests that noticed the last mistakes are run first
_KILLERS = 8
Report = dict[str, Any]


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Try every mistake instead of running the tests."""
    with os.fdopen(int(os.environ["MUTATION_RESULTS"]), "w") as results:
        for found in _Server(session, os.environ["MUTATED"].split()).tried():
            results.write(json.dumps(found) + "\n")
            results.flush()
    return True


class _Server:
    """Some files of the policy, their tests, and what is known of them."""

    def __init__(self, session: pytest.Session, paths: list[str]) -> None:
        self.in_place = {path: InPlace(path) for path in paths}
        self.items = {item.nodeid: item for item in session.items if not _commits(item)}
        self.sharing = {nodeid for nodeid, item in self.items.items() if _shares(item)}
        self.seconds: dict[str, float] = defaultdict(float)
        # (file, function or method) → the tests that enter it
        self.entered: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.killers: list[str] = []
        self.now = self.failed = ""
        session.config.pluginmanager.register(self)

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember what failed, and how long each test took."""
        self.seconds[report.nodeid] += report.duration
        if report.failed:
            self.failed = report.nodeid

    def tried(self) -> Iterator[Report]:
        """Yield what was found without a mistake, then of each mistake."""
        began = time.monotonic()
        failed = self._watch()
        took = time.monotonic() - began
        connections.close_all()
        gc.collect()
        gc.freeze()
        control = {"noticed_by": failed} if failed else _fork(self._control, None)
        yield control
        if control["noticed_by"]:
            return
        for path in self.in_place:
            for mutant in mutants(path):
                found = _fork(lambda one=mutant: self._with(one), _GRACE_SECONDS + _PATIENCE * took)  # type: ignore[misc]
                if found["noticed_by"]:
                    self.killers = [found["noticed_by"], *(one for one in self.killers if one != found["noticed_by"])]
                yield {"path": path, "number": mutant.number} | found

    def _watch(self) -> str:
        """Run everything, and note which test enters which function; return what fails."""
        for path, in_place in self.in_place.items():
            watcher = partial(self._enter, path)
            setattr(in_place.module, WATCHER, watcher)
            in_place.exchange(watched(in_place.source), tables=False)
        failed = self._run(list(self.items))
        for in_place in self.in_place.values():
            in_place.exchange(in_place.source, tables=False)
        return failed

    def _enter(self, path: str, scope: str) -> None:
        self.entered[path, scope].add(self.now)

    def _control(self) -> Report:
        """Run everything with functions and tables exchanged for what they are."""
        for in_place in self.in_place.values():
            in_place.exchange(in_place.source, tables=True)
        return {"noticed_by": self._run(list(self.items))}

    def _with(self, mutant: Mutant) -> Report:
        try:
            self.in_place[mutant.path].exchange(mutant.source, tables=mutant.where is Where.TABLE)
        except CannotExchangeError as error:
            return {"noticed_by": "", "why": str(error)}
        return {"noticed_by": self._run(self._in_order(mutant))}

    def _in_order(self, mutant: Mutant) -> list[str]:
        """Return the tests that can notice the mistake: first those that noticed the last ones, then the quickest;
        tests that share what is made once for all of a file come last, together."""
        if mutant.where is Where.ELSEWHERE:
            return []
        entered = self.entered[mutant.path, mutant.scope]
        if mutant.where is Where.TABLE:
            scopes = [tests for (path, _scope), tests in self.entered.items() if path == mutant.path]
            entered = set().union(*scopes) or set(self.items)
        # what is made once enters the function in the first test alone
        files = {_file(one) for one in entered & self.sharing}
        alone = sorted(entered - self.sharing, key=lambda one: self.seconds[one])
        together = [one for one in self.items if one in self.sharing and _file(one) in files]
        first = [one for one in self.killers if one in {*alone, *together}][:_KILLERS]
        return first + [one for one in (*alone, *together) if one not in first]

    def _run(self, nodeids: list[str]) -> str:
        """Run these tests until one fails; return its name, or nothing."""
        for nodeid, following in zip(nodeids, [*nodeids[1:], None], strict=False):
            self.now = nodeid
            item, nextitem = self.items[nodeid], None if following is None else self.items[following]
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=nextitem)
            if self.failed:
                break
        return self.failed


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    commits = marker is not None and bool(marker.kwargs.get("transaction"))
    return commits or not {"transactional_db", "live_server"}.isdisjoint(getattr(item, "fixturenames", ()))


def _shares(item: pytest.Item) -> bool:
    """Tell whether the test uses what is made once for several."""
    made: Any = getattr(item, "_fixtureinfo").name2fixturedefs  # noqa: B009 # pytest has no public name for it
    return any(one.scope in {"class", "module", "package"} for each in made.values() for one in each)


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0]


def _fork(run: Callable[[], Report], limit: float | None) -> Report:
    """Return what a fork of this process finds; one that does not end in so many seconds is ended."""
    began = time.monotonic()
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        _answer(run, writing)
    os.close(writing)
    deadline = None if limit is None else began + limit
    answer = b""
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        while True:
            ready, _, _ = select.select(
                [pipe], [], [], None if deadline is None else max(0.0, deadline - time.monotonic())
            )
            if not ready:
                os.kill(process, signal.SIGKILL)
            if not ready or not (part := pipe.read(65536)):
                break
            answer += part
    os.waitpid(process, 0)
    found: Report = json.loads(answer) if answer else {"noticed_by": "", "why": "did not end well"}
    return found | {"took": time.monotonic() - began}


def _answer(run: Callable[[], Report], writing: int) -> None:
    """In the fork: write the answer, and leave without any of the endings that are the session's own."""
    try:
        answer = json.dumps(run()).encode()
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(answer)
    finally:
        os._exit(0)
