"""Files as pages show them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from cms.documents.enums import TextState
from cms.documents.filetypes import WIDTHS
from cms.documents.models import File

SMALL, _, LARGE = WIDTHS
# what those who work on an item are told about search
_TOLD = (TextState.FAILED, TextState.EMPTY, TextState.WAITING)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a list: `url` is empty while it is not given out, and `scan_title` says then why; `text_title` says to
    those who work on the item why it may not be found by its words."""

    uuid: UUID
    name: str
    type_name: str
    media_type: str
    size: int
    url: str
    scan_title: str
    text_title: str

    @property
    def size_title(self) -> str:
        """The size in words."""
        return filesizeformat(self.size)


def attachment(file: File) -> Attachment:
    """Return the file as lists show it."""
    return Attachment(
        uuid=file.uuid,
        name=file.name,
        type_name=file.type_name,
        media_type=file.media_type,
        size=file.size,
        url=reverse("file", args=[file.uuid]) if file.given_out else "",
        scan_title="" if file.given_out else file.get_scan_display(),
        text_title=file.get_text_state_display() if file.text_state in _TOLD else "",
    )


def figure_source(file: File) -> dict[str, Any]:
    """Return address and size of the picture as a page shows it."""
    width, height = file.width or 1, file.height or 1
    shown = min(width, LARGE)
    return {
        "src": reverse("file-in-width", args=[file.uuid, LARGE]),
        "width": shown,
        "height": max(1, round(height * shown / width)),
    }


def editor_state(file: File) -> dict[str, Any]:
    """Return what the editor shows of a file, as JSON holds it."""
    preview = file.width is not None and file.given_out
    return {
        "id": str(file.uuid),
        "name": file.name,
        "size": filesizeformat(file.size),
        "url": reverse("file", args=[file.uuid]) if file.given_out else "",
        "preview": reverse("file-in-width", args=[file.uuid, SMALL]) if preview else "",
        "note": "" if file.given_out else file.get_scan_display(),
    }
