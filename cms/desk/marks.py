"""What somebody has not read yet: a mark beside each item of a list, asked once for the whole list.

A mark is made from the items that the caller shows anyway and from the person's own reading; nobody else's takes part.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import starmap
from uuid import UUID

from django.db import models
from django.db.models import FilteredRelation, Q
from django.utils.translation import gettext_lazy as _

from cms.core.snapshot import once
from cms.sharing.models import Sharing

NEW_FOR = timedelta(days=7)
# what was published longer ago is no news, read or not: it has no mark, and nothing is kept of who read it
NEWS = timedelta(days=365)


class Mark(models.TextChoices):
    """How an item stands to somebody who has not read it as it is now."""

    NEW = "new", _("New")
    UNREAD = "unread", _("Not read yet")
    CHANGED = "changed", _("Changed since you read it")


@dataclass(frozen=True, slots=True)
class _Reading:
    """An item's versions with since when they are there, and what is kept of the person's reading."""

    item: UUID
    live: int | None
    live_since: datetime | None
    newest: int | None
    newest_since: datetime | None
    kept: int | None
    read_live: int | None
    read_newest: int | None


def marks(user_id: int, items: Collection[UUID], at: datetime, *, newest: bool = False) -> Mapping[UUID, Mark]:
    """Return the marks of those of the items (which the caller has found open to the person) that have one, in one
    query: about the version that readers see, or about the newest one for lists of what somebody works on."""
    asked = frozenset(items)
    readings = once(("reading", user_id, asked), lambda: _readings(user_id, asked)) if asked else ()
    found = {
        row.item: _mark(row.newest, row.newest_since, row, at) if newest else _mark(row.live, row.live_since, row, at)
        for row in readings
    }
    return {item: mark for item, mark in found.items() if mark is not None}


def _readings(user_id: int, items: frozenset[UUID]) -> list[_Reading]:
    mine = FilteredRelation("read_versions", condition=Q(read_versions__user=user_id))
    rows = Sharing.objects.filter(uuid__in=items).annotate(mine=mine)
    found = rows.values_list(
        "uuid", "page__live_revision_id", "page__last_published_at", "page__latest_revision_id",
        "page__latest_revision_created_at", "mine__pk", "mine__live", "mine__newest",
    )  # fmt: skip
    return list(starmap(_Reading, found))


def _mark(version: int | None, since: datetime | None, reading: _Reading, at: datetime) -> Mark | None:
    if version is None or since is None or since <= at - NEWS or version in {reading.read_live, reading.read_newest}:
        return None
    if reading.kept is not None:
        return Mark.CHANGED
    return Mark.NEW if since > at - NEW_FOR else Mark.UNREAD
