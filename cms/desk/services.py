"""Watching items, and what somebody has read."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from cms.desk.marks import NEWS
from cms.desk.models import ReadVersion, Watch
from cms.notifications.outbox import Row, handler, put
from cms.notifications.services import mark_opened_read
from cms.sharing.models import Sharing
from cms.users.models import User

MOST_WATCHED = 500
READ = "item_read"
# what somebody read later stands; account and item may be gone by now
_KEEP = """
INSERT INTO desk_readversion (user_id, sharing_id, live, newest, read_at)
SELECT u.id, s.id, %(live)s, %(newest)s, %(at)s
  FROM users_user u CROSS JOIN sharing_sharing s WHERE u.id = %(user)s AND s.id = %(sharing)s
ON CONFLICT (user_id, sharing_id) DO UPDATE
   SET live = EXCLUDED.live, newest = COALESCE(EXCLUDED.newest, desk_readversion.newest), read_at = EXCLUDED.read_at
 WHERE desk_readversion.read_at <= EXCLUDED.read_at
"""


@transaction.atomic
def watch(*, sharing: Sharing, user: User, at: datetime) -> None:
    """Have the person told of each new version of an item that the caller has found visible. Raises ValidationError
    where the person watches very many."""
    if Watch.objects.filter(user=user).count() >= MOST_WATCHED:
        raise ValidationError(_("You watch very many items: stop watching one first."))
    Watch.objects.get_or_create(user=user, item=sharing.uuid, defaults={"since": at})


def unwatch(*, sharing: Sharing, user: User) -> None:
    """Tell the person no more."""
    Watch.objects.filter(user=user, item=sharing.uuid).delete()


def note_read(
    *,
    user_id: int,
    sharing_id: int,
    live: int | None,
    at: datetime,
    newest: int | None = None,
    told_of: UUID | None = None,
) -> None:
    """Have the worker keep which version the person has read: the one that readers see, and the newest one where that
    was shown; `told_of` is the item where notices of it are to be marked as read too.

    For requests that only read, which must not change rows that another one may be changing.
    """
    item = None if told_of is None else str(told_of)
    payload = {"user": user_id, "sharing": sharing_id, "live": live, "newest": newest, "item": item}
    put(READ, payload=payload, at=at)


@handler(READ, batch=100, atomic=True)
def keep_read(rows: list[Row]) -> None:
    """Keep what people have read."""
    with connection.cursor() as cursor:
        cursor.executemany(_KEEP, [row.payload | {"at": row.at} for row in rows])
    mark_opened_read([row for row in rows if row.payload["item"]])


@transaction.atomic
def mark_everything_read(*, user: User, at: datetime) -> int:
    """Mark everything that the person may see at the instant as read; return how many items had a mark until now."""
    read = ReadVersion.objects.filter(user=user, sharing=OuterRef("pk"))
    read = read.filter(Q(live=OuterRef("page__live_revision")) | Q(newest=OuterRef("page__live_revision")))
    recent = Sharing.objects.visible_to(user, at).filter(page__last_published_at__gt=at - NEWS)
    unread = recent.exclude(Exists(read)).order_by("pk").annotate(live=F("page__live_revision"))
    rows = [
        ReadVersion(user=user, sharing_id=key, live=live, read_at=at) for key, live in unread.values_list("pk", "live")
    ]
    ReadVersion.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["user", "sharing"],
        update_fields=["live", "read_at"],
    )
    return len(rows)


def forget_read(*, at: datetime) -> int:
    """Delete what is kept of the reading of items that have no mark any more; return how many rows there were."""
    old = ReadVersion.objects.filter(sharing__page__latest_revision_created_at__lte=at - NEWS)
    return old.exclude(sharing__page__last_published_at__gt=at - NEWS).delete()[0]
