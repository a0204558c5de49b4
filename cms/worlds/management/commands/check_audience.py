"""Compare stored audiences with the facts."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from cms.core.instants import current_instant
from cms.worlds.audience_check import check_audience


class Command(BaseCommand):
    """`check_audience`: recompute every audience, lineage and copy; exit with 1 where anything differs."""

    help = "Recompute all audiences from the facts and report any difference; exits with 1 when there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print every difference and a closing line."""
        checked = check_audience(current_instant())
        for difference in checked.differences:
            self.stderr.write(difference, self.style.ERROR)
        due = f" {checked.due} wait for the worker." if checked.due else ""
        found = len(checked.differences)
        verdict = f"{found} {'difference' if found == 1 else 'differences'}" if found else "no difference"
        self.stdout.write(f"{checked.items} items and {checked.entries} search entries: {verdict}.{due}")
        if found:
            sys.exit(1)
