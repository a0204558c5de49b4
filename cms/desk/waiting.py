"""“Waiting for me”: what somebody has to do, kind by kind, the longest waiting first; one query for each kind."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.sharing.confirming import waiting_confirmations
from cms.sharing.models import Sharing
from cms.sharing.reach import items_open_to
from cms.users.models import User
from content_types.draft_scope import DraftViewer
from workflows import selectors
from workflows.alerts.models import Question
from workflows.alerts.selectors import to_acknowledge

MOST = 10


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: where, since when, and by when where that is fixed."""

    title: str
    reference: str
    url: str
    since: datetime | None
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """The first of one kind, and whether there are more."""

    title: str
    tasks: Sequence[Task]
    more_url: str = ""


def waiting_for_me(user: User, at: datetime) -> list[Waiting]:
    """Return what waits for the person at the instant; kinds of which nothing waits are left out."""
    viewer = DraftViewer(user, at)
    item = "workflows:item"
    parts = [
        _section(_("To acknowledge"), to_acknowledge(user, at), _receipt, reverse("alerts-waiting")),
        _section(_("Questions to answer"), _questions(user, at), _question),
        _section(_("To validate for your State"), selectors.validating_for(viewer), _changed(item)),
        _section(_("Waiting for your approval"), selectors.waiting_for(viewer), _changed(item)),
        _section(_("To confirm, as the second person"), waiting_confirmations(user, at), _confirmation),
        _section(_("Returned to you"), selectors.returned_to(viewer), _changed(item)),
        _section(_("Reviews due"), selectors.reviews_due(viewer), _review),
    ]
    return [part for part in parts if part.tasks]


def _section(title: str, rows: QuerySet[Any], made: Callable[[Any], Task], more_url: str = "") -> Waiting:
    found: Iterable[Any] = list(rows[: MOST + 1])
    tasks = [made(row) for row in found]
    return Waiting(title, tasks[:MOST], (more_url or reverse("wagtailadmin_home")) if len(tasks) > MOST else "")


def _questions(user: User, at: datetime) -> QuerySet[Question]:
    own = items_open_to("edit", user, at).values("pk")
    live = Sharing.objects.visible_to(user, at).values("pk")
    rows = Question.objects.filter(answered_at__isnull=True, sharing__in=own).filter(sharing__in=live)
    return rows.select_related("sharing__page").order_by("asked_at", "pk")


def _receipt(row: Any) -> Task:
    sharing, release = row.release.sharing, row.release
    url = reverse("item", args=[sharing.uuid])
    return Task(sharing.page.title, sharing.reference, url, release.released_at, release.answer_by)


def _question(row: Any) -> Task:
    sharing = row.sharing
    return Task(sharing.page.title, sharing.reference, reverse("questions", args=[sharing.uuid]), row.asked_at)


def _changed(address: str) -> Callable[[Any], Task]:
    def made(row: Any) -> Task:
        page = row.page
        url = reverse(address, args=[row.uuid])
        return Task(page.draft_title or page.title, row.reference, url, page.latest_revision_created_at)

    return made


def _review(row: Any) -> Task:
    day: date | None = row.review_on
    since = None if day is None else datetime.combine(day, time(), UTC)
    return Task(row.page.title, row.reference, reverse("workflows:item", args=[row.uuid]), since)


def _confirmation(row: Any) -> Task:
    # whoever is to take an item over may not see it yet: what is proposed is told, not its title
    return Task(row.get_kind_display(), row.sharing.reference, reverse("sharing:waiting"), row.proposed_at)
