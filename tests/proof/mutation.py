"""Put mistakes into the policy, one at a time, and see whether a test notices each.

`python -m tests.proof.mutation [FILE …]`: all files of the policy, or those named. `--list` shows the mistakes.

A mistake is tried quickly first, in a fork of a session that has collected its tests (`forking`). What nobody notices
there, and what cannot be tried so, gets a fresh process with all tests of the file (`mutating`). Both ways are walked
without a mistake first, and must find nothing. `survivors.toml` lists the mistakes that make no difference, each with
its reason: another one that survives, and a listed one that does not, make the status 1.
"""

import argparse
import sys
import time
from collections.abc import Iterable

from tests.proof.mutants import Mutant, mutants
from tests.proof.policy_files import GROUPS, TESTS
from tests.proof.survivors import explained
from tests.proof.trying import Bench, Benches


def main(arguments: Iterable[str] | None = None) -> int:
    """Print what was found; return 1 where the survivors are not those that are explained."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", default=list(TESTS), help="files of the policy; all, unless some are named")
    parser.add_argument(
        "--at-once", type=int, default=2, help="so many sessions at a time, each with a server of its own"
    )
    parser.add_argument("--list", action="store_true", help="print the mistakes, run nothing")
    parser.add_argument("--quick", action="store_true", help="a first look: no fresh process is asked; never status 0")
    parser.add_argument("--verbose", action="store_true", help="say of each mistake which test noticed it")
    given = parser.parse_args(None if arguments is None else list(arguments))
    if unknown := set(given.paths) - set(TESTS):
        parser.error(f"no file of the policy (see tests/proof/policy_files.py): {', '.join(sorted(unknown))}")
    if given.list:
        _say(*(f"{one.name} line {one.line}: {one.mistake}" for path in given.paths for one in mutants(path)))
        return 0
    return _try(given)


def _try(given: argparse.Namespace) -> int:
    began = time.monotonic()
    every = [one for path in given.paths for one in mutants(path)]
    benches = Benches(given.at_once)
    left = _tried_quickly(given, every, benches)
    fresh = left if given.quick else _tried_afresh(left, benches)
    survivors = {(one.path, one.mistake) for one in fresh}
    listed = {key for key in explained() if key[0] in given.paths}
    _say(
        f"{len(every)} mistakes, {len(left)} tried again in a fresh process, {len(survivors)} not noticed, "
        f"{time.monotonic() - began:.0f} s",
        *(f"NOT NOTICED, AND NOT EXPLAINED {path}: {mistake}" for path, mistake in sorted(survivors - listed)),
        *(f"EXPLAINED, BUT NOTICED {path}: {mistake}" for path, mistake in sorted(listed - survivors)),
    )
    return int(survivors != listed or given.quick)


def _tried_quickly(given: argparse.Namespace, every: list[Mutant], benches: Benches) -> list[Mutant]:
    """Return the mistakes that nobody noticed the quick way."""
    groups = [[path for path in group if path in given.paths] for group in GROUPS]
    by_name = {one.name: one for one in every}

    def try_group(paths: list[str], bench: Bench) -> list[Mutant]:
        left = []
        for found in bench.quickly(paths):
            one, noticed_by = by_name[f"{found['path']}:{found['number']}"], found["noticed_by"]
            if not noticed_by:
                left.append(one)
            if given.verbose or not noticed_by:
                said = noticed_by or found.get("why", "not noticed")
                _say(f"  {one.name} line {one.line}: {one.mistake}: {said} ({found['took']:.1f} s)")
        return left

    return [one for left in benches.each(try_group, [group for group in groups if group]) for one in left]


def _tried_afresh(left: list[Mutant], benches: Benches) -> list[Mutant]:
    """Return those of the mistakes that nobody notices in a fresh process either."""
    benches.each(lambda path, bench: bench.demand_that_all_pass(path), sorted({one.path for one in left}))
    passed = benches.each(lambda one, bench: bench.passes(one.path, one.name), left)
    return [one for one, alive in zip(left, passed, strict=True) if alive]


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
