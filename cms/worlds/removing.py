"""Removing what came from world files: items with all that hangs on them, working groups, people."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from cms.audit.enums import Event
from cms.audit.services import Entry, record_many
from cms.organisations.models import WorkingGroup
from cms.sharing.models import ProposedRecipient, Recipient, Sharing, TemplateRecipient
from cms.sharing.services import write_audience
from cms.sharing.signals import items_changed
from cms.users.models import User
from cms.worlds.counting import Outcome
from cms.worlds.models import Kind, WorldObject
from cms.worlds.problems import Problem, WorldRefused, shown
from cms.worlds.records import World
from content_types.removing import remove_pages

_NAMING = (Recipient, ProposedRecipient, TemplateRecipient)


def remove_all(*, outcome: Outcome, actor: User | None, at: datetime) -> None:
    """Remove the items, groups and people that came from world files; organisations and topics stay.

    Groups and people that others' items name as recipients stay too, and leaders of groups that stay:
    `refuse_left_over` asks later whether the new file names them.
    """
    outcome.items.removed = _remove_items(actor, at)
    made_here = WorldObject.objects.filter(made_here=True)
    groups = _unnamed("group", made_here.filter(kind=Kind.GROUP).values_list("object_id", flat=True))
    outcome.groups.removed = WorkingGroup.objects.filter(pk__in=groups).count()
    WorkingGroup.objects.filter(pk__in=groups).delete()
    leaders = set(WorkingGroup.objects.filter(leader__isnull=False).values_list("leader_id", flat=True))
    made = made_here.filter(kind=Kind.USER).exclude(object_id__in=leaders)
    people = _unnamed("user", made.values_list("object_id", flat=True))
    outcome.users.removed = User.objects.filter(pk__in=people).count()
    _remove_people(people, at)
    WorldObject.objects.filter(kind=Kind.ITEM).delete()
    WorldObject.objects.filter(made_here=False).delete()
    WorldObject.objects.filter(
        Q(kind=Kind.GROUP, object_id__in=groups) | Q(kind=Kind.USER, object_id__in=people)
    ).delete()


def _remove_items(actor: User | None, at: datetime) -> int:
    uuids = [row.uuid for row in WorldObject.objects.filter(kind=Kind.ITEM) if row.uuid is not None]
    rows = list(Sharing.objects.select_for_update(of=("self",)).filter(uuid__in=uuids).order_by("pk"))
    page_ids = [row.page_id for row in rows]
    record_many([_entry(row, actor, at) for row in rows])
    Sharing.objects.filter(pk__in=[row.pk for row in rows]).delete()
    remove_pages(page_ids)
    return len(rows)


def _unnamed(kind: str, ids: Iterable[int | None]) -> list[int]:
    """Leave out those that recipient rows of any kind still name."""
    named: set[int | None] = set()
    for model in _NAMING:
        named.update(model._default_manager.filter(kind=kind).values_list(f"{kind}_id", flat=True))
    return [key for key in ids if key is not None and key not in named]


def _remove_people(ids: list[int], at: datetime) -> None:
    """Remove accounts; others' items that they put into quarantine stay there, by nobody in particular."""
    quarantined = Sharing.objects.select_for_update(of=("self",)).filter(quarantined_by__in=ids).order_by("pk")
    keys = [row.pk for row in quarantined]
    User.objects.filter(pk__in=ids).delete()
    rows = list(Sharing.objects.filter(pk__in=keys).with_facts())
    if rows:
        write_audience(rows, at)
        items_changed.send(sender=Sharing, sharing_ids=keys)


def refuse_left_over(world: World) -> None:
    """Raise WorldRefused for people and groups that could not be removed and that the new file does not name."""
    named = {Kind.USER: {user.email for user in world.users}, Kind.GROUP: {group.key for group in world.groups}}
    rows = WorldObject.objects.filter(made_here=True, kind__in=[Kind.USER, Kind.GROUP])
    problems = [
        Problem(
            "$.users" if row.kind == Kind.USER else "$.groups",
            f"{shown(row.key)} is named by items or groups that did not come from a world file, and is not in "
            "this one: add it here, or take it out of those",
        )
        for row in rows
        if row.key not in named[Kind(row.kind)]
    ]
    if problems:
        raise WorldRefused(problems)


def _entry(row: Sharing, actor: User | None, at: datetime) -> Entry:
    return Entry(
        event=Event.ITEM_LOADED,
        at=at,
        actor_id=actor.pk if actor else None,
        item=row.uuid,
        owner_id=row.owner_id,
        marking=row.marking,
        reason="world file",
        details={"change": "removed"},
    )
