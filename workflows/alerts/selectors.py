"""Reading alerts: drafts one works on, near-duplicates, what is to be acknowledged, the board."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Min, QuerySet
from django.db.models.functions import Coalesce

from cms.notifications.enums import Urgency
from cms.notifications.models import Notice
from cms.organisations.enums import Role
from cms.sharing.models import Sharing
from cms.sharing.reach import reaches_of
from cms.users.models import User
from content_types.models import Alert
from workflows.alerts.models import Receipt, Release

RECENT = timedelta(days=30)
MOST_COMPARED = 200
MOST_SHOWN = 5
_ENOUGH = 3
_WORD = re.compile(r"\w{4,}")


@dataclass(frozen=True, slots=True)
class Similar:
    """An alert that may tell of the same event."""

    item: UUID
    reference: str
    title: str
    url: str
    owner: str
    published_at: datetime | None


def similar_alerts(
    *, user: User, at: datetime, words: str, country: str, kind: str, but: Any = None
) -> Sequence[Similar]:
    """Return recent alerts that the person may see and that share place, kind or words with what is being typed, the
    most alike first."""
    recent = Alert.objects.filter(first_published_at__gt=at - RECENT).values("pk")
    visible = Sharing.objects.visible_to(user, at).filter(page__in=recent).exclude(uuid=but)
    rows = list(visible.select_related("owner").order_by("-first_shared_at", "uuid")[:MOST_COMPARED])
    pages = Alert.objects.in_bulk([row.page_id for row in rows])
    typed = set(_WORD.findall(words.lower()))
    scored = [(_likeness(pages[row.page_id], typed, country, kind), row) for row in rows if row.page_id in pages]
    best = sorted((pair for pair in scored if pair[0] >= _ENOUGH), key=lambda pair: -pair[0])[:MOST_SHOWN]
    return [
        Similar(row.uuid, row.reference, page.title, page.item_url, row.owner.name, row.first_shared_at)
        for row, page in ((row, pages[row.page_id]) for _score, row in best)
    ]


def _likeness(alert: Alert, typed: set[str], country: str, kind: str) -> int:
    known = set(_WORD.findall(f"{alert.title} {alert.summary}".lower()))
    shared = min(len(typed & known), 4)
    return shared + 2 * bool(country and alert.place_country == country) + bool(kind and alert.alert_kind == kind)


def to_acknowledge(user: User, at: datetime) -> QuerySet[Receipt]:
    """Return what waits for the person's acknowledgement, the most urgent and then the first to run out first: of
    participants for which the person is an approver, and only of alerts that the person may see. What is closed
    waits for nobody."""
    participants = {reach.lineage[0] for reach in reaches_of(user, at) if reach.role == Role.APPROVER}
    visible = Sharing.objects.visible_to(user, at).values("pk")
    rows = Receipt.objects.filter(acknowledged_at__isnull=True, participant__in=participants)
    rows = rows.filter(release__sharing__closing__isnull=True)
    rows = rows.filter(release__sharing__in=visible).select_related("release__sharing__page", "participant")
    return rows.order_by(Urgency.most_urgent_first("release__urgency"), "release__answer_by", "pk")


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One participant on the board, with its times."""

    receipt: Receipt
    delivered_at: datetime | None
    late: bool


def board(release: Release, at: datetime) -> list[BoardRow]:
    """Return what each participant did with the alert, by name, in a fixed number of queries.

    Delivered is when the first mail to somebody of its chain was handed over, or the first of them was shown a notice.
    """
    receipts = list(release.receipts.select_related("participant").prefetch_related("escalations"))
    people = {user for receipt in receipts for level in receipt.chain for user in level}
    notices = Notice.objects.filter(item=release.sharing.uuid, user__in=people).values("user")
    times = dict(notices.annotate(first=Min(Coalesce("mailed_at", "told_at"))).values_list("user", "first"))
    return [
        BoardRow(
            receipt=receipt,
            delivered_at=_first(times, receipt.chain),
            late=(receipt.acknowledged_at or at) > release.answer_by,
        )
        for receipt in receipts
    ]


def _first(times: dict[int, datetime], chain: Iterable[Iterable[int]]) -> datetime | None:
    return min((times[user] for level in chain for user in level if user in times), default=None)
