"""The malware scanner: before anything is kept, again when it was down, and what becomes of what it finds."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.core.instants import current_instant
from cms.documents import storage
from cms.documents.enums import Scan, TextState
from cms.documents.models import File
from cms.documents.scanner import ScannerDown, find_malware, state
from cms.notifications.draining import drain
from cms.notifications.models import Notice, OutboxRow
from tests.documents.asking import ask
from tests.documents.corpus import picture
from tests.documents.making import make_file, upload, write
from tests.factories import make_item

pytestmark = pytest.mark.django_db
INFECTED = b"EICAR in a text, long enough to be sent"
DOWN = "tcp://127.0.0.1:9"


def test_a_clean_upload_is_scanned_as_it_came(house, clamd, tmp_path):
    content = b"Harmless words\r\n" * 20_000
    file = upload(tmp_path, "note.txt", content, actor=house.people["author"], organisation=house.border)
    assert file.scan == Scan.CLEAN
    assert clamd.given == [content]


def test_malware_is_refused_and_on_record_and_nothing_of_it_is_kept(house, clamd, tmp_path, files_root):
    with pytest.raises(ValidationError, match="the malware scanner found something in it"):
        upload(tmp_path, "note.txt", INFECTED, actor=house.people["author"], organisation=house.border)
    assert not File.objects.exists()
    assert [path for path in files_root.rglob("*") if path.is_file()] == []
    row = AuditEvent.objects.get(event=Event.FILE_INFECTED)
    assert (row.actor_id, row.owner_id, row.reason) == (
        house.people["author"].pk,
        house.border.pk,
        "Eicar-Test-Signature",
    )


def test_over_a_socket_of_this_machine_too(settings, tmp_path):
    settings.CLAMD = f"unix://{tmp_path}/nobody-listens"
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(ScannerDown):
        find_malware(tmp_path / "file")


@pytest.mark.parametrize("answer", [b"stream: OK but strange\0", b"INSTREAM size limit exceeded. ERROR\0", b"", b"\0"])
def test_an_answer_that_is_none_counts_as_down(clamd, tmp_path, answer):
    clamd.answer = answer or None
    (tmp_path / "file").write_bytes(b"x")
    if not answer:
        clamd.shutdown()
        clamd.server_close()
    with pytest.raises(ScannerDown):
        find_malware(tmp_path / "file")


def test_while_the_scanner_is_down_files_wait_and_are_given_to_nobody(house, settings, clamd, tmp_path):
    up = settings.CLAMD
    settings.CLAMD = DOWN
    author = house.people["author"]
    file = upload(tmp_path, "map.png", picture("PNG"), actor=author, organisation=house.border)
    assert file.scan == Scan.WAITING
    assert ask(house.client("author"), f"/f/{file.uuid}/").status == 404
    at = current_instant()
    for minutes in range(0, 100, 10):
        drain(at + timedelta(minutes=minutes))
    assert OutboxRow.objects.get(kind="files.scan").set_aside_at is None
    settings.CLAMD = up
    drain(at + timedelta(hours=3))
    file.refresh_from_db()
    assert file.scan == Scan.CLEAN
    assert ask(house.client("author"), f"/f/{file.uuid}/").status == 200


def test_what_is_found_later_is_removed_and_its_owner_sees_it(
    house, settings, clamd, django_capture_on_commit_callbacks
):
    sharing = make_item(owner=house.border, author=house.people["author"], state="network")
    file = make_file(sharing, image=False, scan=Scan.WAITING, content=INFECTED)
    write(sharing, file, publish=True)
    with django_capture_on_commit_callbacks(execute=True):
        drain(current_instant())
    file.refresh_from_db()
    assert (file.scan, file.text_state) == (Scan.INFECTED, TextState.NONE)
    assert not storage.folder_of(file.uuid).exists()
    row = AuditEvent.objects.get(event=Event.FILE_INFECTED)
    assert (row.item, row.owner_id, row.details) == (sharing.uuid, house.border.pk, {"file": str(file.uuid)})
    drain(current_instant())
    assert [(notice.kind, notice.user_id) for notice in Notice.objects.all()] == [
        ("file_infected", house.people["author"].pk)
    ]
    desk = house.client("author").get(f"/cms/bulletins/{sharing.uuid}/").content.decode()
    assert "Malware found: the file was removed" in desk


def test_without_a_scanner_files_are_taken_and_that_is_told(house, tmp_path):
    author = house.people["author"]
    file = upload(tmp_path, "map.png", picture("PNG"), actor=author, organisation=house.border)
    assert (file.scan, file.given_out) == (Scan.NOT_SCANNED, True)


def test_health_tells_whether_the_scanner_answers(settings, clamd):
    assert state(current_instant()) == "ok"
    settings.CLAMD = DOWN
    assert state(current_instant()) == "does not answer"
    settings.CLAMD = ""
    assert state(current_instant()) == "ok"
