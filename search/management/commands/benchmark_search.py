"""Measure search on invented entries in a scratch database."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.benchmark.measures import REPEATS, measure
from search.engines import ENGINES


class Command(BaseCommand):
    """Print median and p95 of searches without and with the audience filter, and with facets."""

    help = (
        "Builds invented entries in a scratch database, times searches of one officer and prints a table: what the "
        "audience filter and facets cost, whether a word that only hidden items have can be told from an absent one, "
        "entries written per second, size of the index. The real database is not touched."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the engine, the number of entries and the form of the output."""
        parser.add_argument("--engine", choices=sorted(ENGINES), default="postgres")
        parser.add_argument("--items", type=int, default=100_000, help="entries to invent (default 100000)")
        parser.add_argument("--repeats", type=int, default=REPEATS, help=f"times each search runs (default {REPEATS})")
        parser.add_argument("--json", action="store_true", help="print figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure and print."""
        if options["items"] < 1 or options["repeats"] < 2:
            raise CommandError("--items must be at least 1, --repeats at least 2.")
        figures = measure(options["items"], repeats=options["repeats"])
        self.stdout.write(json.dumps(figures, indent=2) if options["json"] else _table(figures))


def _table(figures: dict[str, Any]) -> str:
    head = f"{'query':<12}{'all':>9}{'visible':>9}{'raw':>18}{'filtered':>18}{'with facets':>18}{'filtered/raw':>14}"
    lines = [f"{figures['engine']}, {figures['items']:,} items; median / p95 in ms", head]
    for query in figures["queries"]:
        times = "".join(f"{_pair(query[kind]):>18}" for kind in ("raw", "filtered", "with_facets"))
        counts = f"{query['raw']['found']:>9,}{query['filtered']['found']:>9,}"
        lines.append(f"{query['name']:<12}{counts}{times}{query['filtered_to_raw']:>14.2f}")
    both = figures["hidden_against_absent"]
    lines += [
        f"word only in {both['hidden_items_with_the_word']:,} hidden items: {_pair(both['hidden'])}; "
        f"word that stands nowhere: {_pair(both['absent'])}; ratio {both['ratio']:.2f}",
        f"entries written per second: {figures['entries_per_second']:,}; "
        f"index {figures['index_bytes'] / 1e6:.0f} MB, table with index {figures['all_bytes'] / 1e6:.0f} MB",
    ]
    return "\n".join(lines)


def _pair(times: dict[str, float]) -> str:
    return f"{times['median_ms']:.2f} / {times['p95_ms']:.2f}"
