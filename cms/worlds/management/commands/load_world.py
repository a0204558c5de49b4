"""Load a world file."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.core.instants import current_instant
from cms.worlds.counting import Outcome
from cms.worlds.parsing import parse_file
from cms.worlds.problems import WorldRefused
from cms.worlds.services import load_world


class Command(BaseCommand):
    """`load_world FILE [--replace]`: bring the database to what a world file says, or say all that is wrong with it."""

    help = "Load a world file: organisations, groups, people, items. Nothing of a file with an error is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the file, and whether what came from world files before is removed first."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--replace", action="store_true", help="first remove all items, groups and users that came from world files"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the file and print what was done, or every problem and exit with 1."""
        begun = time.monotonic()
        try:
            value = parse_file(options["file"])
            folder, replace = options["file"].parent, options["replace"]
            outcome = load_world(value=value, at=current_instant(), replace=replace, folder=folder)
        except WorldRefused as refused:
            for problem in refused.problems:
                self.stderr.write(str(problem), self.style.ERROR)
            count = len(refused.problems)
            raise CommandError(
                f"{options['file']}: {count} {'error' if count == 1 else 'errors'}; nothing was loaded."
            ) from None
        self._report(outcome, time.monotonic() - begun)

    def _report(self, outcome: Outcome, seconds: float) -> None:
        self.stdout.write(f"{'':14}{'added':>9}{'changed':>9}{'unchanged':>11}{'removed':>9}")
        for name, counts in outcome.sections.items():
            numbers = f"{counts.added:>9}{counts.changed:>9}{counts.unchanged:>11}{counts.removed:>9}"
            self.stdout.write(f"{name:14}{numbers}")
        items = outcome.items.added + outcome.items.changed + outcome.items.unchanged
        rate = f", {items / seconds:.0f} items a second" if items else ""
        self.stdout.write(f"Loaded in {seconds:.1f} s{rate}.")
        if outcome.topics:
            self.stdout.write(f"Topic pages created: {outcome.topics}.")
