"""Hold an unannounced exercise, and report who answered."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from cms.core.instants import current_instant
from cms.elements.models import Element
from cms.notifications.enums import Urgency
from cms.sharing.exceptions import NotAllowed
from cms.users.models import User
from workflows.alerts.drills import coverage, start_drill
from workflows.alerts.models import Release


class Command(BaseCommand):
    """`manage.py drill --writer ADDRESS --approver ADDRESS` starts one; `--report` tells what came of it."""

    help = "Hold an unannounced exercise with an alert, or report what came of the last one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add who holds it, about what, and the report."""
        parser.add_argument("--writer", metavar="ADDRESS", help="the curator who sends it")
        parser.add_argument("--approver", metavar="ADDRESS", help="the curator who approves it")
        parser.add_argument("--element", default="early-warning", help="key of the element")
        parser.add_argument("--urgency", choices=Urgency.values, default=Urgency.FLASH.value)
        parser.add_argument("--report", action="store_true", help="tell what came of the last exercise")

    def handle(self, *args: object, **options: Any) -> None:
        """Start, or report. Whatever is wrong is a CommandError of one sentence."""
        if not options["report"]:
            self._start(options)
            return
        drill = Release.objects.filter(drill=True).select_related("sharing").order_by("-released_at").first()
        if drill is None:
            raise CommandError("There was no exercise yet.")
        self._report(drill)

    def _start(self, options: dict[str, Any]) -> None:
        people = {user.email: user for user in User.objects.filter(email__in=[options["writer"], options["approver"]])}
        element = Element.objects.filter(key=options["element"]).first()
        if len(people) < 2 or element is None:
            raise CommandError("Name two curators by --writer and --approver, and an element that exists.")
        try:
            drill = start_drill(
                writer=people[options["writer"]],
                approver=people[options["approver"]],
                element=element,
                urgency=options["urgency"],
                at=current_instant(),
            )
        except (NotAllowed, ValidationError) as error:
            raise CommandError(" ".join(getattr(error, "messages", [str(error)]))) from error
        self.stdout.write(f"{drill.sharing.reference}: to be acknowledged by {drill.answer_by:%Y-%m-%d %H:%M} UTC.")
        self.stdout.write("`manage.py drill --report` tells what came of it.")

    def _report(self, drill: Release) -> None:
        rows = coverage(drill, current_instant())
        for row in rows:
            said = "no answer" if row.minutes is None else f"{row.minutes} min"
            late = "" if row.in_time or row.minutes is None else ", late"
            contact = "" if row.contact_points else ", no contact point"
            delivered = "" if row.delivered else ", not delivered"
            self.stdout.write(f"{row.participant:50} {said}{late}{contact}{delivered}")
        done = sum(row.in_time for row in rows)
        share = 100 * done // len(rows) if rows else 0
        self.stdout.write(f"{drill.sharing.reference}: {done} of {len(rows)} in time ({share} %).")
