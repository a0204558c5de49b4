"""Uploading in the editor, and what saving makes of it."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.core.instants import current_instant
from cms.documents import services, storage
from cms.documents.models import File
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from content_types.files import attached_in
from content_types.models import Bulletin, ItemFolder
from tests.admin.forms import bulletin_form
from tests.documents.asking import ask
from tests.documents.corpus import docx, picture
from tests.documents.making import make_file, write
from tests.factories import NOW, make_item

pytestmark = pytest.mark.django_db


def sent(client, name, content, **more):
    """Send a file as the editor's script does."""
    return client.post("/cms/files/", {"name": name, "file": SimpleUploadedFile(name, content), **more})


@pytest.fixture
def add_url(db) -> str:
    return reverse("wagtailadmin_pages:add", args=["content_types", "bulletin", ItemFolder.objects.get().pk])


def form_with(house, *files: File, **more) -> dict[str, object]:
    """Return the bulletin's form with these files attached."""
    states = json.dumps([{"id": str(file.uuid), "name": "told by the browser"} for file in files])
    attached = {
        "body-count": "2",
        "body-1-deleted": "",
        "body-1-order": "1",
        "body-1-type": "attachments",
        "body-1-value": states,
    }
    return bulletin_form(owner=house.border) | attached | more


def test_what_was_taken_is_told_and_waits_for_a_version(house):
    response = sent(house.client("author"), "../photo.png", picture("PNG"), kind="image", organisation=house.border.pk)
    assert response.status_code == 201
    told = response.json()["file"]
    file = File.objects.get()
    assert told == {
        "id": str(file.uuid),
        "name": "photo.png",
        "size": told["size"],
        "url": f"/f/{file.uuid}/",
        "preview": f"/f/{file.uuid}/320/",
        "note": "",
    }
    assert (file.sharing, file.organisation, file.uploader) == (None, house.border, house.people["author"])
    row = AuditEvent.objects.get(event=Event.FILE_UPLOADED)
    assert (row.actor_id, row.owner_id) == (house.people["author"].pk, house.border.pk)
    assert "photo" not in str(row.details)


@pytest.mark.parametrize(
    ("name", "content", "more", "told"),
    [
        ("macro.docx", docx(word__vbaProject_dot_bin=b"x"), {}, "“macro.docx”: it holds macros"),
        ("report.docx", docx(), {"kind": "image"}, "“report.docx”: a figure is a picture"),
        ("empty.txt", b"", {}, "“empty.txt”: it is empty"),
    ],
)
def test_what_is_wrong_is_told_with_the_name(house, name, content, more, told):
    response = sent(house.client("author"), name, content, **more)
    assert response.status_code == 400
    assert response.json()["error"].startswith(told)
    assert not File.objects.exists()


def test_a_file_far_too_large_is_not_even_read_to_its_end(house, settings):
    settings.FILE_MAX_MB = 1
    response = sent(house.client("author"), "long.txt", b"a" * 3 * 1024 * 1024)
    assert response.status_code == 400
    assert response.json()["error"].startswith("“long.txt”: it is too large. At most 1 MB")


@pytest.mark.parametrize("who", ["officer", "decider", "finn", "administrator", "superuser", "nobody"])
def test_who_does_not_write_uploads_nothing(house, who):
    response = sent(house.client(who), "photo.png", picture("PNG"))
    assert response.status_code in {302, 404}
    assert not File.objects.exists()


def test_one_uploads_for_ones_own_organisations_alone(house):
    assert sent(house.client("author"), "a.txt", b"words", organisation=house.france.pk).status_code == 201
    assert File.objects.get().organisation == house.border
    file = File.objects.get()
    with pytest.raises(NotAllowed):
        services.store_upload(
            source=storage.path_of(file.uuid),
            name="a.txt",
            images_only=False,
            organisation=house.france,
            actor=house.people["author"],
            at=current_instant(),
        )


def test_saving_makes_the_file_the_items_own(house, add_url):
    file = make_file(house.border, image=False)
    assert house.client("author").post(add_url, form_with(house, file)).status_code == 302
    sharing = Sharing.objects.get()
    file.refresh_from_db()
    assert (file.sharing, file.organisation) == (sharing, None)
    page = Bulletin.objects.get().get_latest_revision_as_object()
    assert page.shown_files() == {file.uuid}
    row = AuditEvent.objects.get(event=Event.FILE_ATTACHED)
    assert (row.item, row.details) == (sharing.uuid, {"files": [str(file.uuid)]})
    edit = house.client("author").get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "report.pdf" in edit
    assert "told by the browser" not in edit


@pytest.mark.parametrize("owner", ["hidden item", "hidden upload", "absent"])
def test_a_file_that_is_not_there_for_the_person_is_refused_beside_the_field(house, add_url, owner):
    file = make_file(make_item(owner=house.france) if owner == "hidden item" else house.france, name="secret.png")
    File.objects.filter(pk=file.pk, organisation__isnull=owner != "absent").delete()
    response = house.client("author").post(add_url, form_with(house, file))
    told = response.content.decode()
    assert not Sharing.objects.filter(owner=house.border).exists()
    assert "A file is not there any more" in told
    assert "secret" not in told
    assert "Boats in the morning" in told


def test_a_file_of_another_item_of_the_same_owner_is_copied(house, add_url):
    source = make_item(owner=house.border, author=house.people["author"], state="owner")
    file = make_file(source, image=False)
    write(source, file, publish=True)
    assert house.client("author").post(add_url, form_with(house, file)).status_code == 302
    sharing = Sharing.objects.exclude(pk=source.pk).get()
    copy = File.objects.get(sharing=sharing)
    assert copy.uuid != file.uuid
    body = Bulletin.objects.get(pk=sharing.page_id).get_latest_revision_as_object().body
    assert attached_in(body.raw_data) == [copy.uuid]
    assert storage.path_of(copy.uuid).read_bytes() == storage.path_of(file.uuid).read_bytes()
    file.refresh_from_db()
    assert file.sharing == source


def test_a_file_never_goes_to_another_owner(house):
    source = make_item(owner=house.spain, state="network")
    file = make_file(source)
    write(source, file, publish=True)
    target = make_item(owner=house.border, author=house.people["author"])
    with pytest.raises(NotAllowed):
        services.adopt_files(sharing=target, uuids=[file.uuid], actor=house.people["approver"], at=current_instant())


def test_an_incomplete_form_keeps_the_files_that_were_sent(house, add_url):
    file = make_file(house.border, image=False)
    fields = form_with(house, file, title="", **{"action-submit": "1"})
    response = house.client("author").post(add_url, fields)
    assert not Sharing.objects.exists()
    assert str(file.uuid) in response.content.decode()
    assert ask(house.client("author"), f"/f/{file.uuid}/").status == 200


def test_uploads_that_no_version_shows_go_after_a_week(house, django_capture_on_commit_callbacks):
    wanted, unwanted = make_file(make_item(owner=house.border)), make_file(house.border)
    assert services.forget_unattached(at=NOW + timedelta(days=6)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert services.forget_unattached(at=NOW + timedelta(days=8)) == 1
    assert File.objects.get() == wanted
    assert not storage.folder_of(unwanted.uuid).exists()


def test_bytes_of_which_no_row_tells_go_after_a_day(house):
    kept, lost = make_file(house.border), uuid4()
    storage.copy(kept.uuid, lost)
    assert services.forget_strays(at=current_instant()) == 0
    assert services.forget_strays(at=current_instant() + timedelta(days=2)) == 1
    assert storage.folder_of(kept.uuid).exists()
    assert not storage.folder_of(lost).exists()
