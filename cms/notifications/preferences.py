"""How soon whom: what people chose, applied to one notice."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cms.notifications.enums import Frequency, Urgency
from cms.notifications.kinds import Kind
from cms.notifications.models import NoticeSettings, Subscription

DIGEST_HOUR = 6  # UTC
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Subject:
    """What subscriptions look at: the item's element, countries, topics (with those above), and the urgency."""

    element_id: int
    countries: frozenset[str]
    topics: frozenset[int]
    urgency: str


def frequencies(kind: Kind, subject: Subject, users: Collection[int]) -> dict[int, Frequency]:
    """Return how soon each of these people is mailed; whoever is not to be told at all is left out."""
    if subject.urgency == Urgency.FLASH:
        return dict.fromkeys(users, Frequency.AT_ONCE)
    if kind.personal:
        return _personal(subject, users)
    by_user: dict[int, list[Subscription]] = {}
    for row in Subscription.objects.filter(user__in=users):
        by_user.setdefault(row.user_id, []).append(row)
    chosen = {user: _subscribed(kind, subject, by_user.get(user, ())) for user in users}
    return {user: frequency for user, frequency in chosen.items() if frequency is not None}


def _personal(subject: Subject, users: Collection[int]) -> dict[int, Frequency]:
    if subject.urgency == Urgency.URGENT:
        return dict.fromkeys(users, Frequency.AT_ONCE)
    chosen = dict(NoticeSettings.objects.filter(user__in=users).values_list("user", "personal"))
    return {user: Frequency(chosen.get(user, Frequency.AT_ONCE)) for user in users}


def _subscribed(kind: Kind, subject: Subject, rows: Sequence[Subscription]) -> Frequency | None:
    matching = [Frequency(row.frequency) for row in rows if _matches(row, subject)]
    if matching:
        return min(matching, key=lambda frequency: frequency.rank)
    default = None if rows else kind.default_for(subject.urgency)
    return Frequency.NEVER if default is None and kind.always else default


def _matches(row: Subscription, subject: Subject) -> bool:
    return (
        (row.element_id is None or row.element_id == subject.element_id)
        and (not row.country or row.country in subject.countries)
        and (row.topic_id is None or row.topic_id in subject.topics)
        and Urgency(row.urgency).rank <= Urgency(subject.urgency).rank
    )


def languages(users: Iterable[int]) -> Mapping[int, str]:
    """Return the language of mails by person, for those who chose one."""
    return dict(NoticeSettings.objects.filter(user__in=list(users)).values_list("user", "language"))


def next_digest(frequency: Frequency, at: datetime) -> datetime | None:
    """Return when the next digest of this frequency is made: each day, or on Mondays, at six UTC; None for others."""
    if frequency not in {Frequency.DAILY, Frequency.WEEKLY}:
        return None
    due = at.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if due <= at:
        due += timedelta(days=1)
    return due + timedelta(days=-due.weekday() % _WEEK) if frequency == Frequency.WEEKLY else due
