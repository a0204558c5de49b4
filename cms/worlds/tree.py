"""Bringing the tree of organisations to what a world file says."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from cms.audit.enums import Event
from cms.audit.services import Entry, record_many
from cms.organisations.models import Organisation
from cms.organisations.services import sync_built_in_groups
from cms.users.models import User
from cms.worlds.counting import Counts
from cms.worlds.records import OrganisationRecord


def load_organisations(
    records: Sequence[OrganisationRecord], *, counts: Counts, actor: User | None, at: datetime
) -> dict[str, Organisation]:
    """Add and change organisations; return all that exist by key. The rows are locked until the transaction ends."""
    rows = {row.key: row for row in Organisation.objects.select_for_update(of=("self",)).order_by("pk")}
    added = _add(records, rows)
    changed = _change(records, rows)
    for record in records:
        counts.count(added=record.key in added, changed=record.key in changed)
    if added or changed:
        _write_lineages(rows.values())
        sync_built_in_groups()
        touched = [rows[record.key] for record in records if record.key in added | changed]
        record_many([_entry(row, "created" if row.key in added else "changed", actor, at) for row in touched])
    return rows


def _add(records: Sequence[OrganisationRecord], rows: dict[str, Organisation]) -> set[str]:
    """Insert the absent ones, one generation after the other; return their keys."""
    added: set[str] = set()
    for generation in _generations(records, set(rows)):
        new = [
            Organisation(
                key=record.key,
                name=record.name,
                kind=record.kind,
                country=record.country,
                parent=rows[record.parent] if record.parent else None,
            )
            for record in generation
        ]
        for row in Organisation.objects.bulk_create(new):
            rows[row.key] = row
            added.add(row.key)
    return added


def _generations(records: Sequence[OrganisationRecord], known: set[str]) -> Iterator[list[OrganisationRecord]]:
    """Yield absent organisations in groups, parents before children; the tree has been checked."""
    waiting = [record for record in records if record.key not in known]
    while waiting:
        ready = [record for record in waiting if record.parent is None or record.parent in known]
        yield ready
        known.update(record.key for record in ready)
        waiting = [record for record in waiting if record.key not in known]


def _change(records: Sequence[OrganisationRecord], rows: dict[str, Organisation]) -> set[str]:
    changed: list[Organisation] = []
    for record in records:
        row = rows[record.key]
        wanted = (record.name, record.kind, record.country, rows[record.parent].pk if record.parent else None)
        if (row.name, row.kind, row.country, row.parent_id) != wanted:
            row.name, row.kind, row.country, row.parent_id = wanted
            changed.append(row)
    Organisation.objects.bulk_update(changed, ["name", "kind", "country", "parent"], batch_size=200)
    return {row.key for row in changed}


def _write_lineages(rows: Iterable[Organisation]) -> None:
    """Bring every lineage to the parents."""
    by_id = {row.pk: row for row in rows}
    late: list[Organisation] = []
    for row in by_id.values():
        lineage: list[int] = []
        current: Organisation | None = row
        while current is not None:
            lineage.insert(0, current.pk)
            current = None if current.parent_id is None else by_id[current.parent_id]
        if row.lineage != lineage:
            row.lineage = lineage
            late.append(row)
    Organisation.objects.bulk_update(late, ["lineage"], batch_size=200)


def _entry(row: Organisation, what: str, actor: User | None, at: datetime) -> Entry:
    return Entry(
        event=Event.ORGANISATION_CHANGED,
        at=at,
        actor_id=actor.pk if actor else None,
        owner_id=row.pk,
        reason="world file",
        details={"change": what, "lineage": row.lineage},
    )
