"""Measure how long it takes to ask saved searches about what was just published."""

import json
from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cms.core.instants import current_instant
from cms.sharing.viewers import tokens_by_user
from search.models import SavedSearch, SearchEntry
from search.saving import Change, find_new
from search.similar import telling_words


class Command(BaseCommand):
    """`benchmark_saved`: so many saved searches, asked about so many publications; nothing of it is kept."""

    help = (
        "Saves searches for the accounts that there are, asks them about the newest items as if these had just been "
        "published, prints how long that took, and undoes all of it. Needs a database with items and accounts."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how many searches and items, and the form of the output."""
        parser.add_argument("--searches", type=int, default=5000, help="saved searches (default 5000)")
        parser.add_argument("--items", type=int, default=100, help="publications (default 100)")
        parser.add_argument("--json", action="store_true", help="print figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure and print."""
        entries = list(SearchEntry.objects.order_by("-published_at", "pk")[: options["items"]])
        people = sorted(tokens_by_user(current_instant()))
        words = sorted({word for entry in entries for word in telling_words(entry)})
        if not words or not people:
            raise CommandError("There are no items, or no accounts that may read.")
        with transaction.atomic():
            self._save(people, words, options["searches"])
            start = perf_counter()
            found = find_new([Change(entry.pk, frozenset()) for entry in entries], current_instant())
            seconds = perf_counter() - start
            transaction.set_rollback(True)
        figures = {
            "searches": options["searches"],
            "items": len(entries),
            "found": found,
            "seconds": round(seconds, 2),
        }
        self.stdout.write(
            json.dumps(figures, indent=2)
            if options["json"]
            else f"{figures['searches']:,} saved searches, {figures['items']} publications: {figures['seconds']} s, "
            f"{found:,} findings."
        )

    def _save(self, people: list[int], words: list[str], number: int) -> None:
        now = current_instant()
        SavedSearch.objects.bulk_create(
            SavedSearch(
                user_id=people[place % len(people)],
                name=f"Benchmark {place}",
                parameters=f"q={words[place % len(words)]}",
                frequency=SavedSearch.Frequency.DAILY,
                created_at=now,
            )
            for place in range(number)
        )
