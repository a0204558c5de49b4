"""Attachments of a world file: files beside it, taken in as uploads are, and listed below their items' texts."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils.translation import override
from wagtail.models import Page

from cms.documents import storage
from cms.documents.intake import Infected, Taken, take_in
from cms.documents.models import File
from cms.documents.services import keep_file
from cms.sharing.models import Sharing
from cms.worlds.fields import Fields
from cms.worlds.models import Kind, WorldObject
from cms.worlds.problems import shown
from cms.worlds.records import AttachmentRecord, ItemRecord
from content_types.files import ATTACHMENTS, attached_in, streams_of

LONGEST_NAME = 255


@dataclass(slots=True)
class Beside:
    """The folder of the world file, and one in which clean copies wait until their items stand."""

    folder: Path
    place: Path
    count: int = 0

    def take(self, name: str) -> tuple[Taken, Path]:
        """Take a file in. Raises ValidationError with what is wrong with it."""
        self.count += 1
        made = self.place / str(self.count)
        made.mkdir()
        try:
            with override("en"):
                return take_in(source=self.folder / name, name=name, target=made, images_only=False), made
        except Infected as infected:
            raise ValidationError(f"the malware scanner found something in it: {infected.malware}") from infected


@contextmanager
def beside(folder: Path | None) -> Iterator[Beside | None]:
    """Yield access to the files in the folder; None where a world comes without one."""
    if folder is None:
        yield None
        return
    with storage.workplace() as place:
        yield Beside(folder, place)


def read_attachments(fields: Fields, files: Beside | None) -> Iterator[AttachmentRecord]:
    """Read the names of an item's attachments and take the files in; what is wrong with one is noted with its path."""
    for path, entry in fields.entries("attachments"):
        plain = isinstance(entry, str) and entry.strip() == entry and entry not in {"", ".", ".."}
        if not plain or any(c in '/\\:*?"<>|' or not c.isprintable() for c in entry) or len(entry) > LONGEST_NAME:
            fields.problems.add(path, f"must be the plain name of a file such as route-map.pdf, not {shown(entry)}")
        elif files is None:
            yield AttachmentRecord(entry)
        elif not (files.folder / entry).is_file():
            fields.problems.add(path, f"there is no file {shown(entry)} beside the world file")
        else:
            try:
                yield AttachmentRecord(entry, *files.take(entry))
            except ValidationError as error:
                fields.problems.add(path, " ".join(error.messages))


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to be kept once its item stands."""

    uuid: UUID
    taken: Taken
    made: Path


def with_attachments(records: Sequence[ItemRecord]) -> tuple[list[ItemRecord], dict[str, list[NewFile]]]:
    """Return the records with their attachments listed below their texts, and by item key the files to be kept.

    Files that the item lists already, equal in name and content, stay; without the folder what it lists stays whole.
    """
    present = _present([record.key for record in records if record.attachments])
    listed: list[ItemRecord] = []
    to_keep: dict[str, list[NewFile]] = {}
    for record in records:
        if not record.attachments:
            listed.append(record)
            continue
        there = present.get(record.key, [])
        new = [NewFile(uuid4(), one.taken, one.made) for one in record.attachments if one.taken and one.made]
        uuids = [file.uuid for file in there]
        if new and [_identity(file) for file in there] != [(one.taken.name, one.taken.original_sha256) for one in new]:
            to_keep[record.key] = new
            uuids = [one.uuid for one in new]
        block = {"type": ATTACHMENTS, "value": [str(uuid) for uuid in uuids]}
        body = (*record.text.body, block) if uuids else record.text.body
        listed.append(replace(record, text=replace(record.text, body=body)))
    return listed, to_keep


def _identity(file: File) -> tuple[str, str]:
    return file.name, file.original_sha256


def _present(keys: Sequence[str]) -> Mapping[str, list[File]]:
    """Return by item key the files that its version (the live one, of a draft the newest) lists, in order."""
    if not keys:
        return {}
    uuids = dict(WorldObject.objects.filter(kind=Kind.ITEM, key__in=keys).values_list("uuid", "key"))
    sharings = Sharing.objects.filter(uuid__in=[uuid for uuid in uuids if uuid]).select_related("page")
    return {uuids[sharing.uuid]: _listed(sharing.page) for sharing in sharings}


def _listed(page: Page) -> list[File]:
    version = page.specific if page.live else page.get_latest_revision_as_object()
    uuids = [uuid for stream in streams_of(version).values() for uuid in attached_in(stream.raw_data)]
    found = {file.uuid: file for file in File.objects.filter(uuid__in=uuids)}
    return [found[uuid] for uuid in uuids if uuid in found]


def keep_attachments(sharings: Mapping[str, Sharing], to_keep: Mapping[str, Sequence[NewFile]], at: datetime) -> None:
    """Keep the new files of the items, whose rows stand by now."""
    for key, files in to_keep.items():
        for file in files:
            keep_file(taken=file.taken, made=file.made, uuid=file.uuid, sharing=sharings[key], actor=None, at=at)
