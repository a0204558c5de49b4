"""“Waiting for me”: what somebody has to do, kind by kind, the longest waiting first; one query for each kind."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.desk.marks import Mark, marks
from cms.notifications.enums import Urgency
from cms.sharing.confirming import waiting_confirmations
from cms.users.models import User
from content_types.draft_scope import DraftViewer
from workflows import selectors
from workflows.alerts.questions import open_for
from workflows.alerts.selectors import to_acknowledge
from workflows.disclosures.rights import to_decide

MOST = 10


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: where, since when, and by when where that is fixed; about which item, where it may be marked."""

    title: str
    reference: str
    url: str
    since: datetime | None
    due: datetime | None = None
    item: UUID | None = None
    urgency: Urgency | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """The first of one kind, and whether there are more; what of it the person has not read, by item. `drafts` says
    that it is the newest versions that wait, not those that readers see."""

    title: str
    tasks: Sequence[Task]
    more_url: str = ""
    drafts: bool = False
    marks: Mapping[UUID, Mark] = field(default_factory=dict)


def waiting_for_me(user: User, at: datetime) -> list[Waiting]:
    """Return what waits for the person at the instant; kinds of which nothing waits are left out."""
    viewer = DraftViewer(user, at)
    parts = [
        _section(_("To acknowledge"), to_acknowledge(user, at), _receipt, reverse("alerts-waiting")),
        _section(_("Questions to answer"), open_for(user, at), _question),
        _section(_("Disclosure requests"), to_decide(user, at), _disclosure, reverse("disclosure-register")),
        _section(_("To validate for your State"), selectors.validating_for(viewer), _changed, drafts=True),
        _section(_("Waiting for your approval"), selectors.waiting_for(viewer), _released, drafts=True),
        _section(_("To confirm, as the second person"), waiting_confirmations(user, at), _confirmation),
        _section(_("Returned to you"), selectors.returned_to(viewer), _changed, drafts=True),
        _section(_("Reviews due"), selectors.reviews_due(viewer), _review),
    ]
    return _marked([part for part in parts if part.tasks], user, at)


def _marked(parts: Sequence[Waiting], user: User, at: datetime) -> list[Waiting]:
    """Return the parts with what the person has not read of the version that waits, asked once for all."""
    items = {task.item for part in parts for task in part.tasks if task.item is not None}
    return [replace(part, marks=marks(user.pk, items, at, newest=part.drafts)) for part in parts]


def _section(
    title: str, rows: QuerySet[Any], made: Callable[[Any], Task], more_url: str = "", *, drafts: bool = False
) -> Waiting:
    found: Iterable[Any] = list(rows[: MOST + 1])
    tasks = [made(row) for row in found]
    more = (more_url or reverse("wagtailadmin_home")) if len(tasks) > MOST else ""
    return Waiting(title, tasks[:MOST], more, drafts)


def _receipt(row: Any) -> Task:
    sharing, release = row.release.sharing, row.release
    return Task(
        sharing.page.title,
        sharing.reference,
        reverse("item", args=[sharing.uuid]),
        release.released_at,
        release.answer_by,
        sharing.uuid,
        Urgency(release.urgency),
    )


def _question(row: Any) -> Task:
    sharing = row.sharing
    url = reverse("questions", args=[sharing.uuid])
    return Task(sharing.page.title, sharing.reference, url, row.asked_at, item=sharing.uuid)


def _disclosure(row: Any) -> Task:
    sharing = row.sharing
    over = datetime.combine(row.answer_by + timedelta(days=1), time(), UTC)
    url = reverse("disclosures", args=[sharing.uuid])
    return Task(sharing.page.title, sharing.reference, url, row.asked_at, over, sharing.uuid)


def _changed(row: Any) -> Task:
    page, url = row.page, reverse("workflows:item", args=[row.uuid])
    return Task(
        page.draft_title or page.title,
        row.reference,
        url,
        page.latest_revision_created_at,
        item=row.uuid,
        urgency=selectors.urgency_of(row),
    )


def _released(row: Any) -> Task:
    # an alert is released on its own short page, with one press
    task = _changed(row)
    return replace(task, url=reverse("alert", args=[row.uuid])) if task.urgency else task


def _review(row: Any) -> Task:
    day: date | None = row.review_on
    since = None if day is None else datetime.combine(day, time(), UTC)
    return Task(row.page.title, row.reference, reverse("workflows:item", args=[row.uuid]), since, item=row.uuid)


def _confirmation(row: Any) -> Task:
    # whoever is to take an item over may not see it yet: what is proposed is told, not its title
    return Task(
        row.get_kind_display(), row.sharing.reference, reverse("sharing:decide", args=[row.handle]), row.proposed_at
    )
