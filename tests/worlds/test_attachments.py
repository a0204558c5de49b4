"""Attachments: the files beside a world file."""

import shutil
from pathlib import Path

import pytest

from cms.core.instants import current_instant
from cms.documents import storage
from cms.documents.models import File
from cms.documents.selectors import attachment_texts
from cms.notifications.draining import drain
from cms.worlds.problems import WorldRefused
from cms.worlds.services import load_world
from tests.worlds.worlds import AT, SMALL, item_of, page_of, sharing_of, small

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    """A folder with the two files that the small world names."""
    settings.FILES_ROOT = tmp_path / "kept"
    (tmp_path / "beside").mkdir()
    for name in ("route-map.pdf", "table.ods"):
        shutil.copy(SMALL.parent / name, tmp_path / "beside" / name)
    return tmp_path / "beside"


def load(world, folder: Path | None):
    """Load the world with the files of the folder."""
    return load_world(value=world, at=AT, folder=folder)


KEY = next(item["key"] for item in small()["items"] if item["attachments"])


def test_attachments_are_listed_below_the_text_and_found_by_their_words(folder):
    load(small(), folder)
    sharing = sharing_of(KEY)
    assert [(file.name, file.type_name) for file in page_of(KEY).attachments()] == [
        ("route-map.pdf", "PDF"),
        ("table.ods", "ODS"),
    ]
    files = File.objects.filter(sharing=sharing).order_by("name")
    assert [storage.path_of(file.uuid).exists() for file in files] == [True, True]
    drain(current_instant())
    words = [part.text for file in attachment_texts([sharing.pk])[sharing.pk] for part in file.parts]
    assert words == ["A map in words", "Cells"]


def test_loading_twice_changes_nothing(folder):
    load(small(), folder)
    before = page_of(KEY).latest_revision_id
    outcome = load(small(), folder)
    assert (outcome.items.changed, outcome.items.added) == (0, 0)
    assert page_of(KEY).latest_revision_id == before
    assert File.objects.count() == 2


def test_another_content_a_name_less_and_no_folder(folder):
    load(small(), folder)
    shutil.copy(folder / "route-map.pdf", folder / "other.pdf")
    world = small()
    item_of(world, KEY)["attachments"] = ["other.pdf"]
    assert load(world, folder).items.changed == 1
    assert [file.name for file in page_of(KEY).attachments()] == ["other.pdf"]
    assert load(world, None).items.changed == 0
    assert [file.name for file in page_of(KEY).attachments()] == ["other.pdf"]
    item_of(world, KEY)["attachments"] = []
    assert load(world, folder).items.changed == 1
    assert page_of(KEY).attachments() == []


def test_what_is_missing_or_not_taken_is_told_with_its_path(folder):
    (folder / "table.ods").write_bytes(b"no table")
    (folder / "route-map.pdf").unlink()
    with pytest.raises(WorldRefused) as refused:
        load(small(), folder)
    number = [item["key"] for item in small()["items"]].index(KEY)
    told = {problem.path: problem.reason for problem in refused.value.problems}
    assert told == {
        f"$.items[{number}].attachments[0]": 'there is no file "route-map.pdf" beside the world file',
        f"$.items[{number}].attachments[1]": (
            "“table.ods”: its content is not what the ending of its name says. Save it again in the right format."
        ),
    }
    assert not File.objects.exists()
