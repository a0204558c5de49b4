"""Two acts on one item at once: afterwards the tokens are those of the facts, and no act undid the other's."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from cms.audit.models import AuditEvent
from cms.core.middleware import TransactionMiddleware
from cms.organisations.models import Organisation
from cms.sharing import services
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Recipient, Sharing
from cms.sharing.querysets import facts_of
from cms.sharing.tokens import audience
from cms.users.models import User
from tests.factories import (
    NOW,
    element,
    make_item,
    make_membership,
    make_organisation,
    make_participant,
    make_person,
    publish_sharing,
)
from tests.factories.items import page_of, target
from tests.factories.rows import make_bare_item
from tests.sharing.connections import apart, elsewhere, one_before_the_other
from tests.sharing.looking import LATER, exact, fresh

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def friends() -> list[Organisation]:
    """Two participants that an owner names."""
    return [make_participant(), make_participant()]


@pytest.fixture
def row(owner: Organisation, friends: list[Organisation]) -> Sharing:
    """An item shared with the first of them."""
    return make_bare_item(owner=owner, state="restricted", marking="AMBER", recipients=[friends[0]])


def granting(row: Sharing, friend: Organisation, decider: User) -> Callable[[], None]:
    """Return an act that names one more recipient."""
    return lambda: services.widen(
        sharing=row, state="restricted", targets=[target(friend)], actor=decider, at=LATER, reason="asked for"
    )


def reached(row: Sharing, friends: list[Organisation]) -> list[bool]:
    """Return for each friend whether the stored tokens name it."""
    return [f"EW:o{friend.pk}" in fresh(row).audience for friend in friends]


def test_a_revocation_beside_a_new_grant(
    row: Sharing, friends: list[Organisation], approver: User, decider: User
) -> None:
    recipient = row.recipients.get()
    one_before_the_other(
        lambda: services.revoke(recipient=recipient, actor=approver, at=LATER), granting(row, friends[1], decider)
    )
    assert (reached(row, friends), exact(fresh(row)), fresh(row).version) == ([False, True], True, row.version + 2)


def test_a_new_grant_beside_a_revocation(
    row: Sharing, friends: list[Organisation], approver: User, decider: User
) -> None:
    recipient = row.recipients.get()
    one_before_the_other(
        granting(row, friends[1], decider), lambda: services.revoke(recipient=recipient, actor=approver, at=LATER)
    )
    assert (reached(row, friends), exact(fresh(row))) == ([False, True], True)


def test_without_the_lock_the_revoked_reader_would_stay(
    row: Sharing, friends: list[Organisation], approver: User
) -> None:
    """The order that the lock forbids: facts read before a revocation commits, tokens written after."""
    stale = Sharing.objects.with_facts().get(pk=row.pk)
    services.revoke(recipient=row.recipients.get(), actor=approver, at=LATER)
    services.write_audience([stale], LATER)
    assert (reached(row, friends), exact(fresh(row))) == ([True, False], False)


def test_two_widenings(row: Sharing, friends: list[Organisation], decider: User) -> None:
    third = make_participant()
    one_before_the_other(granting(row, friends[1], decider), granting(row, third, decider))
    assert (reached(row, [*friends, third]), exact(fresh(row))) == ([True, True, True], True)


def test_the_same_revocation_twice_is_one_act(row: Sharing, approver: User) -> None:
    recipient = row.recipients.get()

    def revoke() -> None:
        services.revoke(recipient=Recipient.objects.get(pk=recipient.pk), actor=approver, at=LATER)

    with pytest.raises(ValidationError):
        one_before_the_other(revoke, revoke)
    assert AuditEvent.objects.filter(event="recipient_revoked").count() == 1


def test_publishing_beside_narrowing(owner: Organisation, approver: User) -> None:
    row = make_item(owner=owner, state="network", marking="GREEN", author=make_person(owner, "author"))

    def publish() -> None:
        with transaction.atomic():
            page = page_of(row)
            page.title = "A second version"
            page.save_revision(user=None).publish(skip_permission_checks=True)
            publish_sharing(sharing=row, actor=approver, at=LATER)

    one_before_the_other(lambda: services.narrow(sharing=row, state="owner", actor=approver, at=LATER), publish)
    assert (fresh(row).state, exact(fresh(row)), page_of(row).title) == ("owner", True, "A second version")


def test_the_worker_beside_a_revocation(owner: Organisation, friends: list[Organisation], approver: User) -> None:
    """The worker passes over a row that somebody holds, and the holder's tokens stay."""
    begins = services.Target(kind="organisation", target_id=friends[1].pk, valid_from=NOW + timedelta(minutes=1))
    row = make_bare_item(owner=owner, state="restricted", recipients=[friends[0], begins])
    recipient = row.recipients.get(organisation=friends[0])
    with elsewhere() as pool, transaction.atomic():
        services.revoke(recipient=recipient, actor=approver, at=LATER)
        passed = pool.submit(apart, lambda: services.refresh_due(at=LATER)).result(20)
    assert (passed, reached(row, friends), exact(fresh(row))) == (0, [False, True], True)
    assert services.refresh_due(at=LATER) == 0


def test_a_revocation_beside_the_worker(owner: Organisation, friends: list[Organisation], approver: User) -> None:
    ends = services.Target(kind="organisation", target_id=friends[1].pk, valid_until=NOW + timedelta(minutes=1))
    row = make_bare_item(owner=owner, state="restricted", recipients=[friends[0], ends])
    recipient = row.recipients.get(organisation=friends[0])
    one_before_the_other(
        lambda: services.refresh_due(at=LATER), lambda: services.revoke(recipient=recipient, actor=approver, at=LATER)
    )
    assert (reached(row, friends), exact(fresh(row))) == ([False, False], True)


def test_an_act_reads_what_was_committed_while_it_waited(owner: Organisation) -> None:
    """Owner and element changed meanwhile: the right is asked of the new ones, the row is not lost."""
    new_owner = make_organisation()
    author = make_person(owner, "author")
    row = make_bare_item(owner=owner, live=False)
    other = make_person(owner, "author")
    make_membership(author, new_owner, "author")

    def change(actor: User, code: str) -> Callable[[], None]:
        return lambda: services.change_draft_facts(
            sharing=row, owner=new_owner, element=element(code), countries=[], actor=actor, at=LATER
        )

    with pytest.raises(NotAllowed):
        one_before_the_other(change(author, "RE"), change(other, "VB"))
    one_before_the_other(change(author, "LO"), change(author, "VB"))
    assert (fresh(row).owner, fresh(row).element.code, exact(fresh(row))) == (new_owner, "VB", True)


def test_the_marking_is_asked_again_under_the_lock(owner: Organisation, approver: User) -> None:
    row = make_bare_item(owner=owner, state="network", marking="CLEAR")

    def tighten(marking: str) -> Callable[[], None]:
        return lambda: services.change_marking(sharing=row, marking=marking, actor=approver, at=LATER)

    with pytest.raises(ValidationError):
        one_before_the_other(tighten("RED"), tighten("GREEN"))
    assert (fresh(row).marking, fresh(row).state) == ("RED", "restricted")


# ---------------------------------------------------------------- what a request sees


def answers(method: str, look: Callable[[], Any], meanwhile: Callable[[], None]) -> list[Any]:
    """Return what one request sees before and after another connection commits."""
    seen: list[Any] = []

    def view(_request: HttpRequest) -> HttpResponse:
        seen.append(look())
        with elsewhere() as pool:
            pool.submit(apart, meanwhile).result(20)
        seen.append(look())
        return HttpResponse()

    request = HttpRequest()
    request.method = method
    TransactionMiddleware(view)(request)
    return seen


@pytest.mark.parametrize(("method", "after"), [("GET", True), ("HEAD", True), ("POST", False), ("DELETE", False)])
def test_a_reading_request_sees_one_moment_and_a_writing_one_the_newest(
    row: Sharing, friends: list[Organisation], approver: User, method: str, after: bool
) -> None:
    viewer = make_person(friends[0])
    recipient = row.recipients.get()

    def sees() -> bool:
        return Sharing.objects.all().visible_to(viewer, LATER).filter(pk=row.pk).exists()

    def revoke() -> None:
        services.revoke(recipient=recipient, actor=approver, at=LATER)

    assert answers(method, sees, revoke) == [True, after]
    assert answers(method, sees, lambda: None) == [False, False]


def test_a_reading_request_sees_memberships_and_items_of_one_moment(row: Sharing, friends: list[Organisation]) -> None:
    viewer = make_person(friends[0])

    def sees() -> bool:
        return viewer.memberships.exists() and Sharing.objects.all().visible_to(viewer, LATER).exists()

    def leave() -> None:
        viewer.memberships.all().delete()

    assert answers("GET", sees, leave) == [True, True]
    assert not sees()


def test_an_answer_of_a_server_error_leaves_nothing(row: Sharing, approver: User) -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        services.withdraw(sharing=row, actor=approver, at=LATER)
        return HttpResponse(status=500)

    request = HttpRequest()
    request.method = "POST"
    TransactionMiddleware(view)(request)
    assert (fresh(row).state, AuditEvent.objects.filter(event="withdrawn").exists()) == ("restricted", False)


def test_an_audience_is_what_its_facts_say(row: Sharing) -> None:
    """What `exact` compares with: else the tests above could not fail."""
    Sharing.objects.filter(pk=row.pk).update(audience=["EW:o1"])
    assert not exact(fresh(row))
    assert audience(facts_of(row), LATER).tokens == set(row.audience)
