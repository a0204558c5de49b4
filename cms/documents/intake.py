"""An upload on its way in: named, looked at, scanned, written anew. Nothing of it is kept where it is refused."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from cms.documents import sandbox, scanner
from cms.documents.enums import Kind, Scan
from cms.documents.filetypes import BY_EXTENSION, FileType, type_of_name
from cms.documents.names import harmless, with_ending
from cms.documents.refusals import refusal
from cms.documents.storage import WHOLE, digest

MEGABYTE = 1024 * 1024


class Infected(Exception):
    """The scanner found malware in the upload, by this name."""

    def __init__(self, name: str, malware: str) -> None:
        super().__init__(malware)
        self.name = name
        self.malware = malware


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A clean file in a folder, and what is known about it."""

    name: str
    kind: Kind
    media_type: str
    size: int
    sha256: str
    original_sha256: str
    scan: Scan
    width: int | None
    height: int | None
    # widest → width, height, bytes
    renditions: dict[int, tuple[int, int, int]]


def take_in(*, source: Path, name: str, target: Path, images_only: bool) -> Taken:
    """Write a clean copy of the upload into the folder, and return what it is.

    Raises ValidationError, which names the file and says what would be right, and Infected.
    """
    harmless_name = harmless(name)
    expected = _expected(harmless_name, images_only=images_only)
    size = source.stat().st_size
    if not size:
        raise refusal(harmless_name, "empty")
    if size > settings.FILE_MAX_MB * MEGABYTE:
        raise refusal(harmless_name, "large")
    scan = scanned(source, harmless_name)
    found = _cleaned(source, target, harmless_name, expected)
    kind = BY_EXTENSION[found["extension"]]
    whole = target / WHOLE
    return Taken(
        name=with_ending(harmless_name, kind.extension),
        kind=Kind.IMAGE if kind.is_image else Kind.DOCUMENT,
        media_type=kind.media_type,
        size=whole.stat().st_size,
        sha256=digest(whole),
        original_sha256=digest(source),
        scan=scan,
        width=found.get("width"),
        height=found.get("height"),
        renditions={
            int(widest): (width, height, (target / widest).stat().st_size)
            for widest, (width, height) in found.get("renditions", {}).items()
        },
    )


def _expected(name: str, *, images_only: bool) -> FileType:
    if not name:
        raise refusal(name, "name")
    expected = type_of_name(name)
    if expected is None:
        raise refusal(name, "image" if images_only else "kind", images_only=images_only)
    if images_only and not expected.is_image:
        raise refusal(name, "image", images_only=True)
    return expected


def scanned(source: Path, name: str) -> Scan:
    """Return what the scanner says; while it does not answer the file waits. Raises Infected."""
    if not scanner.is_set_up():
        return Scan.NOT_SCANNED
    try:
        malware = scanner.find_malware(source)
    except scanner.ScannerDown:
        return Scan.WAITING
    if malware:
        raise Infected(name, malware)
    return Scan.CLEAN


def _cleaned(source: Path, target: Path, name: str, expected: FileType) -> dict[str, Any]:
    try:
        return sandbox.clean(source, target, expected.extension)
    except sandbox.FileRefused as refused:
        raise refusal(name, refused.code, refused.detail) from refused
    except sandbox.SandboxFailed as failed:
        raise refusal(name, "too_much") from failed
