"""Who is at work on a draft, and who keeps it for themselves. Told only to those who may edit it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, OuterRef, Subquery
from django.utils.translation import gettext as _
from wagtail.models import Revision

from cms.audit.enums import Event
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.rules import allowed
from cms.sharing.services import lock
from cms.users.models import User
from workflows.models import DraftLock, DraftOpening
from workflows.trail import record_item

# how long an opened editor counts as somebody at work, and how long a lock holds
AT_WORK = timedelta(minutes=30)
LOCK_LASTS = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class AtWork:
    """Somebody who opened the editor and has not saved since."""

    name: str
    since: datetime


def opened(*, sharing: Sharing, user: User, at: datetime) -> None:
    """Note that somebody opened the editor."""
    DraftOpening.objects.create(sharing=sharing, user=user, opened_at=at)


def others_at_work(sharing: Sharing, user: User, at: datetime) -> Sequence[AtWork]:
    """Return who else opened the editor lately and has not saved since, the latest first; in one query."""
    saved = Revision.objects.filter(object_id=str(sharing.page_id), user=OuterRef("user"))
    rows = DraftOpening.objects.filter(sharing=sharing, opened_at__gt=at - AT_WORK).exclude(user=user.pk)
    latest = (
        rows.values("user", "user__name")
        .annotate(since=Max("opened_at"), saved=Subquery(saved.order_by("-created_at").values("created_at")[:1]))
        .order_by("-since")
    )
    return [
        AtWork(row["user__name"], row["since"]) for row in latest if row["saved"] is None or row["saved"] < row["since"]
    ]


def forget_openings(*, at: datetime) -> int:
    """Delete openings that nobody is shown any more; return how many."""
    number, _by_model = DraftOpening.objects.filter(opened_at__lte=at - AT_WORK).delete()
    return number


def lock_of(sharing: Sharing, at: datetime) -> DraftLock | None:
    """Return the lock that holds at the instant."""
    held: DraftLock | None = (
        DraftLock.objects.filter(sharing=sharing, since__gt=at - LOCK_LASTS).select_related("user").first()
    )
    return held


@transaction.atomic
def lock_draft(*, sharing: Sharing, actor: User, at: datetime) -> None:
    """Keep the item's text for oneself for some hours; by one who may edit it, where nobody else holds it."""
    row = lock(sharing.pk)
    if not allowed(actor, "edit", row, at):
        raise NotAllowed(_("You may not edit this item."))
    demand_unlocked(row, actor, at)
    DraftLock.objects.update_or_create(sharing=row, defaults={"user": actor, "since": at})
    record_item(row, Event.DRAFT_LOCKED, actor=actor, at=at, version=row.page.latest_revision_id, rule="sharing.edit")


@transaction.atomic
def unlock_draft(*, sharing: Sharing, actor: User, at: datetime) -> None:
    """Give one's own lock back."""
    row = lock(sharing.pk)
    number, _by_model = DraftLock.objects.filter(sharing=row, user=actor).delete()
    if not number:
        raise NotAllowed(_("You hold no lock on this item."))
    record_item(row, Event.DRAFT_UNLOCKED, actor=actor, at=at, version=row.page.latest_revision_id)


def demand_unlocked(sharing: Sharing, actor: User, at: datetime) -> None:
    """Raise NotAllowed where somebody else keeps the text for themselves."""
    held = lock_of(sharing, at)
    if held is not None and held.user_id != actor.pk:
        until = (held.since + LOCK_LASTS).strftime("%H:%M")
        raise NotAllowed(
            _("%(who)s keeps this text locked until %(until)s UTC at most.") % {"who": held.user.name, "until": until}
        )
