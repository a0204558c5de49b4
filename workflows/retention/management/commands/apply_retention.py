"""Tell owners of terms that end, withdraw what has ended, erase what was withdrawn long enough; or only say so."""

from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cms.core.arguments import instant
from cms.core.instants import current_instant
from workflows.retention.models import Hold
from workflows.retention.running import Planned, apply, plan

_HEADING = ("reference", "owner", "rule", "due", "what", "why not")
Row = Sequence[str]


class Command(BaseCommand):
    """`manage.py apply_retention [--dry-run] [--at 2026-11-24T06:00]`."""

    help = "Tell owners of items whose term ends, withdraw what has ended, erase what was withdrawn long enough."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--dry-run` and `--at`."""
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
        parser.add_argument("--at", type=instant, help="as if it were then (UTC); the future only with --dry-run")

    def handle(self, *args: object, dry_run: bool, at: datetime | None, **options: Any) -> None:
        """Print the table of what is to be done, and do it. Ends with an error where something could not be done."""
        now = current_instant()
        at = at or now
        if at > now and not dry_run:
            raise CommandError(f"--at {at.isoformat()} lies ahead: add --dry-run to see what would be done then.")
        planned = plan(at=at)
        self._print([_HEADING, *_rows(planned)])
        if dry_run:
            self.stdout.write(f"{len(planned)} items. Nothing was done.")
            return
        failed = apply(planned, at=at)
        self.stdout.write(f"{len(planned) - len(failed)} items done.")
        if failed:
            names = ", ".join(one.term.sharing.reference for one in failed)
            raise CommandError(f"{len(failed)} items could not be done, and will be tried again: {names}")

    def _print(self, rows: Sequence[Row]) -> None:
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADING))]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())


def _rows(planned: Sequence[Planned]) -> list[Row]:
    standing = Hold.objects.filter(lifted_at__isnull=True, sharing__in=[one.term.sharing.pk for one in planned])
    held = {hold.sharing_id: f"held since {hold.placed_at:%Y-%m-%d}" for hold in standing}
    return [_row(one, held.get(one.term.sharing.pk, "")) for one in planned]


def _row(one: Planned, held: str) -> Row:
    term = one.term
    rule = _("the owner's own date") if term.own else str(term.rule)
    sharing = term.sharing
    return (sharing.reference, str(sharing.owner), rule, term.due_on.isoformat(), str(one.step.label), held)
