"""Where the bytes are: a folder for each file, named by its identifier, below a folder that no server shows."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings

WHOLE = "file"
_WORK = "work"
_CHUNK = 1024 * 1024


def root() -> Path:
    """Return the folder of all files; made where it is missing, for this account alone."""
    folder = Path(settings.FILES_ROOT)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def folder_of(uuid: UUID) -> Path:
    """Return the folder of one file."""
    return root() / uuid.hex[:2] / uuid.hex


def path_of(uuid: UUID, rendition: int | None = None) -> Path:
    """Return where the file's bytes are, or those of the picture in a width."""
    return folder_of(uuid) / (WHOLE if rendition is None else str(rendition))


def relative_path(uuid: UUID, rendition: int | None = None) -> str:
    """Return the same below the folder of all files, for a web server in front that hands it out."""
    return path_of(uuid, rendition).relative_to(root()).as_posix()


@contextmanager
def workplace() -> Iterator[Path]:
    """Yield a folder for one upload, on the same disk as the files; it goes with all that is left in it."""
    parent = root() / _WORK
    parent.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent) as made:
        yield Path(made)


def keep(uuid: UUID, made: Path) -> None:
    """Move a folder with the finished file to its place."""
    place = folder_of(uuid)
    place.parent.mkdir(mode=0o700, exist_ok=True)
    made.chmod(0o700)
    made.rename(place)


def copy(source: UUID, target: UUID) -> None:
    """Copy a file with its widths."""
    place = folder_of(target)
    place.parent.mkdir(mode=0o700, exist_ok=True)
    shutil.copytree(folder_of(source), place)


def forget(uuid: UUID) -> None:
    """Remove the file's bytes; nothing happens where there are none."""
    shutil.rmtree(folder_of(uuid), ignore_errors=True)


def kept() -> Iterator[tuple[UUID, float]]:
    """Yield the identifier of everything that is kept, and when it was put there (seconds of the system's clock)."""
    for place in sorted(root().glob("[0-9a-f][0-9a-f]/*")):
        yield UUID(place.name), place.stat().st_mtime


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal letters."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
