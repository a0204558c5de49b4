"""Make anew what search reads."""

from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cms.notifications import outbox
from search.engines.elastic.connection import FarSideErrors, told
from search.rebuilding import RebuildFailed, rebuild_external
from search.services import rebuild


class Command(BaseCommand):
    """`rebuild_index`: with PostgreSQL write every search entry anew; with Elasticsearch build a new index of them."""

    help = (
        "With SEARCH_ENGINE=postgres: write every search entry anew from items and sharing rows, in one transaction; "
        "searches go on meanwhile, changes of items wait. With elasticsearch: build a new index of the search entries "
        "beside the one that answers, which it then replaces; nobody waits. Broken off, it goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take `--entries`."""
        parser.add_argument(
            "--entries", action="store_true", help="with elasticsearch too, write the search entries anew first"
        )

    def handle(self, *args: Any, entries: bool, **options: Any) -> None:
        """Rebuild, and say how much was written and how fast."""
        outside = settings.SEARCH_ENGINE == "elasticsearch"
        if entries or not outside:
            start = perf_counter()
            self._say(rebuild(), "entries written", perf_counter() - start)
        if outside:
            self._build()

    def _build(self) -> None:
        start = perf_counter()
        try:
            built = rebuild_external(self.stdout.write)
        except RebuildFailed as error:
            raise CommandError(str(error)) from error
        except (*FarSideErrors, outbox.Unavailable) as error:
            raise CommandError(f"Elasticsearch does not answer: {told(error)}. Run it again to go on.") from error
        self._say(built.copied, f"items copied to {built.index}, which answers now", perf_counter() - start)
        if built.refused:
            self.stderr.write(f"{built.refused} copies are refused: PostgreSQL answers for these items.")

    def _say(self, number: int, what: str, seconds: float) -> None:
        self.stdout.write(f"{number} {what}: {seconds:.1f} s, {number / seconds:.0f} a second.")
