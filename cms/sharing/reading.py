"""Who has read an item, or printed it: from the audit trail, as the person who asks may be told it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.core.instants import day_of
from cms.organisations.enums import READING_ROLES
from cms.organisations.models import Membership
from cms.sharing.models import Sharing
from cms.sharing.selectors import FEW, Readership, directory, told
from cms.sharing.tokens import MembershipReach
from cms.users.models import User

OPENED = (Event.ITEM_VIEWED, Event.ITEM_PRINTED, Event.FILE_VIEWED, Event.FILE_DOWNLOADED)
TAKEN = (Event.ITEM_PRINTED, Event.FILE_DOWNLOADED)
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Reader:
    """One person of the asker's own participants who read the item."""

    name: str
    first: datetime
    last: datetime
    times: int
    taken: int


@dataclass(frozen=True, slots=True)
class Reading:
    """Who has read an item: people of one's own by name, the newest first, all by participant and function.

    `left` is how many people have no membership any more, told like any other number; `visits` how often it was
    opened without signing in.
    """

    people: Readership
    own: tuple[Reader, ...]
    own_more: int
    left: int
    visits: int

    @property
    def few_left(self) -> bool:
        """Whether the number of those who left is too small to be told."""
        return 0 < self.left < FEW


def openers(sharing: Sharing, since: datetime | None = None) -> frozenset[int]:
    """Return the ids of the people who opened the item, its print view or its files, since the instant."""
    rows = AuditEvent.objects.filter(item=sharing.uuid, event__in=OPENED, actor_id__isnull=False)
    if since is not None:
        rows = rows.filter(at__gte=since)
    found = rows.order_by().values_list("actor_id", flat=True).distinct()
    return frozenset(key for key in found if key is not None)


def openers_of(sharings: Iterable[Sharing]) -> dict[UUID, frozenset[int]]:
    """Return the ids of the people who opened each of these items, in one query."""
    rows = AuditEvent.objects.filter(
        item__in=[sharing.uuid for sharing in sharings], event__in=OPENED, actor_id__isnull=False
    )
    found: dict[UUID, set[int]] = {}
    for item, actor_id in rows.order_by().values_list("item", "actor_id").distinct():
        if item is not None and actor_id is not None:
            found.setdefault(item, set()).add(actor_id)
    return {item: frozenset(people) for item, people in found.items()}


def reading_of(sharing: Sharing, asker: User, at: datetime, since: datetime | None = None) -> Reading:
    """Return who has read the item up to the instant (and since another one), in a fixed number of queries."""
    rows = AuditEvent.objects.filter(item=sharing.uuid, event__in=OPENED, at__lte=at)
    if since is not None:
        rows = rows.filter(at__gte=since)
    counted = rows.order_by().values("actor_id")
    counted = counted.annotate(
        first=Min("at"), last=Max("at"), times=Count("pk"), taken=Count("pk", filter=Q(event__in=TAKEN))
    )
    by_person = {row["actor_id"]: row for row in counted if row["actor_id"] is not None}
    visits = sum(row["times"] for row in counted if row["actor_id"] is None)
    places = _places({key: row["last"] for key, row in by_person.items()})
    known = directory(places, asker, at)
    people = told(places.values(), known)
    ours = [key for key, place in places.items() if place.lineage[0] in known.own]
    own = sorted((_reader(known.names[key], by_person[key]) for key in ours), key=_last, reverse=True)
    return Reading(
        people=people,
        own=tuple(own[:SHOWN]),
        own_more=max(0, len(own) - SHOWN),
        left=len(by_person) - len(places),
        visits=visits,
    )


def _places(last_read: Mapping[int, datetime]) -> dict[int, MembershipReach]:
    """Return where each of these people stood when they read last; who has no membership at all is left out."""
    rows = Membership.objects.filter(user__in=list(last_read), role__in=list(READING_ROLES))
    found: dict[int, MembershipReach] = {}
    covered: set[int] = set()
    for row in rows.select_related("organisation").order_by("user", "-pk"):
        if row.user_id in covered:
            continue
        if _valid(row, last_read[row.user_id]):
            covered.add(row.user_id)
        elif row.user_id in found:
            continue
        found[row.user_id] = MembershipReach(
            user_id=row.user_id,
            organisation_id=row.organisation_id,
            role=row.role,
            lineage=tuple(row.organisation.lineage),
        )
    return found


def _valid(row: Membership, at: datetime) -> bool:
    day = day_of(at)
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_until is None or row.valid_until >= day)


def _reader(name: str, row: Mapping[str, Any]) -> Reader:
    return Reader(name=name, **{key: row[key] for key in ("first", "last", "times", "taken")})


def _last(reader: Reader) -> datetime:
    return reader.last
