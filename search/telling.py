"""What the worker does for saved searches: finding what newly matches, and telling of it when its time has come."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection
from django_tasks import task

from cms.core.instants import current_instant
from cms.notifications.kinds import register
from cms.notifications.outbox import Row, handler, put
from search.entries import EntryRow
from search.models import SavedSearch
from search.saving import FOUND, changes_of, find_new, forget_old_past, tell_due

NEWLY_SEEN = "search.newly_seen"
TELL_SECONDS = 900
FORGET_SECONDS = 24 * 3600
# thousands of saved searches may have to be asked
_LEASE_SECONDS = 300


def register_kind() -> None:
    """Name what people are told of."""
    register(FOUND)


def audiences(sharing_ids: Sequence[int]) -> dict[int, frozenset[str]] | None:
    """Return the tokens that entries have, by sharing row; None where nobody waits for what is new."""
    if not SavedSearch.objects.exclude(frequency=SavedSearch.Frequency.NEVER).exists():
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sharing_id, tsvector_to_array(audience) FROM search_searchentry WHERE sharing_id = ANY (%s)",
            [list(sharing_ids)],
        )
        return {sharing_id: frozenset(tokens) for sharing_id, tokens in cursor.fetchall()}


def announce_newly_seen(rows: Sequence[EntryRow], before: Mapping[int, frozenset[str]] | None, at: datetime) -> None:
    """Have the saved searches asked about those items that somebody sees who did not see them before."""
    if before is None:
        return
    nobody: frozenset[str] = frozenset()
    gained = [row for row in rows if set(row.audience) - before.get(row.sharing_id, nobody)]
    items = [[row.sharing_id, sorted(before.get(row.sharing_id, nobody))] for row in gained]
    if items:
        put(NEWLY_SEEN, payload={"items": items}, at=at)


@handler(NEWLY_SEEN, batch=100, lease_seconds=_LEASE_SECONDS, atomic=True)
def ask_saved_searches(rows: list[Row]) -> None:
    """Find what newly matches, and tell those who want to know at once."""
    find_new(changes_of(row.payload for row in rows), current_instant())


@task()
def tell_of_findings() -> None:
    """Tell of what was found where a day or a week has passed."""
    tell_due(current_instant())


@task()
def forget_past_searches() -> None:
    """Keep histories short."""
    forget_old_past()
