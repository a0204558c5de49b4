"""Who is told of what became of an item, and what its readers see on it."""

import pytest

from cms.audit.enums import Event
from cms.audit.services import Entry, record
from cms.notifications.draining import drain
from cms.notifications.models import Notice
from cms.organisations.models import Organisation
from cms.sharing import services
from cms.sharing.models import Sharing
from cms.sharing.notices import notices_on
from cms.users.models import User
from tests.factories import NOW, make_item, make_organisation, make_participant, make_person, make_user
from tests.sharing.looking import LATER

pytestmark = pytest.mark.django_db


def read(row: Sharing, *people: User) -> None:
    """Have these people read the item."""
    for person in people:
        record(Entry(event=Event.ITEM_VIEWED, at=NOW, actor_id=person.pk, item=row.uuid))


def told(kind: str) -> set[int]:
    """Have the worker do its part, and return who was told of this."""
    drain()
    return set(Notice.objects.filter(kind=kind).values_list("user", flat=True))


@pytest.fixture
def friend() -> User:
    """An officer elsewhere."""
    return make_person(make_participant())


def test_those_who_had_opened_a_withdrawn_item_are_told_once(owner: Organisation, approver: User, friend: User) -> None:
    row = make_item(owner=owner, state="network")
    left, stranger = make_user(active=False), make_person(make_participant())
    read(row, friend, friend, left, approver)
    services.withdraw(sharing=row, actor=approver, at=LATER)
    assert told("withdrawn") == {friend.pk}
    notice = Notice.objects.get()
    assert (notice.reference, notice.count, stranger.pk in told("withdrawn")) == (row.reference, 1, False)


def test_narrowing_tells_nobody(owner: Organisation, approver: User, friend: User) -> None:
    row = make_item(owner=owner, state="network")
    read(row, friend)
    services.narrow(sharing=row, state="owner", actor=approver, at=LATER)
    assert told("withdrawn") == set()


def test_many_withdrawn_tell_of_each(owner: Organisation, approver: User, friend: User) -> None:
    rows = [make_item(owner=owner, state="network") for _ in range(2)]
    for row in rows:
        read(row, friend)
    services.narrow_many(sharing_ids=[row.pk for row in rows], state="withdrawn", actor=approver, at=LATER)
    assert told("withdrawn") == {friend.pk}
    assert set(Notice.objects.values_list("item", flat=True)) == {row.uuid for row in rows}


def test_an_act_that_was_only_tried_tells_nobody(owner: Organisation, approver: User, friend: User) -> None:
    row = make_item(owner=owner, state="network")
    read(row, friend)
    services.rehearse(lambda: services.withdraw(sharing=row, actor=approver, at=LATER), [row.pk])
    assert told("withdrawn") == set()


def test_readers_of_both_see_and_hear_of_the_newer_item_and_nobody_else(
    owner: Organisation, approver: User, friend: User
) -> None:
    other = make_person(make_participant())
    older = make_item(owner=owner, state="network")
    newer = make_item(owner=owner, state="restricted", recipients=[friend])
    read(older, friend, other)
    services.supersede(sharing=older, newer=newer, actor=approver, at=LATER)
    assert told("superseded") == {friend.pk}
    assert notices_on(older, friend, LATER).superseded_by == newer
    assert notices_on(older, other, LATER).superseded_by is None
    assert notices_on(newer, friend, LATER).superseded_by is None


def test_a_correction_is_seen_and_heard_of(owner: Organisation, approver: User, friend: User) -> None:
    row = make_item(owner=owner, state="network")
    gone = make_person(make_participant(), competences={"RE": []})
    read(row, friend, gone)
    pending = services.propose_correction(sharing=row, text="41, not 14.", actor=make_person(owner, "author"), at=NOW)
    assert told("corrected") == set()
    services.confirm(pending=pending, actor=approver, at=LATER)
    assert told("corrected") == {friend.pk}
    assert [notice.text for notice in notices_on(row, friend, LATER).corrections] == ["41, not 14."]


def test_those_who_may_confirm_hear_that_something_waits(owner: Organisation, approver: User, decider: User) -> None:
    row = make_item(owner=owner, state="network")
    author, receiver = make_person(owner, "author"), make_organisation()
    receiving = make_person(receiver, "decider")
    services.propose_narrowing(sharing=row, kind="withdraw", actor=author, at=NOW, reason="too wide")
    assert told("confirm") == {approver.pk, decider.pk}
    Notice.objects.all().delete()
    services.propose_transfer(sharing=row, new_owner=receiver, actor=decider, at=NOW, reason="reform")
    assert receiving.pk in told("confirm")
