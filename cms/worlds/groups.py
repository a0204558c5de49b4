"""Bringing working groups to what a world file says."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from cms.audit.enums import Event
from cms.audit.services import Entry, record_many
from cms.organisations.models import GroupMember, Organisation, WorkingGroup
from cms.users.models import User
from cms.worlds.counting import Counts
from cms.worlds.models import Kind, WorldObject
from cms.worlds.records import GroupRecord


def load_groups(
    records: Sequence[GroupRecord],
    *,
    organisations: Mapping[str, Organisation],
    users: Mapping[str, User],
    counts: Counts,
    actor: User | None,
    at: datetime,
) -> dict[str, WorkingGroup]:
    """Add and change working groups; return all that exist by key."""
    rows = {row.key: row for row in WorkingGroup.objects.select_for_update().order_by("pk")}
    entries: list[Entry] = []
    for record in records:
        row = rows.get(record.key)
        added = row is None
        if row is None:
            row = rows[record.key] = WorkingGroup.objects.create(key=record.key, name=record.name)
        changed = _bring(row, record, organisations, users)
        counts.count(added=added, changed=changed)
        WorldObject.objects.get_or_create(
            kind=Kind.GROUP, key=record.key, defaults={"object_id": row.pk, "made_here": added}
        )
        if added or changed:
            entries.append(_entry(row, "created" if added else "changed", actor, at))
    record_many(entries)
    return rows


def _bring(
    row: WorkingGroup, record: GroupRecord, organisations: Mapping[str, Organisation], users: Mapping[str, User]
) -> bool:
    """Bring name, charter, leader and members to the record; tell whether anything differed."""
    wanted = {("organisation_id", organisations[key].pk) for key in record.organisations}
    wanted |= {("user_id", users[email].pk) for email in record.users}
    members = {
        ("organisation_id", m.organisation_id) if m.organisation_id else ("user_id", m.user_id): m.pk
        for m in row.members.all()
    }
    gone = [pk for member, pk in members.items() if member not in wanted]
    new = wanted - members.keys()
    renamed = _say(row, record, users)
    GroupMember.objects.filter(pk__in=gone).delete()
    GroupMember.objects.bulk_create(GroupMember(group=row, **{column: key}) for column, key in sorted(new))
    return bool(gone or new or renamed)


def _say(row: WorkingGroup, record: GroupRecord, users: Mapping[str, User]) -> bool:
    """Bring what the group's row says to the record; tell whether anything differed."""
    said = {"name": record.name, "charter": record.charter, "leader": users[record.leader] if record.leader else None}
    wanted = {column: value for column, value in said.items() if value not in (None, getattr(row, column))}
    for column, value in wanted.items():
        setattr(row, column, value)
    row.save(update_fields=list(wanted))
    return bool(wanted)


def _entry(row: WorkingGroup, what: str, actor: User | None, at: datetime) -> Entry:
    return Entry(
        event=Event.GROUP_CHANGED,
        at=at,
        actor_id=actor.pk if actor else None,
        reason="world file",
        details={"change": what, "group": row.pk},
    )
