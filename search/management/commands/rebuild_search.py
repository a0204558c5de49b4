"""Write the read model anew."""

from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand

from search.services import rebuild


class Command(BaseCommand):
    """`rebuild_search`: write every search entry anew, in one transaction."""

    help = "Write every search entry anew from items and sharing rows; searches go on meanwhile, changes of items wait."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, and say how many entries stand and how fast they were written."""
        start = perf_counter()
        entries = rebuild()
        seconds = perf_counter() - start
        self.stdout.write(f"{entries} entries written in {seconds:.1f} s, {entries / seconds:.0f} a second.")
