"""Compare the read model with items and sharing rows."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from search.reading import compare


class Command(BaseCommand):
    """`check_search`: exit with 1 where an entry says anything else than its item."""

    help = "Compare every search entry with its item and sharing row; exits with 1 when there is a difference."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print every difference and a closing line."""
        found = compare()
        for uuid in found.differing:
            self.stderr.write(f"{uuid}: the entry is missing or says something else than the item", self.style.ERROR)
        for uuid in found.stray:
            self.stderr.write(f"{uuid}: an entry without a live item", self.style.ERROR)
        number = len(found.differing) + len(found.stray)
        verdict = f"{number} differences; rebuild_search writes all anew" if number else "no difference"
        self.stdout.write(f"{found.items} live items, {found.entries} entries: {verdict}.")
        if number:
            sys.exit(1)
