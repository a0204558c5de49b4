"""A real worker is killed in the middle of each kind of work at once: nobody sees more than before, nothing is lost,
and nothing is done twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from cms.administration.mailing import INVITATION, send_invitation
from cms.core.instants import current_instant
from cms.desk.models import ReadVersion
from cms.desk.services import READ as ITEM_READ
from cms.desk.services import note_read
from cms.documents.enums import Scan, TextState
from cms.documents.models import File
from cms.documents.selectors import attachment_texts, readable_file
from cms.documents.work_kinds import SCAN, TEXT
from cms.notifications.draining import drain, drain_kind
from cms.notifications.enums import Frequency
from cms.notifications.mail import DIGEST
from cms.notifications.models import Notice, OutboxRow, Subscription
from cms.notifications.outbox import handlers, put
from cms.notifications.services import READ, have_read, notify, queue_digests
from cms.notifications.telling import MAIL, NOTIFY
from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from cms.users.models import Invitation, User
from search.models import Finding
from search.saving import save_search
from search.sync import SYNC
from search.telling import NEWLY_SEEN
from tests.alerts.network import make_alert, make_network, receipt_of
from tests.alerts.worker import start_worker
from tests.documents.clamd import listening
from tests.documents.corpus import pdf
from tests.documents.making import make_file, write
from tests.factories import NOW, make_item, make_participant, make_person, make_user
from tests.notifications.mailbox import Mailbox
from tests.proof.striking import end_leases, kill, stopped_at, taken_kinds, wait_for
from workflows.alerts.models import Receipt
from workflows.alerts.receivers import OPENED

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# where each kind is in the middle: its table, and by which statement it is written
MIDDLE = {
    NOTIFY: (Notice._meta.db_table, "INSERT OR UPDATE"),
    MAIL: (Notice._meta.db_table, "INSERT OR UPDATE"),
    DIGEST: (Notice._meta.db_table, "INSERT OR UPDATE"),
    READ: (Notice._meta.db_table, "INSERT OR UPDATE"),
    INVITATION: (Invitation._meta.db_table, "INSERT"),
    SCAN: (File._meta.db_table, "UPDATE"),
    TEXT: (File._meta.db_table, "UPDATE"),
    NEWLY_SEEN: (Finding._meta.db_table, "INSERT"),
    ITEM_READ: (ReadVersion._meta.db_table, "INSERT"),
    OPENED: (Receipt._meta.db_table, "UPDATE"),
}
# what needs an Elasticsearch: tests/search/outside kills that, and the worker beside it
ELSEWHERE = {SYNC}
WORD = "zyxcanary"


@dataclass(frozen=True, slots=True)
class Scene:
    """Work of every kind that waits, and for whom."""

    told: User
    mailed: User
    digested: User
    reading: User
    invited: User
    searching: User
    contact: User
    alert: Sharing
    items: dict[str, Sharing]
    files: dict[str, File]


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """A mail server of the test, which this process and the worker use."""
    box = Mailbox()
    box.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
    yield box
    box.stop()


@pytest.fixture
def surroundings(settings: Settings, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Files and a scanner of the test's own; yields what tells a worker of them."""
    settings.FILES_ROOT = tmp_path / "files"
    with listening() as scanner:
        settings.CLAMD = f"tcp://127.0.0.1:{scanner.port}"
        yield {"FILES_ROOT": str(settings.FILES_ROOT), "CLAMD": settings.CLAMD}


def tell(item: Sharing, person: User, kind: str = "corrected") -> None:
    notify(
        kind=kind,
        users=[person.pk],
        item=item.uuid,
        reference=item.reference,
        element=item.element,
        urgency="urgent",
        at=current_instant(),
    )


def make_scene() -> Scene:
    """Make work of every kind, and leave it all waiting."""
    network = make_network()
    alert = make_alert(network)
    owner: Organisation = network.owner
    drain()
    readers = make_participant("italy", country="IT")
    told, mailed, digested, reading, searching = (make_person(readers, name=f"Reader {n}") for n in range(5))
    Subscription.objects.create(user=digested, frequency=Frequency.DAILY)
    save_search(actor=searching, name="Mine", parameters=f"q={WORD}", frequency="daily", at=NOW)
    items = {
        name: make_item(owner=owner, state="network", marking="GREEN", title=f"{WORD} {name}")
        for name in ("told", "scanned", "read")
    }
    files = {
        "scanned": make_file(items["scanned"], scan=Scan.WAITING),
        "read": make_file(items["read"], image=False, content=pdf("Words in a document")),
    }
    for name, file in files.items():
        write(items[name], file, publish=True)
    invited = make_user("Nora New", email="nora@member.example")
    invited.set_unusable_password()
    invited.save()
    OutboxRow.objects.filter(kind__in=[NOTIFY]).delete()
    leave_waiting(items["told"], told, mailed, digested, reading)
    send_invitation(invited, current_instant())
    put(OPENED, payload={"sharing": alert.pk, "user": network.french.pk}, at=current_instant())
    return Scene(told, mailed, digested, reading, invited, searching, network.french, alert, items, files)


def leave_waiting(item: Sharing, told: User, mailed: User, digested: User, reading: User) -> None:
    """Leave notices to be made, to be mailed, to be put into a digest, to be marked as read."""
    for person in (mailed, digested, reading):
        tell(item, person)
    drain_kind(handlers()[NOTIFY])
    Notice.objects.filter(user=digested).update(digest_due=current_instant(), frequency=Frequency.DAILY)
    queue_digests(at=current_instant())
    mails = OutboxRow.objects.filter(kind=MAIL)
    for person in (digested, reading):
        mails.filter(payload={"notice": Notice.objects.get(user=person).pk}).delete()
    have_read(user_id=reading.pk, item=item.uuid, at=current_instant())
    note_read(user_id=reading.pk, sharing_id=item.pk, live=item.page.live_revision_id, at=current_instant())
    tell(item, told)


def test_every_kind_of_work_is_killed_somewhere() -> None:
    assert set(handlers()) == set(MIDDLE) | ELSEWHERE


def test_a_worker_killed_in_the_middle_of_everything(mailbox: Mailbox, surroundings: dict[str, str]) -> None:
    scene = make_scene()
    assert set(OutboxRow.objects.values_list("kind", flat=True)) == set(MIDDLE)
    mailbox.taken.clear()
    with stopped_at(dict(MIDDLE.values())):
        worker = start_worker(mailbox.port, environment=surroundings)
        try:
            wait_for(len(MIDDLE))
            assert taken_kinds() == set(MIDDLE)
        finally:
            kill(worker)
    nothing_more_than_before(scene)
    end_leases()
    drain(current_instant() + timedelta(hours=1))
    everything_is_done(scene, mailbox)


def nothing_more_than_before(scene: Scene) -> None:
    """See that half-done work shows nobody anything, and that none of it is lost."""
    at = current_instant()
    assert readable_file(scene.told, scene.files["scanned"].uuid, at) is None
    assert [part for texts in attachment_texts([scene.items["read"].pk]).values() for part in texts[0].parts] == []
    assert not Notice.objects.filter(user=scene.told).exists()
    assert not Invitation.objects.filter(user=scene.invited).exists()
    assert not Finding.objects.exists()
    assert not ReadVersion.objects.exists()
    assert receipt_of(scene.alert, scene.contact.memberships.get().organisation).opened_at is None
    assert set(OutboxRow.objects.values_list("kind", flat=True)) == set(MIDDLE)


def everything_is_done(scene: Scene, mailbox: Mailbox) -> None:
    """See that each thing was done, and once."""
    assert not OutboxRow.objects.exists()
    assert readable_file(scene.told, scene.files["scanned"].uuid, current_instant()) is not None
    states = list(File.objects.filter(pk__in=[file.pk for file in scene.files.values()]).values_list("scan", flat=True))
    assert states == [Scan.CLEAN, Scan.CLEAN]
    (text,) = attachment_texts([scene.items["read"].pk])[scene.items["read"].pk]
    assert [part.text for part in text.parts] == ["Words in a document"]
    assert File.objects.get(pk=scene.files["read"].pk).text_state == TextState.READ
    counts = {notice.user: notice.count for notice in Notice.objects.filter(item=scene.items["told"].uuid)}
    assert counts == dict.fromkeys((scene.told, scene.mailed, scene.digested, scene.reading), 1)
    assert Notice.objects.get(user=scene.reading).read_at is not None
    assert ReadVersion.objects.get().user == scene.reading
    assert set(Finding.objects.values_list("saved__user", "sharing_id")) == {
        (scene.searching.pk, item.pk) for item in scene.items.values()
    }
    assert receipt_of(scene.alert, scene.contact.memberships.get().organisation).opened_by == scene.contact
    assert Invitation.objects.filter(user=scene.invited, revoked_at__isnull=True).count() == 1
    # one mail each: what had been handed over when the worker died is handed over again as the same mail
    people = (scene.told, scene.mailed, scene.digested, scene.invited)
    assert {address: len(set(mails)) for address, mails in mailbox.by_person.items()} == {
        person.email: 1 for person in people
    }
    assert sum(len(mails) for mails in mailbox.by_person.values()) <= len(people) + 2
