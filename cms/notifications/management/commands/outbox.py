"""Show what waits in the outbox and what was set aside; try it again or drop it."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, Min

from cms.core.arguments import number
from cms.core.instants import current_instant
from cms.notifications.models import OutboxRow
from cms.notifications.selectors import set_aside
from cms.notifications.services import drop_set_aside, retry_set_aside


class Command(BaseCommand):
    """`manage.py outbox [--retry ID … | --retry-all | --drop ID …]`."""

    help = "Show what waits in the outbox and what was set aside; try it again or drop it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add what can be done with rows that were set aside."""
        acts = parser.add_mutually_exclusive_group()
        acts.add_argument("--retry", nargs="+", type=number, metavar="ID", default=[], help="try these rows again")
        acts.add_argument("--retry-all", action="store_true", help="try all that was set aside again")
        acts.add_argument("--drop", nargs="+", type=number, metavar="ID", default=[], help="remove these rows, undone")

    def handle(self, *args: object, retry: list[int], retry_all: bool, drop: list[int], **options: object) -> None:
        """Do what was asked, then list."""
        if retry_all:
            retry = list(set_aside().values_list("pk", flat=True))
        listed = set(set_aside().values_list("pk", flat=True))
        if unknown := [str(pk) for pk in (*retry, *drop) if pk not in listed]:
            raise CommandError(f"Not set aside: {', '.join(unknown)}. Nothing was done; `outbox` lists what is.")
        if retry:
            self.stdout.write(f"To be tried again: {retry_set_aside(pks=retry, at=current_instant())}")
        if drop:
            self.stdout.write(f"Dropped: {drop_set_aside(pks=drop)}")
        waiting = OutboxRow.objects.filter(set_aside_at__isnull=True).order_by("kind").values("kind")
        for line in waiting.annotate(number=Count("pk"), oldest=Min("created_at")):
            self.stdout.write(f"{line['kind']:24} {line['number']:6} waiting, the oldest since {line['oldest']:%F %T}")
        for row in set_aside():
            self.stdout.write(f"{row.kind:24} #{row.pk} set aside {row.set_aside_at:%F %T}: {row.last_error}")
