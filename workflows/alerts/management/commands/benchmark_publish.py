"""Measure how long it takes to publish one item, and to tell everybody of a flash."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from cms.core.instants import current_instant
from workflows.alerts import benchmark


class Command(BaseCommand):
    """`manage.py benchmark_publish`: everything happens in a transaction that is taken back; commit is not measured."""

    help = "Measure how long it takes to publish one item, and to tell everybody of a flash; keeps nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add how many."""
        parser.add_argument("--items", type=int, default=30)
        parser.add_argument("--participants", type=int, default=31)
        parser.add_argument("--recipients", type=int, default=500)

    def handle(self, *args: object, items: int, participants: int, recipients: int, **options: Any) -> None:
        """Measure and print."""
        with transaction.atomic():
            self._measure(items, participants, recipients)
            transaction.set_rollback(True)

    def _measure(self, items: int, participants: int, recipients: int) -> None:
        at = current_instant()
        cast = benchmark.make_cast(participants, recipients, at)
        parts = benchmark.Parts()
        benchmark.publish_one(cast, benchmark.bulletin(0, at), benchmark.Parts(), at)
        runs = [
            benchmark.publish_one(cast, benchmark.bulletin(number, at), parts, at) for number in range(1, items + 1)
        ]
        self.stdout.write(f"One item, median of {items}, milliseconds:")
        for name, value in benchmark.medians(runs).items():
            self.stdout.write(f"  {name:24} {value:8.1f}")
        self.stdout.write("of “publish”, in the database, mean:")
        for name, spent in sorted(parts.seconds.items(), key=lambda pair: -pair[1]):
            self.stdout.write(f"  {name:24} {1000 * spent / items:8.1f}")
        benchmark.tell_all()
        steps = benchmark.publish_one(cast, benchmark.flash(at), benchmark.Parts(), at)
        seconds, notices = benchmark.tell_all()
        self.stdout.write(f"A flash to {participants} participants: published in {steps['publish']:.1f} ms,")
        self.stdout.write(f"  {notices} notices made in {seconds:.2f} s.")
