"""The trail: append-only in the database, one row an act, and no act without its row."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.audit.services import Entry, record, record_many
from cms.core import acts
from cms.elements.models import Element
from cms.organisations.models import Membership, Organisation
from cms.organisations.services import (
    change_role,
    create_membership,
    create_organisation,
    end_membership,
    move_organisation,
)
from cms.sharing import services
from cms.sharing.models import Proposal, Recipient, Sharing
from cms.users.models import Terms, TermsAcceptance, User
from cms.users.services import accept_terms
from tests.factories import NOW, make_organisation, make_participant, make_person, make_user, publish_sharing
from tests.factories.rows import make_bare_item, make_bare_pages

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


def entry(**values: Any) -> Entry:
    """Return an entry of no importance."""
    filled: dict[str, Any] = {"event": Event.SEARCHED, "at": NOW, "actor_id": None}
    return Entry(**(filled | values))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_auditevent SET reason = 'another'",
        "UPDATE audit_auditevent SET actor_id = NULL WHERE id = (SELECT min(id) FROM audit_auditevent)",
        "DELETE FROM audit_auditevent",
        "DELETE FROM audit_auditevent WHERE id = (SELECT min(id) FROM audit_auditevent)",
        "TRUNCATE audit_auditevent",
        "TRUNCATE audit_auditevent CASCADE",
    ],
)
def test_the_database_refuses_to_change_the_trail(sql: str) -> None:
    record_many([entry(reason="first"), entry(reason="second")])
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert list(AuditEvent.objects.order_by("pk").values_list("reason", flat=True)) == ["first", "second"]


@pytest.mark.parametrize("change", [lambda rows: rows.update(reason="x"), lambda rows: rows.delete()])
def test_the_application_cannot_either(change: Callable[[Any], Any]) -> None:
    record(entry())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(AuditEvent.objects.all())
    assert AuditEvent.objects.count() == 1


def test_a_row_says_what_it_was_given() -> None:
    item = uuid4()
    acts.note_session("a session key")
    full: dict[str, Any] = {
        "item": item,
        "version": 5,
        "owner_id": 7,
        "marking": "RED",
        "rule": "sharing.view",
        "reason": "r",
    }
    record(entry(actor_id=3, count=2, details={"a": 1}, **full))
    acts.note_session(None)
    record(entry())
    rows: list[dict[str, Any]] = list(AuditEvent.objects.order_by("pk").values())  # type: ignore[arg-type]
    row, bare = rows
    told = {key: row[key] for key in (*full, "at", "event", "actor_id", "count", "details")}
    assert told == full | {"at": NOW, "event": "searched", "actor_id": 3, "count": 2, "details": {"a": 1}}
    assert (len(row["session"]), "a session key" in row["session"], bare["session"]) == (64, False, "")


def test_an_event_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="no_such_event"):
        acts.report(acts.Act(event="no_such_event", at=NOW, actor_id=None))


def test_an_act_that_nobody_hears_is_refused() -> None:
    receivers, acts.acted.receivers = acts.acted.receivers, []
    acts.acted.sender_receivers_cache.clear()
    try:
        with pytest.raises(RuntimeError, match="No audit trail"):
            acts.report(acts.Act(event="signed_in", at=NOW, actor_id=None))
    finally:
        acts.acted.receivers = receivers
        acts.acted.sender_receivers_cache.clear()


# ---------------------------------------------------------------- no act without its row


def act_on_everything() -> dict[str, Callable[[], Any]]:
    """Return every act of sharing, organisations and users, ready to be done."""
    owner = make_organisation()
    decider, author = make_person(owner, "decider"), make_person(owner, "author")
    return acts_on_items(owner, decider, author) | acts_on_people(owner, decider)


def acts_on_items(owner: Organisation, decider: User, author: User) -> dict[str, Callable[[], Any]]:
    row = make_bare_item(owner=owner, state="restricted", recipients=[make_participant()])
    hidden = make_bare_item(owner=owner, quarantined=True, quarantined_by_id=decider.pk)
    draft = make_bare_item(owner=owner, live=False)
    Proposal.objects.create(sharing=draft)
    (page,) = make_bare_pages(1)
    by: dict[str, Any] = {"actor": decider, "at": LATER}
    place: dict[str, Any] = {"owner": owner, "element": row.element, "countries": ["MA"]}
    recipient = row.recipients.get()
    return {
        "create": lambda: services.create_sharing(
            page_id=page.pk, uuid=uuid4(), reference="X", author=author, at=LATER, **place
        ),
        "change draft": lambda: services.change_draft_facts(sharing=draft, actor=author, at=LATER, **place),
        "propose": lambda: services.propose(
            sharing=draft, marking="RED", state="owner", targets=[], actor=author, at=LATER
        ),
        "publish": lambda: publish_sharing(sharing=draft, **by),
        "revoke": lambda: services.revoke(recipient=recipient, **by),
        "narrow": lambda: services.narrow(sharing=row, state="owner", **by),
        "withdraw": lambda: services.withdraw(sharing=row, **by),
        "widen": lambda: services.widen(sharing=row, state="network", reason="r", **by),
        "mark": lambda: services.change_marking(sharing=row, marking="RED", **by),
        "quarantine": lambda: services.quarantine(sharing=row, reason="r", **by),
        "end quarantine": lambda: services.end_quarantine(sharing=hidden, **by),
    }


def acts_on_people(owner: Organisation, decider: User) -> dict[str, Callable[[], Any]]:
    membership = Membership.objects.get(user=make_person(owner))
    unit, newcomer = make_organisation("unit", owner), make_user(terms=False)
    terms, parent, element = Terms.objects.get(), owner.parent, Element.objects.get(code="EW")
    assert parent is not None
    by: dict[str, Any] = {"actor": decider, "at": LATER}
    new: dict[str, Any] = {"key": "new", "name": "New", "kind": "unit", "country": None}
    return {
        "create organisation": lambda: create_organisation(parent=owner, **new, **by),
        "move organisation": lambda: move_organisation(organisation=unit, parent=parent, reason="r", **by),
        "create membership": lambda: create_membership(
            user=newcomer, organisation=owner, role="officer", competences={element: []}, **by
        ),
        "change role": lambda: change_role(membership=membership, role="author", **by),
        "end membership": lambda: end_membership(membership=membership, last_day=LATER.date(), **by),
        "accept terms": lambda: accept_terms(user=newcomer, terms=terms, at=LATER),
    }


ACTS = [
    "create", "change draft", "propose", "publish", "revoke", "narrow", "withdraw", "widen", "mark", "quarantine",
    "end quarantine", "create organisation", "move organisation", "create membership", "change role",
    "end membership", "accept terms",
]  # fmt: skip
TABLES: list[Any] = [Sharing, Recipient, Organisation, Membership, TermsAcceptance, User, AuditEvent]

BREAK = """
    CREATE FUNCTION trail_is_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no room'; END $$;
    CREATE TRIGGER trail_is_full BEFORE INSERT ON audit_auditevent FOR EACH ROW EXECUTE FUNCTION trail_is_full();
"""


@contextmanager
def without_room_in_the_trail() -> Iterator[None]:
    """Let the database refuse every new row of the trail."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(BREAK)
        yield
        transaction.set_rollback(True)


def standing() -> list[list[dict[str, Any]]]:
    """Return all rows of the tables that acts change."""
    return [list(table.objects.order_by("pk").values()) for table in TABLES]


@pytest.mark.parametrize("name", ACTS)
def test_an_act_leaves_exactly_one_row_and_none_happens_without_it(name: str) -> None:
    act = act_on_everything()[name]
    before = standing()
    with without_room_in_the_trail():
        with pytest.raises(DatabaseError, match="no room"):
            act()
        # asked in the same transaction: the act itself has undone what it began
        assert standing() == before
    act()
    changed = [
        name for table, rows in zip(TABLES, before, strict=True) if list(table.objects.order_by("pk").values()) != rows
    ]
    assert AuditEvent.objects.count() == len(before[-1]) + 1
    assert len(changed) >= 1


def test_every_act_is_asked() -> None:
    assert list(act_on_everything()) == ACTS


def test_what_changes_nothing_leaves_no_row() -> None:
    user = make_user()
    rows = AuditEvent.objects.count()
    accept_terms(user=user, terms=Terms.objects.get(), at=LATER)
    assert AuditEvent.objects.count() == rows
