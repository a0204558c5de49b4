"""Notices: for those who may see the item then, as they chose, once; mails say nothing, and wait for their server."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from pytest_django import Settings

from cms.core.instants import current_instant
from cms.notifications import kinds
from cms.notifications.draining import drain
from cms.notifications.enums import Frequency, Urgency
from cms.notifications.kinds import DRAFT, Kind
from cms.notifications.models import Notice, NoticeSettings, OutboxRow, Subscription
from cms.notifications.preferences import next_digest
from cms.notifications.services import mark_all_read, notify, queue_digests
from cms.organisations.enums import Role
from cms.organisations.models import Membership, Organisation
from cms.sharing.models import Sharing
from cms.users.models import User
from tests.factories.instants import NOW
from tests.factories.items import make_item
from tests.factories.organisations import make_organisation
from tests.factories.people import make_person
from tests.notifications.mailbox import Mailbox

pytestmark = pytest.mark.django_db

TITLE = "Canary title"
BODY = "Canary body"


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have kinds of this test alone."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    told = {Urgency.URGENT: Frequency.AT_ONCE, Urgency.ROUTINE: Frequency.DAILY}
    kinds.register(Kind("task", "A task for you"))
    kinds.register(Kind("draft", "A draft waits", scope=DRAFT))
    kinds.register(Kind("broadcast", "Something was published", personal=False))
    kinds.register(Kind("alarm", "An alarm", personal=False, always=True, default=told))


@pytest.fixture
def owner() -> Organisation:
    """Return an authority that owns the item."""
    return make_organisation(key="owner")


@pytest.fixture
def item(owner: Organisation) -> Sharing:
    """Return an item that its owner alone may see."""
    return make_item(owner=owner, title=TITLE, body=BODY, countries=["ES"])


@pytest.fixture
def reader(owner: Organisation) -> User:
    """Return an officer of the owner."""
    return make_person(owner, name="Marie Example")


def _tell(item: Sharing, users: list[User] | None, kind: str = "task", urgency: str = "routine", **more: Any) -> None:
    notify(
        kind=kind,
        users=None if users is None else [user.pk for user in users],
        item=item.uuid,
        reference=item.reference,
        element=item.element,
        urgency=urgency,
        at=current_instant(),
        countries=item.countries,
        **more,
    )
    drain()


def test_who_may_see_the_item_gets_a_notice_and_a_mail_that_says_nothing_of_it(item: Sharing, reader: User) -> None:
    _tell(item, [reader], urgency="urgent")
    notice = Notice.objects.get()
    assert (notice.user, notice.reference, notice.count, notice.read_at) == (reader, item.reference, 1, None)
    (message,) = mail.outbox
    assert message.to == [reader.email]
    assert message.subject == "ICONet: a notice for you"
    assert message.body.splitlines()[2:6] == [
        f"Reference: {item.reference}",
        "Element: Early warning",
        "Urgency: Urgent",
        f"http://127.0.0.1:8000/i/{item.uuid}/",
    ]
    assert "canary" not in str(message.message()).lower()
    assert notice.mailed_at is not None


def test_who_may_not_see_the_item_hears_nothing(item: Sharing, reader: User) -> None:
    stranger = make_person(make_organisation())
    _tell(item, [reader, stranger])
    assert [notice.user for notice in Notice.objects.all()] == [reader]
    assert [message.to for message in mail.outbox] == [[reader.email]]


def test_everybody_who_may_see_the_item_is_told_but_who_did_it(
    item: Sharing, reader: User, owner: Organisation
) -> None:
    make_person(make_organisation())
    doer = make_person(owner)
    _tell(item, None, kind="alarm", urgency="flash", but=[doer.pk])
    assert [notice.user for notice in Notice.objects.all()] == [reader]


def test_a_draft_is_told_of_to_those_who_may_see_it(owner: Organisation, reader: User) -> None:
    approver = make_person(owner, Role.APPROVER)
    draft = make_item(owner=owner, live=False)
    _tell(draft, [approver, reader], kind="draft")
    assert [notice.user for notice in Notice.objects.all()] == [approver]


def test_the_right_is_asked_again_when_the_mail_is_sent(item: Sharing, reader: User) -> None:
    Subscription.objects.create(user=reader, frequency=Frequency.DAILY)
    _tell(item, [reader], kind="broadcast")
    Membership.objects.filter(user=reader).delete()
    tomorrow = current_instant() + timedelta(days=2)
    assert queue_digests(at=tomorrow) == 1
    drain(tomorrow)
    assert mail.outbox == []
    assert Notice.objects.get().mail_withheld_at is not None


def test_unread_notices_of_a_kind_about_an_item_are_one_and_mailed_once(item: Sharing, reader: User) -> None:
    for _ in range(3):
        _tell(item, [reader])
    assert Notice.objects.get().count == 3
    assert len(mail.outbox) == 1
    mark_all_read(user_id=reader.pk, at=current_instant())
    _tell(item, [reader])
    assert Notice.objects.count() == 2
    assert len(mail.outbox) == 2


def test_a_flash_is_never_merged_and_never_waits(item: Sharing, reader: User) -> None:
    NoticeSettings.objects.create(user=reader, personal=Frequency.NEVER)
    Subscription.objects.create(user=reader, frequency=Frequency.NEVER)
    for kind in ("task", "alarm", "alarm"):
        _tell(item, [reader], kind=kind, urgency="flash")
    assert Notice.objects.count() == 3
    assert len(mail.outbox) == 3


Subscribed = Callable[[Sharing], dict[str, Any]]


@pytest.mark.parametrize(
    ("subscription", "told"),
    [
        (lambda item: {}, True),
        (lambda item: {"element": item.element}, True),
        (lambda item: {"country": "ES"}, True),
        (lambda item: {"country": "FR"}, False),
        (lambda item: {"urgency": "urgent"}, False),
        (lambda item: {"topic_id": item.page_id}, False),
    ],
)
def test_people_are_told_of_what_they_subscribed_to(
    item: Sharing, reader: User, subscription: Subscribed, told: bool
) -> None:
    Subscription.objects.create(user=reader, frequency=Frequency.AT_ONCE, **subscription(item))
    _tell(item, None, kind="broadcast")
    assert Notice.objects.filter(user=reader).exists() is told
    assert bool(mail.outbox) is told


def test_a_topic_is_what_one_may_subscribe_to(item: Sharing, reader: User) -> None:
    Subscription.objects.create(user=reader, frequency=Frequency.AT_ONCE, topic_id=item.page_id)
    _tell(item, None, kind="broadcast", topics=[item.page_id])
    assert Notice.objects.filter(user=reader).exists()


def test_who_subscribed_to_nothing_is_told_of_alarms_and_of_no_publication(item: Sharing, reader: User) -> None:
    _tell(item, None, kind="broadcast")
    assert not Notice.objects.exists()
    _tell(item, None, kind="alarm")
    assert Notice.objects.get().frequency == Frequency.DAILY


def test_a_digest_holds_what_is_due_and_is_sent_once(item: Sharing, reader: User, owner: Organisation) -> None:
    other = make_item(owner=owner)
    Subscription.objects.create(user=reader, frequency=Frequency.DAILY)
    for told in (item, other):
        _tell(told, None, kind="broadcast")
    assert mail.outbox == []
    tomorrow = current_instant() + timedelta(days=1)
    assert [queue_digests(at=tomorrow), queue_digests(at=tomorrow)] == [1, 0]
    drain(tomorrow)
    (message,) = mail.outbox
    assert item.reference in message.body
    assert other.reference in message.body
    assert TITLE not in message.body
    assert Notice.objects.filter(mailed_at__isnull=True).count() == 0


@pytest.mark.parametrize(
    ("frequency", "at", "due"),
    [
        (Frequency.DAILY, NOW, NOW.replace(day=16, hour=6)),
        (Frequency.DAILY, NOW.replace(hour=5), NOW.replace(hour=6)),
        # 15 June 2026 is a Monday
        (Frequency.WEEKLY, NOW, NOW.replace(day=22, hour=6)),
        (Frequency.WEEKLY, NOW.replace(hour=5), NOW.replace(hour=6)),
        (Frequency.AT_ONCE, NOW, None),
    ],
)
def test_digests_are_made_at_six(frequency: Frequency, at: datetime, due: datetime | None) -> None:
    assert next_digest(frequency, at) == due


def test_all_that_was_shown_is_marked_read_and_nothing_newer(item: Sharing, reader: User) -> None:
    _tell(item, [reader])
    assert mark_all_read(user_id=reader.pk, at=current_instant() - timedelta(minutes=1)) == 0
    assert mark_all_read(user_id=reader.pk, at=current_instant()) == 1


@pytest.fixture
def mailbox(settings: Settings) -> Any:
    """Return a running mail server to which mails go."""
    box = Mailbox()
    box.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = box.port
    yield box
    box.stop()


def test_mails_wait_for_a_server_that_is_down_and_nothing_is_lost(
    item: Sharing, reader: User, mailbox: Mailbox, settings: Settings
) -> None:
    settings.EMAIL_PORT = 1
    _tell(item, [reader], urgency="flash")
    assert OutboxRow.objects.get().last_error == "the far side does not answer"
    assert Notice.objects.get().mailed_at is None
    settings.EMAIL_PORT = mailbox.port
    drain(current_instant() + timedelta(hours=1))
    assert list(mailbox.by_person) == [reader.email]
    assert not OutboxRow.objects.exists()


def test_mails_wait_for_a_server_that_says_later(item: Sharing, reader: User, mailbox: Mailbox) -> None:
    mailbox.answer = "451 try again"
    _tell(item, [reader], urgency="flash")
    assert OutboxRow.objects.get().failures == 0
    mailbox.answer = "250 OK"
    drain(current_instant() + timedelta(hours=1))
    assert len(mailbox.taken) == 1


def test_a_mail_that_is_refused_for_good_is_set_aside_in_the_end(item: Sharing, reader: User, mailbox: Mailbox) -> None:
    mailbox.answer = "554 no"
    _tell(item, [reader], urgency="flash")
    assert OutboxRow.objects.get().failures == 1


def test_a_mail_keeps_its_identifier_whoever_sends_it(item: Sharing, reader: User, mailbox: Mailbox) -> None:
    _tell(item, [reader], urgency="flash")
    (first,) = mailbox.by_person[reader.email]
    notice = Notice.objects.get()
    # as after a worker that ended between the server's answer and the mark
    Notice.objects.update(mailed_at=None)
    OutboxRow.objects.create(
        kind="mail", payload={"notice": notice.pk}, created_at=current_instant(), due=current_instant()
    )
    drain()
    assert mailbox.by_person[reader.email] == [first, first]
