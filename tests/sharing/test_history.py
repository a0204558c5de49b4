"""The history of facts: at any past instant exactly what decided then, and no record is ever changed."""

from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from cms.core.instants import current_instant
from cms.organisations.models import Organisation
from cms.sharing import services
from cms.sharing.facts import ItemFacts
from cms.sharing.history import facts_at
from cms.sharing.models import FactsRecord, Sharing
from cms.sharing.querysets import facts_of
from cms.users.models import User
from tests.factories import NOW, hours, make_group, make_participant, make_person, publish_sharing
from tests.factories.items import target
from tests.factories.rows import make_bare_item
from tests.sharing.looking import fresh

pytestmark = pytest.mark.django_db


def test_each_instant_has_the_facts_that_decided_then(owner: Organisation, approver: User, decider: User) -> None:
    friend = make_participant()
    row = make_bare_item(owner=owner, state="restricted", marking="GREEN", recipients=[friend, make_group(friend)])
    known = [(NOW, facts_of(fresh(row)))]
    acts = (
        lambda at: services.revoke(recipient=row.recipients.get(organisation=friend), actor=approver, at=at),
        lambda at: services.change_marking(sharing=row, marking="RED", actor=approver, at=at),
        lambda at: services.quarantine(sharing=row, actor=approver, at=at, reason="a name"),
        lambda at: services.end_quarantine(sharing=row, actor=approver, at=at),
        lambda at: services.widen(
            sharing=row,
            state="restricted",
            targets=[target(make_person(friend))],
            actor=decider,
            at=at,
            reason="asked for",
        ),
        lambda at: services.withdraw(sharing=row, actor=approver, at=at),
    )
    for number, act in enumerate(acts, 1):
        at = NOW + hours(number)
        act(at)
        known.append((at, facts_of(fresh(row))))
    # the end of the quarantine brought back what stood before it
    assert len({str(facts) for _at, facts in known}) == len(known) - 1
    for at, facts in known:
        for moment in (at, at + timedelta(minutes=59, seconds=59)):
            found = facts_at(row, moment)
            assert found is not None
            assert (found, set(found.recipients)) == (facts_with(facts, found), set(facts.recipients))
    assert facts_at(row, NOW - timedelta(microseconds=1)) is None


def facts_with(facts: ItemFacts, found: ItemFacts) -> ItemFacts:
    """Return the facts with their recipients in the order of the other ones."""
    return replace(facts, recipients=found.recipients)


def test_dates_of_recipients_are_kept(owner: Organisation, decider: User) -> None:
    row = make_bare_item(owner=owner, marking="AMBER")
    until = NOW + hours(5)
    named = services.Target(
        kind="organisation", target_id=make_participant().pk, valid_from=NOW + hours(2), valid_until=until
    )
    services.widen(sharing=row, state="restricted", targets=[named], actor=decider, at=NOW, reason="asked for")
    facts = facts_at(row, NOW + hours(1))
    assert facts is not None
    assert [(row.valid_from, row.valid_until) for row in facts.recipients] == [(NOW + hours(2), until)]


def test_an_act_without_a_change_of_facts_leaves_no_record(owner: Organisation, approver: User) -> None:
    row = make_bare_item(owner=owner)
    publish_sharing(sharing=row, actor=approver, at=NOW + hours(1))
    assert row.history.count() == 1


def test_records_follow_each_other_as_the_changes_do(owner: Organisation, approver: User) -> None:
    """An act that waited for another one's lock comes with an earlier instant, and is in force after it."""
    row = make_bare_item(owner=owner, state="network")
    services.narrow(sharing=row, state="restricted", actor=approver, at=NOW + hours(2))
    services.withdraw(sharing=row, actor=approver, at=NOW + hours(1))
    states = [facts_at(row, NOW + hours(number)) for number in (0, 1, 2, 3)]
    assert [facts.state for facts in states if facts] == ["network", "network", "withdrawn", "withdrawn"]


def test_the_database_refuses_to_change_a_record(owner: Organisation) -> None:
    row = make_bare_item(owner=owner)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        FactsRecord.objects.filter(sharing=row).update(state="public")
    assert row.history.get().state == "owner"


def test_the_history_of_items_that_are_there_already_begins_with_the_facts_as_they_stand(owner: Organisation) -> None:
    named = services.Target(
        kind="organisation", target_id=owner.pk, valid_from=NOW, valid_until=NOW + timedelta(microseconds=9)
    )
    row = make_bare_item(owner=owner, state="restricted", recipients=[named], revoked=[named], countries=["MA"])
    other = make_bare_item(owner=owner, state="owner", live=False)
    FactsRecord.objects.all().delete()
    begin = import_module("cms.sharing.migrations.0005_history_begins").begin
    begin(None, SimpleNamespace(connection=connection))
    later = current_instant()
    assert [facts_at(known, later) for known in (row, other)] == [facts_of(fresh(known)) for known in (row, other)]


def test_records_go_with_their_item(owner: Organisation) -> None:
    row = make_bare_item(owner=owner)
    Sharing.objects.filter(pk=row.pk).delete()
    assert FactsRecord.objects.count() == 0
