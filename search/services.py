"""Writing the read model, and the trail of searches."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import QuerySet

from cms.audit.enums import Event
from cms.audit.keys import keyed_hash
from cms.audit.services import Entry, record
from cms.core.instants import current_instant
from cms.sharing.models import Sharing
from cms.users.models import User
from search.entries import settle_index, write_entries
from search.models import SearchEntry, SynonymGroup
from search.reading import batches, read_entries
from search.sync import announce
from search.telling import announce_newly_seen, audiences


@transaction.atomic
def index_items(sharing_ids: Iterable[int]) -> int:
    """Bring the entries of these items (ids of sharing rows) to what item and sharing say now; return how many stand.

    Items without a live page lose their entry. Runs in the transaction of the change, whose lock on the sharing row
    puts the writers of one entry in order.
    """
    written = 0
    for ids in batches(sharing_ids):
        rows, before = read_entries(ids), audiences(ids)
        SearchEntry.objects.filter(pk__in=set(ids) - {row.sharing_id for row in rows}).delete()
        write_entries(rows)
        announce(ids, current_instant())
        announce_newly_seen(rows, before, current_instant())
        written += len(rows)
    settle_index()
    return written


@transaction.atomic
def rebuild(items: QuerySet[Sharing] | None = None) -> int:
    """Write every entry anew, or those of these items; return how many stand. Changes of the items wait until it is
    done."""
    rows = Sharing.objects.all() if items is None else items
    return index_items(list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)))


def record_search(*, actor: User | AnonymousUser, query: str, shown: Sequence[UUID], total: int, at: datetime) -> None:
    """Record that somebody searched: the items shown and a keyed hash of the words, never the words."""
    details = {
        "items": [str(uuid) for uuid in shown],
        "query": keyed_hash("search.query", query),
    }
    record(Entry(event=Event.SEARCHED, at=at, actor_id=actor.pk, count=total, details=details))


@transaction.atomic
def keep_synonyms(*, group: SynonymGroup, actor: User | AnonymousUser, at: datetime) -> None:
    """Save a group of synonyms, whose terms are valid, for everybody's searches from now on."""
    group.changed_at = at
    group.save()
    details = {"synonyms": str(group.handle), "change": "saved"}
    record(Entry(event=Event.STRUCTURE_CHANGED, at=at, actor_id=actor.pk, details=details))


@transaction.atomic
def drop_synonyms(*, group: SynonymGroup, actor: User | AnonymousUser, at: datetime) -> None:
    """Delete a group of synonyms."""
    details = {"synonyms": str(group.handle), "change": "deleted"}
    group.delete()
    record(Entry(event=Event.STRUCTURE_CHANGED, at=at, actor_id=actor.pk, details=details))
