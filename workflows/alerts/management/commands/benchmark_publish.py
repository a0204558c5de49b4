"""Measure how long it takes to publish one item, and to tell everybody of a flash."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cms.core.instants import current_instant
from cms.notifications.models import OutboxRow
from cms.notifications.telling import MAIL
from workflows.alerts import benchmark


class Command(BaseCommand):
    """`manage.py benchmark_publish`: everything happens in a transaction that is taken back; commit is not measured."""

    help = "Measure how long it takes to publish one item, and to tell everybody of a flash; keeps nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add how many."""
        parser.add_argument("--items", type=int, default=30, help="items published one after another (default 30)")
        parser.add_argument("--participants", type=int, default=31, help="who is told of the flash (default 31)")
        parser.add_argument("--recipients", type=int, default=500, help="people who are told (default 500)")
        parser.add_argument(
            "--mails",
            action="store_true",
            help="hand the flash's mails to the mail server of EMAIL_HOST and EMAIL_PORT",
        )

    def handle(
        self, *args: object, items: int, participants: int, recipients: int, mails: bool, **options: Any
    ) -> None:
        """Measure and print."""
        if items < 1 or participants < 2 or recipients <= participants:
            raise CommandError("Give at least one item, two participants, and more recipients than participants.")
        with transaction.atomic():
            at = current_instant()
            cast = benchmark.make_cast(participants, recipients, at)
            self._publish(cast, items, at)
            self._warn(cast, participants, at, mails=mails)
            transaction.set_rollback(True)

    def _publish(self, cast: benchmark.Cast, items: int, at: datetime) -> None:
        parts = benchmark.Parts()
        benchmark.publish_one(cast, benchmark.bulletin(0, at), benchmark.Parts(), at)
        runs = [
            benchmark.publish_one(cast, benchmark.bulletin(number, at), parts, at) for number in range(1, items + 1)
        ]
        self.stdout.write(f"One item, median of {items}, milliseconds:")
        for name, value in benchmark.medians(runs).items():
            self.stdout.write(f"  {name:24} {value:8.1f}")
        self.stdout.write(f"of “publish”, mean ({parts.statements // items} statements):")
        for name, spent in sorted(parts.seconds.items(), key=lambda pair: -pair[1]):
            self.stdout.write(f"  {name:24} {1000 * spent / items:8.1f}")
        outside = sum(run["publish"] for run in runs) - 1000 * sum(parts.seconds.values())
        self.stdout.write(f"  {'outside the database':24} {outside / items:8.1f}")

    def _warn(self, cast: benchmark.Cast, participants: int, at: datetime, *, mails: bool) -> None:
        benchmark.tell_all()
        OutboxRow.objects.filter(kind=MAIL).delete()
        steps = benchmark.publish_one(cast, benchmark.flash(at), benchmark.Parts(), at)
        seconds, notices = benchmark.tell_all()
        self.stdout.write(f"A flash to {participants} participants: published in {steps['publish']:.1f} ms,")
        self.stdout.write(f"  {notices} notices made in {seconds:.2f} s.")
        if mails:
            seconds, handed, waiting = benchmark.hand_over_mails()
            self.stdout.write(f"  {handed} mails handed over in {seconds:.2f} s; {waiting} wait still.")
