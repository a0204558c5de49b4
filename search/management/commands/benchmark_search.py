"""Measure search on invented entries in a scratch place."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from search.benchmark.measures import REPEATS, Plan, measure
from search.benchmark.outside import Unanswered
from search.benchmark.publishing import NeverFound
from search.engines import ENGINES
from search.engines.elastic.connection import FarSideErrors

# parts of the figures that options ask for
_OPTIONAL = ("under_load", "rebuild")


class Command(BaseCommand):
    """Print median and p95 of searches without and with the audience filter, and with facets."""

    help = (
        "Builds invented entries in a scratch database (and, with elasticsearch, in a scratch index on the servers of "
        "ELASTICSEARCH_URL), times searches of officers and prints a table: what the audience filter and facets cost, "
        "what many tokens cost, whether a word that only hidden items have can be told from an absent one, entries "
        "written a second, sizes, memory; with --load also eight clients at once while items are published, with "
        "--rebuild how many entries a second rebuild_index copies. Real data "
        "are not touched."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the engine, the number and size of entries and the form of the output."""
        parser.add_argument("--engine", choices=sorted(ENGINES), default="postgres")
        parser.add_argument("--items", type=int, default=100_000, help="entries to invent (default 100000)")
        parser.add_argument("--short", action="store_true", help="short texts: about 50 words, not 180")
        parser.add_argument("--repeats", type=int, default=REPEATS, help=f"times each search runs (default {REPEATS})")
        parser.add_argument("--load", action="store_true", help="measure eight clients at once, too")
        parser.add_argument(
            "--rebuild", action="store_true", help="with elasticsearch: build the index anew at the end"
        )
        parser.add_argument("--json", action="store_true", help="print figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure and print."""
        if options["items"] < 1 or options["repeats"] < 2:
            raise CommandError("--items must be at least 1, --repeats at least 2.")
        plan = Plan(**{name: options[name] for name in ("engine", "items", "short", "repeats", "load", "rebuild")})
        if plan.rebuild and plan.engine != "elasticsearch":
            raise CommandError(
                "--rebuild is for --engine elasticsearch: what PostgreSQL writes a second is told anyway."
            )
        if plan.load and plan.engine == "elasticsearch" and settings.ELASTICSEARCH_KEPT_OUT not in ([], ["none"]):
            raise CommandError(
                "With --load set ELASTICSEARCH_KEPT_OUT=none: what is published is to be copied, all of it."
            )
        try:
            figures = measure(plan)
        except (*FarSideErrors, ImproperlyConfigured, Unanswered, NeverFound) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(figures, indent=2) if options["json"] else _table(figures))


def _table(figures: dict[str, Any]) -> str:
    head = f"{'query':<12}{'all':>9}{'visible':>9}{'raw':>18}{'filtered':>18}{'with facets':>18}{'filtered/raw':>14}"
    lines = [
        f"{figures['engine']}, {figures['items']:,} items of {figures['words_of_an_entry']} words; median / p95 in ms; "
        f"load of the machine {figures['load_average'][0]}",
        head,
    ]
    for query in figures["queries"]:
        times = "".join(f"{_pair(query[kind]):>18}" for kind in ("raw", "filtered", "with_facets"))
        counts = f"{query['raw']['found']:>9,}{query['filtered']['found']:>9,}"
        lines.append(f"{query['name']:<12}{counts}{times}{query['filtered_to_raw']:>14.2f}")
    both = figures["hidden_against_absent"]
    return "\n".join(
        [
            *lines,
            *(f"common, {row['tokens']} tokens: {_pair(row)}, {row['found']:,} found" for row in figures["tokens"]),
            f"word only in {both['hidden_items_with_the_word']:,} hidden items: {_pair(both['hidden'])}; "
            f"word that stands nowhere: {_pair(both['absent'])}; ratio {both['ratio']:.2f}",
            f"entries written per second: {figures['entries_per_second']:,}; size {figures['bytes'] / 1e6:,.0f} MB",
            "memory in MB: " + ", ".join(f"{name} {size / 1e6:,.0f}" for name, size in figures["memory_bytes"].items()),
            *(f"{name}: {value}" for part in _OPTIONAL for name, value in figures.get(part, {}).items()),
        ]
    )


def _pair(times: dict[str, float]) -> str:
    return f"{times['median_ms']:.2f} / {times['p95_ms']:.2f}"
