"""Explain why a person may view an item, or what is missing."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.core.instants import current_instant
from cms.users.models import User
from cms.worlds.explaining import explanation, find_item


class Command(BaseCommand):
    """`explain_access --user E --item I [--at INSTANT]`: the decision in words, for each membership."""

    help = "Explain which rule lets a person view an item, or which condition is missing. Prints nothing of its text."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the person, the item and the instant."""
        parser.add_argument("--user", metavar="EMAIL", help="left out: somebody who is not signed in")
        parser.add_argument("--item", required=True, help="identifier, reference, or key of a world file")
        parser.add_argument("--at", metavar="INSTANT", help="such as 2026-10-02T08:00:00Z; left out: now")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the explanation."""
        sharing = find_item(options["item"])
        if sharing is None:
            raise CommandError(f"There is no item {options['item']}.")
        user = None
        if options["user"]:
            user = User.objects.filter(email=options["user"].strip().lower()).first()
            if user is None:
                raise CommandError(f"There is no account {options['user']}.")
        for line in explanation(user, sharing, _instant(options["at"])):
            self.stdout.write(line)


def _instant(text: str | None) -> datetime:
    if text is None:
        return current_instant()
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text} is no instant: write it like 2026-10-02T08:00:00Z.") from error
    if at.tzinfo is None:
        raise CommandError(f"{text} lacks its time zone: write {text}Z for UTC.")
    return at.astimezone(UTC)
