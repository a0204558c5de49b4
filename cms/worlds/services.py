"""Loading a world file: all of it or nothing, in one transaction."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection, transaction

from cms.audit.enums import Event
from cms.audit.services import Entry, record
from cms.elements.models import Element
from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Membership, Organisation
from cms.users.models import User
from cms.worlds.attachments import beside
from cms.worlds.counting import Outcome
from cms.worlds.groups import load_groups
from cms.worlds.items import load_items
from cms.worlds.people import load_users
from cms.worlds.problems import Problem, WorldRefused, shown
from cms.worlds.reading import read_world
from cms.worlds.records import World
from cms.worlds.releases import release_loaded
from cms.worlds.removing import refuse_left_over, remove_all
from cms.worlds.sharing_rows import Names
from cms.worlds.topics import ensure_topics
from cms.worlds.tree import load_organisations

# held while a file is loaded, so that a second load waits for the first
_LOCK = 0x1C0_0E7


def load_world(
    *, value: Any, at: datetime, actor: User | None = None, replace: bool = False, folder: Path | None = None
) -> Outcome:
    """Bring the database to what the JSON value of a world file says, at the instant; return what was done.

    `replace`: first remove all items, groups and users that came from world files. `folder` holds the files that
    items name as attachments; without it attachments are left as they are. Two loads at once come one after the other.
    Raises WorldRefused with every problem of the file; then nothing of it is kept.
    """
    try:
        with transaction.atomic(), _garbage_left_alone(), beside(folder) as files:
            _wait_for_others()
            outcome = Outcome()
            if replace:
                remove_all(outcome=outcome, actor=actor, at=at)
            world = read_world(value, files)
            if replace:
                refuse_left_over(world)
            _load(world, outcome, actor, at)
            return outcome
    except DatabaseError as error:
        reason = " ".join(str(error).split())
        raise WorldRefused([Problem("$", f"the database refuses what the file says: {reason}")]) from error


@contextmanager
def _garbage_left_alone() -> Iterator[None]:
    """Spare the collector the search for cycles among the many values of a large file: it takes a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _wait_for_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _load(world: World, outcome: Outcome, actor: User | None, at: datetime) -> None:
    organisations = load_organisations(world.organisations, counts=outcome.organisations, actor=actor, at=at)
    users = load_users(world.users, organisations=organisations, counts=outcome.users, actor=actor, at=at)
    groups = load_groups(
        world.groups, organisations=organisations, users=users, counts=outcome.groups, actor=actor, at=at
    )
    _refuse_strange_curators()
    topics, outcome.topics = ensure_topics(world.items, actor=actor, at=at)
    names = Names(
        elements={element.key: element for element in Element.objects.all()},
        organisations=organisations,
        groups=groups,
        users=users,
        participants={row.pk: row for row in organisations.values() if row.parent_id is None},
    )
    plans = load_items(world.items, names=names, topics=topics, counts=outcome.items, actor=actor, at=at)
    release_loaded([(plan.record, plan.page, plan.sharing) for plan in plans], users, at)
    if outcome.changed_anything:
        _record(outcome, actor, at)


def _refuse_strange_curators() -> None:
    """Raise WorldRefused where a changed participant leaves curators outside the Commission."""
    commission = Organisation.objects.filter(kind=OrganisationKind.COMMISSION).values_list("pk", flat=True)
    curators = Membership.objects.filter(role=Role.CURATOR).select_related("organisation", "user")
    roots = set(commission)
    problems = [
        Problem("$.organisations", f"{shown(row.organisation.key)} has a curator and would leave the Commission")
        for row in curators
        if row.organisation.participant_id not in roots
    ]
    if problems:
        raise WorldRefused(problems)


def _record(outcome: Outcome, actor: User | None, at: datetime) -> None:
    details: dict[str, Any] = {name: counts.numbers for name, counts in outcome.sections.items()}
    record(
        Entry(
            event=Event.WORLD_LOADED,
            at=at,
            actor_id=actor.pk if actor else None,
            count=outcome.items.added + outcome.items.changed,
            details=details | {"topics": outcome.topics},
        )
    )
