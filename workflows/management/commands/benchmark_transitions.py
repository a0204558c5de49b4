"""Measure how fast the clock does what is due: publications approved for later, and expiry."""

import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cms.core.instants import current_instant
from cms.elements.models import Element
from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Organisation
from cms.organisations.services import create_membership, create_organisation
from cms.sharing.audience_templates import Audience
from cms.sharing.enums import Marking, SharingState
from cms.sharing.models import Sharing
from cms.users.models import User
from cms.users.selectors import current_terms
from cms.users.services import accept_terms
from content_types.drafts import DraftFacts, create_draft
from content_types.models import Bulletin
from workflows.clock import expire_due, publish_due
from workflows.models import Schedule

AIM_ITEMS, AIM_SECONDS = 10_000, 120


class _Undo(Exception):
    """Raised to leave nothing behind."""


class Command(BaseCommand):
    """`manage.py benchmark_transitions`: everything is made, measured and undone in one transaction."""

    help = "Measure publications at their hour and expiry, one item in one step each; nothing is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how many."""
        parser.add_argument("--items", type=int, default=200, help="how many items (default 200)")

    def handle(self, *args: Any, items: int, **options: Any) -> None:
        """Print a table, with what the measured pace would mean for ten thousand on one worker."""
        if items < 1:
            raise CommandError("Give at least one item.")
        try:
            with transaction.atomic():
                self._measure(items)
                raise _Undo
        except _Undo:
            pass

    def _measure(self, items: int) -> None:
        at = current_instant()
        later = at + timedelta(days=1)
        sharings = _scheduled(items, at, later)
        self._say("publish", items, _seconds(lambda: publish_due(at=later, limit=items)))
        over = later + timedelta(days=1)
        Schedule.objects.filter(sharing__in=sharings).update(expire_at=over)
        self._say("expire", items, _seconds(lambda: expire_due(at=over, limit=items)))

    def _say(self, what: str, items: int, seconds: float) -> None:
        each = seconds / items * 1000
        self.stdout.write(
            f"{what:<8} {items:>6} items {seconds:>8.2f} s {each:>8.2f} ms each; "
            f"{AIM_ITEMS} on one worker: {each * AIM_ITEMS / 1000:,.0f} s (aim: {AIM_SECONDS} s)"
        )


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _scheduled(items: int, at: datetime, later: datetime) -> list[Sharing]:
    """Return these many drafts that an approver has approved for later."""
    owner = create_organisation(
        key="benchmark-transitions",
        name="Benchmark",
        kind=OrganisationKind.MEMBER_STATE,
        country=None,
        parent=None,
        actor=None,
        at=at,
    )
    author, approver = (_person(owner, role, at) for role in (Role.AUTHOR, Role.APPROVER))
    facts = DraftFacts(owner=owner, element=Element.objects.get(code="EW"))
    audience = Audience(marking=Marking.GREEN, state=SharingState.NETWORK)
    sharings = [
        create_draft(page=_page(at.date()), facts=facts, audience=audience, actor=author, at=at) for _ in range(items)
    ]
    Schedule.objects.bulk_create(
        Schedule(
            sharing=sharing,
            publish_at=later,
            approved_revision=Bulletin.objects.get(pk=sharing.page_id).latest_revision,
            approved_by=approver,
            approved_at=at,
        )
        for sharing in sharings
    )
    return sharings


def _page(day: date) -> Bulletin:
    return Bulletin(title="Measured", summary="Invented.", body=[("text", "<p>Invented.</p>")], information_date=day)


def _person(organisation: Organisation, role: str, at: datetime) -> User:
    user = User.objects.create_user(f"{role}@benchmark.example", None, name=f"Benchmark {role}", enrolled_at=at)
    terms = current_terms(at)
    if terms is not None:
        accept_terms(user=user, terms=terms, at=at)
    competences: dict[Element, list[str]] = {element: [] for element in Element.objects.all()}
    create_membership(user=user, organisation=organisation, role=role, competences=competences, actor=None, at=at)
    return user
