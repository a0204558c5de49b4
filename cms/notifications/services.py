"""Telling people what concerns them, what they do with notices, and what operators do with the outbox."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from cms.elements.models import Element
from cms.notifications.enums import Urgency
from cms.notifications.kinds import kind_of
from cms.notifications.mail import DIGEST
from cms.notifications.models import Notice, OutboxRow
from cms.notifications.outbox import Row, handler, put, put_many
from cms.notifications.telling import NOTIFY

READ = "notices_read"


def notify(
    *,
    kind: str,
    users: Collection[int] | None,
    item: UUID,
    reference: str,
    element: Element,
    urgency: str,
    at: datetime,
    countries: Iterable[str] = (),
    topics: Iterable[int] = (),
    but: Iterable[int] = (),
) -> None:
    """Tell people of something about an item, once this transaction is committed and as they want to be told.

    `users` are ids of people, or None for everybody who may see the item; `but` is left out, such as who did it. Who
    may not see the item when the notice is made, or when the mail is sent, is not told. `topics` are ids of the item's
    topic and those above it. A kind that nobody registered is a KeyError, an unknown urgency a ValueError.
    """
    payload = {
        "kind": kind_of(kind).code,
        "users": None if users is None else sorted(users),
        "but": sorted(but),
        "item": str(item),
        "reference": reference,
        "element": element.pk,
        "urgency": Urgency(urgency).value,
        "countries": sorted(countries),
        "topics": sorted(topics),
    }
    put(NOTIFY, payload=payload, at=at)


def have_read(*, user_id: int, item: UUID, at: datetime) -> None:
    """Have the worker mark the person's notices about the item, of which there are some, as read: for requests that
    only read, which must not change rows that a worker may be changing."""
    put(READ, payload={"user": user_id, "item": str(item)}, at=at)


@handler(READ, batch=50, atomic=True)
def mark_opened_read(rows: list[Row]) -> None:
    """Mark what people have opened as read."""
    for row in rows:
        Notice.objects.filter(
            user=row.payload["user"], item=row.payload["item"], read_at__isnull=True, told_at__lte=row.at
        ).update(read_at=row.at)


def mark_all_read(*, user_id: int, at: datetime) -> int:
    """Mark all notices that the person has been shown up to the instant as read; return how many there were."""
    return Notice.objects.filter(user=user_id, read_at__isnull=True, told_at__lte=at).update(read_at=at)


@transaction.atomic
def queue_digests(*, at: datetime) -> int:
    """Queue one digest for each person of whom something is due at the instant; return how many people those are."""
    due = Notice.objects.filter(digest_due__lte=at, mailed_at__isnull=True, mail_withheld_at__isnull=True)
    by_user: dict[int, list[int]] = {}
    for pk, user_id in due.select_for_update(skip_locked=True).order_by("pk").values_list("pk", "user"):
        by_user.setdefault(user_id, []).append(pk)
    queued = [pk for notices in by_user.values() for pk in notices]
    Notice.objects.filter(pk__in=queued).update(digest_due=None)
    put_many(DIGEST, [("", {"notices": notices, "mail": str(uuid4())}) for notices in by_user.values()], at=at)
    return len(by_user)


def forget_item(*, item: UUID, sharing_id: int) -> None:
    """Remove all notices of an item that is erased, and what waits to be done about it: nothing of it is to be done
    any more. Rows that have another one's copy of it overwritten stay; they hold its number alone."""
    Notice.objects.filter(item=item).delete()
    told = OutboxRow.objects.annotate(told=Cast("payload", TextField()))
    told.filter(Q(told__contains=str(item)) | Q(payload__sharing=sharing_id)).delete()


@transaction.atomic
def retry_set_aside(*, pks: list[int], at: datetime) -> int:
    """Have rows that were set aside tried again from the instant on; return how many there were."""
    rows = OutboxRow.objects.filter(pk__in=pks, set_aside_at__isnull=False)
    return rows.update(set_aside_at=None, failures=0, due=at)


@transaction.atomic
def drop_set_aside(*, pks: list[int]) -> int:
    """Remove rows that were set aside, undone; return how many there were."""
    return OutboxRow.objects.filter(pk__in=pks, set_aside_at__isnull=False).delete()[0]
