"""Compare what search reads with items and sharing rows, and the copies outside the database with it."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cms.notifications import outbox
from cms.sharing.models import Sharing
from search.drift import Drift, compare_copies, repair
from search.engines.elastic.connection import FarSideErrors, told
from search.models import SearchEntry
from search.reading import Comparison, compare
from search.services import index_items
from search.sync import sync_pending

_KINDS = {
    "missing": "has no copy",
    "stray": "has a copy and should have none",
    "version": "has a copy of another version",
    "tokens": "has a copy with other tokens",
}


class Command(BaseCommand):
    """`check_index`: exit with 1 where an entry or a copy says anything else than it should; `--repair` rights it."""

    help = (
        "Compare every search entry with its item and sharing row and, where Elasticsearch answers searches, every "
        "copy there with its entry, by item, version and tokens; exits with 1 when there is a difference that stays."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take `--repair`."""
        parser.add_argument("--repair", action="store_true", help="write anew what is not as it should be")

    def handle(self, *args: Any, repair: bool, **options: Any) -> None:
        """Print every difference and a closing line for entries and for copies."""
        wrong = self._entries(repaired=repair)
        if settings.SEARCH_ENGINE == "elasticsearch":
            try:
                wrong += self._copies(repaired=repair)
            except (*FarSideErrors, outbox.Unavailable) as error:
                raise CommandError(f"Elasticsearch does not answer: {told(error)}.") from error
        if wrong and not repair:
            sys.exit(1)

    def _entries(self, *, repaired: bool) -> int:
        found = compare()
        for uuid in found.differing:
            self.stderr.write(f"{uuid}: the entry is missing or says something else than the item", self.style.ERROR)
        for uuid in found.stray:
            self.stderr.write(f"{uuid}: an entry without a live item", self.style.ERROR)
        number = len(found.differing) + len(found.stray)
        if number and repaired:
            index_items(_ids(found))
        self.stdout.write(f"{found.items} live items, {found.entries} entries: {_verdict(number, repaired=repaired)}.")
        return number

    def _copies(self, *, repaired: bool) -> int:
        drift = compare_copies()
        for name, meaning in _KINDS.items():
            for sharing_id in getattr(drift, name):
                self.stderr.write(f"sharing row {sharing_id} {meaning}", self.style.ERROR)
        for fault in drift.faults:
            self.stderr.write(fault, self.style.ERROR)
        if drift.faults:
            raise CommandError("The external index is not in use: run rebuild_index.")
        number = len(drift.items)
        if number and repaired:
            repair(drift)
            sync_pending()
        self.stdout.write(f"{_counts(drift)}: {_verdict(number, repaired=repaired)}.")
        return number


def _counts(drift: Drift) -> str:
    return f"{drift.expected} copies expected, {drift.found} found, {drift.pending} on their way"


def _verdict(number: int, *, repaired: bool) -> str:
    if not number:
        return "no difference"
    return f"{number} differences" + (", written anew" if repaired else "; --repair writes them anew")


def _ids(found: Comparison) -> set[int]:
    """Return the ids of the sharing rows of all that differs."""
    differing = Sharing.objects.filter(uuid__in=found.differing).values_list("pk", flat=True)
    stray = SearchEntry.objects.filter(uuid__in=found.stray).values_list("pk", flat=True)
    return {*differing, *stray}
