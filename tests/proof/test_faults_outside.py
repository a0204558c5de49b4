"""The scanner is killed in the middle of an upload, the mail server in the middle of a mailing: nobody is given what
was not looked through, nothing is lost, nobody gets two mails of one, and it is said what is wrong."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from cms.administration.mailing import send_invitation
from cms.core.health import states
from cms.core.instants import current_instant
from cms.documents.enums import Scan
from cms.documents.models import File
from cms.notifications.draining import UNAVAILABLE, drain
from cms.notifications.models import Notice, OutboxRow
from cms.notifications.selectors import outbox_state
from cms.organisations.enums import Role
from cms.users.invitations import open_invitation
from tests.documents.asking import ask
from tests.documents.clamd import listening
from tests.documents.making import write
from tests.factories import make_item, make_organisation, make_participant, make_person, make_user, sign_in
from tests.notifications.mailbox import Mailbox
from tests.proof.test_faults_worker import mailbox as mailbox  # noqa: PLC0414 - the fixture
from tests.proof.test_faults_worker import surroundings as surroundings  # noqa: PLC0414 - the fixture
from tests.proof.test_faults_worker import tell

pytestmark = pytest.mark.django_db

# more than one piece of the conversation with the scanner
CLEAN, INFECTED = b"Harmless words\r\n" * 20_000, b"EICAR and harmless words\r\n" * 10_000
LATER = timedelta(hours=1)


class Dying(socketserver.StreamRequestHandler):
    """A scanner that hears so much of an upload, and is not there any more."""

    hears = 0

    def handle(self) -> None:
        """Read, and let go."""
        self.rfile.read(self.hears)


@contextmanager
def dying(hears: int) -> Iterator[str]:
    """Yield the address of a scanner that is killed after so many bytes."""
    handler = type("DyingAfter", (Dying,), {"hears": hears})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"tcp://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("hears", [0, 11, 200_000])
def test_a_scanner_killed_in_the_middle_of_an_upload(
    surroundings: dict[str, str], settings: Settings, hears: int
) -> None:
    owner = make_organisation()
    author = sign_in(Client(), make_person(owner, Role.AUTHOR))
    reader = sign_in(Client(), make_person(make_participant()))
    item = make_item(owner=owner, state="network", marking="GREEN")
    with dying(hears) as settings.CLAMD:
        for name, content in (("clean.txt", CLEAN), ("bad.txt", INFECTED)):
            answer = author.post("/cms/files/", {"file": SimpleUploadedFile(name, content), "organisation": owner.pk})
            assert (answer.status_code, answer.json()["file"]["note"]) == (201, "Waits for the malware scanner")
    files = list(File.objects.order_by("name"))
    File.objects.update(sharing=item, organisation=None)
    write(item, *files, publish=True)
    assert [file.scan for file in files] == [Scan.WAITING, Scan.WAITING]
    assert [ask(reader, f"/f/{file.uuid}/").status for file in files] == [404, 404]
    assert states(current_instant())["scanner"] == "does not answer"
    drain(current_instant() + LATER)
    assert OutboxRow.objects.filter(kind="files.scan", set_aside_at__isnull=True, last_error=UNAVAILABLE).count() == 2
    with listening() as scanner:
        settings.CLAMD = f"tcp://127.0.0.1:{scanner.port}"
        drain(current_instant() + 2 * LATER)
        assert states(current_instant())["scanner"] == "ok"
    assert list(File.objects.order_by("name").values_list("scan", flat=True)) == [Scan.INFECTED, Scan.CLEAN]
    assert [ask(reader, f"/f/{file.uuid}/").status for file in files] == [404, 200]


class CutMailbox(Mailbox):
    """A mail server that is gone in the middle of its second mail: once it has taken it, or before."""

    def __init__(self, *, takes: bool) -> None:
        super().__init__()
        self.takes = takes
        self.well = False
        self.heard = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take a mail, or cut the line."""
        self.heard += 1
        if self.well or self.heard != 2:
            return await super().handle_DATA(server, session, envelope)
        if self.takes:
            await super().handle_DATA(server, session, envelope)
        server.transport.abort()
        return "421 gone"


@pytest.fixture(params=[True, False], ids=["after taking a mail", "before taking it"])
def cut(request: pytest.FixtureRequest, settings: Settings) -> Iterator[CutMailbox]:
    """The mail server that is cut."""
    box = CutMailbox(takes=request.param)
    box.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
    yield box
    box.stop()


def test_a_mail_server_cut_in_the_middle_of_a_mailing(cut: CutMailbox) -> None:
    owner = make_organisation()
    item = make_item(owner=owner, state="network", marking="GREEN")
    people = [make_person(owner, name=f"Reader {number}") for number in range(5)]
    for person in people:
        tell(item, person)
    drain()
    at = current_instant()
    waiting = OutboxRow.objects.filter(kind="mail")
    # they were taken together, and wait together; who has got the mail does not get another one
    assert waiting.count() == len(people)
    assert set(waiting.values_list("last_error", "failures")) == {(UNAVAILABLE, 0)}
    assert Notice.objects.filter(mailed_at__isnull=True).count() == len(people) - 1
    assert "waiting for more than two minutes: mail" in outbox_state(at + LATER)
    cut.well = True
    drain(at + LATER)
    assert not OutboxRow.objects.exists()
    assert {address: len(set(mails)) for address, mails in cut.by_person.items()} == {
        person.email: 1 for person in people
    }
    # only the mail that was cut after it was taken came twice, under one identifier
    assert len(cut.taken) == len(people) + cut.takes


def test_an_invitation_cut_while_it_was_handed_over(cut: CutMailbox) -> None:
    """Whoever got it twice has one link that counts: the last one."""
    invited = [make_user(f"Nora {number}", email=f"nora{number}@member.example") for number in range(2)]
    at = current_instant()
    for person in invited:
        person.set_unusable_password()
        person.save()
        send_invitation(person, at)
    drain()
    assert OutboxRow.objects.get().last_error == UNAVAILABLE
    cut.well = True
    drain(at + LATER)
    assert not OutboxRow.objects.exists()
    assert len(cut.taken) == len(invited) + cut.takes
    links = [message.get_content().partition("/invitation/")[2].partition("/")[0] for _to, message in cut.taken]
    open_ones = [invitation.user.email for link in links if (invitation := open_invitation(link, at + LATER))]
    assert sorted(open_ones) == sorted(person.email for person in invited)
