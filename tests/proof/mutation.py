"""Run the tests of the policy against each mistake, and list those that no test noticed.

`python -m tests.proof.mutation [FILE …]`; `--list` shows the mistakes.

Each mistake gets a process of tests of its own, `--at-once` of them at a time; a file's own tests come first, and the
first failure ends the process. `docs/proof.md` gives the reason for each survivor.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

from cms.core import embedded_postgres
from tests.proof.mutants import POLICY, ROOT, Mutant, mutants

LONGEST_SECONDS = 600
_VIEWING = ("tests/permissions/test_viewing_table.py", "tests/permissions/test_viewing_conditions.py")
_RIGHTS = ("tests/permissions/test_rights_table.py", "tests/permissions/test_rights_conditions.py")
_SHARING = ("tests/sharing/test_tokens.py", "tests/sharing/test_explanations.py", "tests/sharing/test_instants.py")
_WORLDS = ("tests/permissions/test_generated_worlds.py",)
TESTS = {
    "cms/sharing/oracle.py": (*_VIEWING, *_SHARING, *_WORLDS),
    "cms/sharing/tokens.py": (*_SHARING, *_VIEWING, *_RIGHTS, *_WORLDS),
    "cms/sharing/viewers.py": (*_VIEWING, *_RIGHTS, *_SHARING, *_WORLDS),
    "cms/sharing/querysets.py": (*_VIEWING, *_SHARING, *_WORLDS, "tests/search/test_visibility.py"),
    "cms/sharing/rules.py": (
        *_RIGHTS,
        *_VIEWING,
        "tests/users/test_permissions.py",
        "tests/workflows/test_approval.py",
    ),
    "cms/sharing/reach.py": (*_RIGHTS, "tests/admin/test_draft_scope.py", "tests/admin/test_editor.py"),
    "cms/sharing/rights.py": _RIGHTS,
    "cms/sharing/ceilings.py": ("tests/sharing/test_acts.py", "tests/sharing/test_publication.py"),
    "cms/organisations/rules.py": ("tests/organisations", "tests/administration"),
    "cms/organisations/groups.py": ("tests/organisations", "tests/administration", "tests/admin/test_directory.py"),
    "search/visibility.py": ("tests/search/test_visibility.py", *_VIEWING, *_WORLDS),
}


def places(number: int) -> "Queue[Path]":
    """Return so many folders, each with a running server whose test database is kept from one mistake to the next."""
    free: Queue[Path] = Queue()
    for one in range(number):
        folder = embedded_postgres.data_dir() / f"mutation-{one}"
        embedded_postgres.start(folder / "test-postgres", {"fsync": "off", "synchronous_commit": "off"})
        free.put(folder)
    return free


def survives(one: Mutant, free: "Queue[Path]") -> bool:
    """Tell whether all tests pass with the mistake; where they do not end, it counts as noticed."""
    folder = free.get()
    try:
        return _passes(one, folder)
    finally:
        free.put(folder)


def _passes(one: Mutant, folder: Path) -> bool:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"MUTANT": one.name, "PYTHONDONTWRITEBYTECODE": "1", "DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "pytest", "-p", "tests.proof.mutating", "-q", "-x", "-n0", "--reuse-db"]
    try:
        done = subprocess.run(
            [*command, *TESTS[one.path]],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def main(arguments: Iterable[str] | None = None) -> int:
    """Print a line for each survivor and the sum; return 1 where there are more than allowed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", default=POLICY, help="files of the policy; all, unless some are named")
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="print the mistakes, run nothing")
    parser.add_argument("--allowed", type=int, default=0, help="how many survivors docs/proof.md explains")
    given = parser.parse_args(None if arguments is None else list(arguments))
    chosen = [one for path in given.paths for one in mutants(path)]
    if given.list:
        _say(*(f"{one.name} line {one.line}: {one.what}" for one in chosen))
        return 0
    began, free, survivors = time.monotonic(), places(given.at_once), 0
    with ThreadPoolExecutor(given.at_once) as pool:
        for one, alive in zip(chosen, pool.map(lambda one: survives(one, free), chosen), strict=True):
            survivors += alive
            _say(*([f"SURVIVED {one.name} line {one.line}: {one.what}"] if alive else []))
    _say(f"{len(chosen)} mistakes, {survivors} not noticed, {time.monotonic() - began:.0f} s")
    return int(survivors > given.allowed)


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
