"""Notices of a person about items that the person may see now; a notice of another item is as absent as the item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from cms.core.snapshot import once
from cms.desk.marks import Mark, marks
from cms.desk.models import ReadVersion, Watch
from cms.notifications.kinds import DRAFT, codes, kind_of
from cms.notifications.models import Notice
from cms.organisations.enums import Role
from cms.organisations.models import Membership
from cms.organisations.selectors import accounts_with_business
from cms.sharing.models import Sharing
from cms.sharing.reach import items_open_to
from cms.sharing.telling import BY_REFERENCE
from cms.users.models import User
from workflows.alerts.models import Receipt
from workflows.alerts.selectors import to_acknowledge


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """A notice with what its reader may see of the item."""

    notice: Notice
    what: Any
    title: str
    url: str
    mark: Mark | None


def notices_of(user: User, at: datetime) -> QuerySet[Notice]:
    """Return the person's notices whose items the person may see at the instant, the newest first."""
    drafts = codes(DRAFT)
    live = Sharing.objects.visible_to(user, at).values("uuid")
    rows = Notice.objects.filter(user=user, told_at__lte=at)
    seen = Q(item__in=live) & ~Q(kind__in=drafts)
    # those say by reference alone that an item is gone, or that something waits
    seen |= Q(kind__in=[code for scope in BY_REFERENCE for code in codes(scope)])
    if drafts:
        seen |= Q(kind__in=drafts, item__in=items_open_to("view_draft", user, at).values("uuid"))
    return rows.filter(seen).select_related("element")


@dataclass(frozen=True, slots=True)
class Counts:
    """What the top of each page counts, and whether it leads to the editing interface."""

    unread: int = 0
    to_acknowledge: int = 0
    has_business: bool = False


def counts_for(user: User, at: datetime) -> Counts:
    """Return how many notices the person has not read, and how many alerts wait for an acknowledgement, in one query
    where there are none of either, else in two; and whether the person has something to write or to manage."""
    unread = Notice.objects.filter(user=OuterRef("pk"), read_at__isnull=True)
    approving = Membership.objects.filter(user=OuterRef(OuterRef("pk")), role=Role.APPROVER)
    open_receipts = Receipt.objects.filter(
        acknowledged_at__isnull=True, participant__in=approving.values("organisation__lineage__0")
    )
    business = accounts_with_business(at).filter(pk=OuterRef("pk"))
    me = User.objects.filter(pk=user.pk)
    row = me.annotate(any=Exists(unread) | Exists(open_receipts), business=Exists(business))
    found, has_business = row.values_list("any", "business").first() or (False, False)
    if not found:
        return Counts(has_business=has_business)
    unread_now = _number(notices_of(user, at).filter(read_at__isnull=True))
    counted = me.annotate(unread=unread_now, waiting=_number(to_acknowledge(user, at)))
    notices, alerts = counted.values_list("unread", "waiting").get()
    return Counts(notices, alerts, has_business)


def _number(rows: QuerySet[Any]) -> Coalesce:
    """Return how many rows there are, as part of another query."""
    one = rows.order_by().annotate(_all=Value(1)).values("_all")
    return Coalesce(Subquery(one.annotate(_number=Count("pk")).values("_number")), 0)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the person stands to an item."""

    watched: bool = False
    unread: bool = False
    # the versions read last: of those that readers see, and of all
    live: int | None = None
    newest: int | None = None

    def has_read(self, version: int | None) -> bool:
        """Tell whether the version was read, by whichever way."""
        return version in {self.live, self.newest}


def standing(user_id: int, item: UUID) -> Standing:
    """Return whether the person watches the item, has not read a notice about it, and which version they have read; one
    query in a request that only reads, however often it asks."""
    return once(("standing", user_id, item), lambda: _standing(user_id, item))


def _standing(user_id: int, item: UUID) -> Standing:
    watched = Watch.objects.filter(user=OuterRef("pk"), item=item)
    unread = Notice.objects.filter(user=OuterRef("pk"), item=item, read_at__isnull=True)
    row = User.objects.filter(pk=user_id).annotate(watched=Exists(watched), unread=Exists(unread))
    read = ReadVersion.objects.filter(user=OuterRef("pk"), sharing__uuid=item)
    row = row.annotate(live=Subquery(read.values("live")), newest=Subquery(read.values("newest")))
    return Standing(*row.values_list("watched", "unread", "live", "newest").get())


def shown(notices: Sequence[Notice], user: User, at: datetime) -> list[ShownNotice]:
    """Return the person's notices of items that the caller has found visible, with titles and what of the items the
    person has not read, in two queries."""
    titles = _titles({notice.item for notice in notices})
    visible = {notice.item for notice in notices if _scope(notice) not in BY_REFERENCE}
    # of the version that the notice is about: what readers see, or the newest one
    marked = {newest: marks(user.pk, visible, at, newest=newest) for newest in (False, True)}
    return [
        ShownNotice(
            notice=notice,
            what=kind_of(notice.kind).title,
            title=_title(notice, titles),
            url=reverse(kind_of(notice.kind).address, args=[notice.item]),
            mark=None if _scope(notice) in BY_REFERENCE else marked[_scope(notice) == DRAFT].get(notice.item),
        )
        for notice in notices
    ]


def _scope(notice: Notice) -> str:
    return kind_of(notice.kind).scope


def _title(notice: Notice, titles: Mapping[UUID, tuple[str, str]]) -> str:
    scope = _scope(notice)
    return notice.reference if scope in BY_REFERENCE else titles[notice.item][scope == DRAFT]


def _titles(items: set[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return the title of the live version, and of the newest one, by item."""
    rows = Sharing.objects.filter(uuid__in=items).values_list("uuid", "page__title", "page__draft_title")
    return {uuid: (title, draft or title) for uuid, title, draft in rows}
