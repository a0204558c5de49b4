"""Sessions of tests that try mistakes: one that forks for each mistake of a file, and fresh ones."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import Any, TypeVar

from cms.core import embedded_postgres
from tests.proof.mutants import ROOT
from tests.proof.policy_files import TESTS

# after so long, tests that have not ended will not
LONGEST_SECONDS = 900
_FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
_PYTEST = (sys.executable, "-m", "pytest", "-q", "-n0", "--reuse-db", "--tb=line")
_WITHOUT_CHANCE = ("-p", "no:randomly", "-p", "no:cacheprovider", "-p", "tests.proof.prepared")


Given = TypeVar("Given")
Made = TypeVar("Made")


class UnfitError(Exception):
    """Tests fail, or do not run, without any mistake: nothing they say of one counts."""


@dataclass(frozen=True, slots=True)
class Bench:
    """A place to try mistakes at, one after the other: a server of its own with a test database that is kept."""

    folder: Path

    @classmethod
    def set_up(cls, number: int) -> "Bench":
        """Start the server and let a session of tests make the database."""
        bench = cls(embedded_postgres.data_dir() / f"mistakes-{number}")
        embedded_postgres.start(bench.folder / "test-postgres", _FORGETFUL)
        command = [*_PYTEST, "tests/sharing/test_tokens.py", "tests/sharing/test_acts.py"]
        _demand(_run(command, bench._environment(prepared=False)), "to make the database")
        return bench

    def _environment(self, *, prepared: bool = True, **more: str) -> dict[str, str]:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment |= {"DATA_DIR": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"} | more
        if prepared:
            address = embedded_postgres.url(self.folder / "test-postgres")
            environment["DATABASE_URL"] = address.replace("/postgres?", "/test_postgres?")
        return environment

    def quickly(self, paths: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Yield what forks of one session find of each mistake of the files, by path and number: see `forking`.

        Raises UnfitError where tests fail without a mistake.
        """
        reading, writing = os.pipe()
        environment = self._environment(MUTATED=" ".join(paths), MUTATION_RESULTS=str(writing))
        command = [
            *_PYTEST,
            *_WITHOUT_CHANCE,
            "-p",
            "tests.proof.forking",
            *dict.fromkeys(test for path in paths for test in TESTS[path]),
        ]
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, pass_fds=[writing], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process:
            os.close(writing)
            with os.fdopen(reading) as results:
                control = json.loads(results.readline() or '{"noticed_by": "all of them: they do not run"}')
                if not control["noticed_by"]:
                    yield from map(json.loads, results)
            output, _ = process.communicate()
        if control["noticed_by"] or process.returncode:
            said = output.decode(errors="replace")[-3000:]
            raise UnfitError(f"{', '.join(paths)}: without a mistake these fail: {control['noticed_by']}\n{said}")

    def passes(self, path: str, mistake: str = "") -> bool:
        """Tell whether all tests of the file pass in a fresh process with the mistake of this name, or without any."""
        command = [*_PYTEST, *_WITHOUT_CHANCE, "-x", "-p", "tests.proof.mutating", *TESTS[path]]
        done = _run(command, self._environment(MUTANT=mistake or path))
        return done is not None and done.returncode == 0

    def demand_that_all_pass(self, path: str) -> None:
        """Raise UnfitError where tests of the file fail in a fresh process without a mistake."""
        if not self.passes(path):
            raise UnfitError(f"{path}: its tests fail in a fresh process, without a mistake")


class Benches:
    """So many benches, each of them lent to one at a time."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.free: Queue[Bench] = Queue()
        for one in range(number):
            self.free.put(Bench.set_up(one))

    def each(self, work: Callable[[Given, Bench], Made], what: Iterable[Given]) -> list[Made]:
        """Do the work on each of these at some bench, as many at once as there are benches."""

        def at_a_bench(one: Given) -> Made:
            bench = self.free.get()
            try:
                return work(one, bench)
            finally:
                self.free.put(bench)

        with ThreadPoolExecutor(self.number) as pool:
            return list(pool.map(at_a_bench, what))


def _run(command: list[str], environment: dict[str, str]) -> "subprocess.CompletedProcess[str] | None":
    try:
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=LONGEST_SECONDS
        )
    except subprocess.TimeoutExpired:
        return None


def _demand(done: "subprocess.CompletedProcess[str] | None", what: str) -> None:
    if done is None or done.returncode:
        raise UnfitError(f"Tests fail that were run {what}:\n{done.stdout[-3000:] if done else 'they do not end'}")
