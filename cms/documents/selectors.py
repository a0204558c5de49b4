"""Reading files: one for a reader, those of an item, the words of many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from wagtail.models import Page

from cms.documents.enums import TextState
from cms.documents.models import File, FileText
from cms.sharing.models import Sharing
from cms.sharing.reach import Viewer


@runtime_checkable
class ShowsFiles(Protocol):
    """A page that knows which files its text shows."""

    def shown_files(self) -> frozenset[UUID]:
        """Return the identifiers of the files that this version shows, in its text or below it."""

    def attached_files(self) -> list[UUID]:
        """Return the identifiers of the files that this version lists below its text, in order."""


@dataclass(frozen=True, slots=True)
class Readable:
    """A file that somebody may read now, and the rule that lets them; `by_work` tells whether the person works on the
    item, or writes for the organisation, whatever readers may do."""

    file: File
    rule: str
    by_work: bool


def is_shown_live(sharing: Sharing, uuid: UUID) -> bool:
    """Tell whether the item's live version shows the file."""
    if not sharing.page.live:
        return False
    page = sharing.page.specific
    return isinstance(page, ShowsFiles) and uuid in page.shown_files()


def readable_file(user: Viewer, uuid: UUID, at: datetime) -> Readable | None:
    """Return the file if the person may read it at the instant; None for absent, hidden and withheld ones alike."""
    return readable_files(user, [uuid], at).get(uuid)


def readable_files(user: Viewer, uuids: Iterable[UUID], at: datetime) -> dict[UUID, Readable]:
    """Return those of the files that the person may read at the instant.

    Readable with a version that shows it: of the live version by the item's audience; of a draft or an older one by
    those who may see drafts; unattached by those who write for the organisation. Withheld while malware is feared.
    """
    rows: Any = File.objects
    found = rows.within_reach(user, at).given_out().filter(uuid__in=list(uuids))
    readable = {file.uuid: _readable(file) for file in found.select_related("sharing__page", "sharing__owner")}
    return {uuid: one for uuid, one in readable.items() if one is not None}


def _readable(file: Any) -> Readable | None:
    """Return the file by the rule that lets it be read; None where no version shows it to its item's reader."""
    if file.by_audience and is_shown_live(file.sharing, file.uuid):
        return Readable(file, "sharing.view", file.by_work)
    if file.by_work:
        return Readable(file, "sharing.view_draft" if file.sharing_id else "files.unattached", True)
    return None


def usable_files(user: Viewer, uuids: Iterable[UUID], at: datetime) -> dict[UUID, File]:
    """Return those of the files that the person may put into a text."""
    rows: Any = File.objects
    found = rows.within_reach(user, at).filter(by_work=True, uuid__in=list(uuids))
    return {file.uuid: file for file in found}


def files_by_uuid(uuids: Iterable[UUID]) -> dict[UUID, File]:
    """Return the files of a version that the caller has found visible, by identifier."""
    return {file.uuid: file for file in File.objects.filter(uuid__in=list(uuids))}


@dataclass(frozen=True, slots=True)
class TextPart:
    """The words of one page, sheet or slide; `label` is its number, empty where there is but one part."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class AttachmentText:
    """An attachment of a live version and the words in it, which are none for a picture or an unread file."""

    uuid: UUID
    name: str
    parts: tuple[TextPart, ...]


def attachment_texts(sharing_ids: Iterable[int]) -> dict[int, tuple[AttachmentText, ...]]:
    """Return, by sharing row, the files that each live version lists below its text and that are given out, in order,
    with their words.

    Items without such a file are left out. A fixed number of queries, whatever the number of items.
    """
    files: Any = File.objects.filter(sharing__in=list(sharing_ids), sharing__page__live=True)
    given_out: dict[UUID, File] = {file.uuid: file for file in files.given_out().select_related("sharing")}
    pages = {file.sharing.page_id: file.sharing.pk for file in given_out.values() if file.sharing is not None}
    found: Any = Page.objects.filter(pk__in=pages, live=True).specific()
    listed = {pages[page.pk]: page.attached_files() for page in found if isinstance(page, ShowsFiles)}  # type: ignore[attr-defined]
    rows = {key: [given_out[uuid] for uuid in uuids if uuid in given_out] for key, uuids in listed.items()}
    words = _words([file for files in rows.values() for file in files])
    return {
        key: tuple(AttachmentText(file.uuid, file.name, tuple(words.get(file.pk, ()))) for file in files)
        for key, files in rows.items()
        if files
    }


def _words(files: Sequence[File]) -> dict[int, list[TextPart]]:
    found: dict[int, list[TextPart]] = {}
    read = [file.pk for file in files if file.text_state == TextState.READ]
    for row in FileText.objects.filter(file__in=read).order_by("file", "number"):
        found.setdefault(row.file_id, []).append(TextPart(row.label, row.text))
    return found
