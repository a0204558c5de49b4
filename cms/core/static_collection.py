"""Were the static files collected since they last changed?"""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders


def stamp_path() -> Path:
    """Return the file that says from what the collection was made; beside the folder, which is served."""
    root = Path(settings.STATIC_ROOT)
    return root.with_name(root.name + ".made-from")


def fingerprint() -> str:
    """Return one hash over path, size and time of change of every static file, and over how they are stored."""
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda entry: str(entry[0])):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def is_current(wanted: str) -> bool:
    """Return whether the collected files are those of the fingerprint."""
    path = stamp_path()
    return Path(settings.STATIC_ROOT).is_dir() and path.exists() and path.read_text() == wanted


def mark(wanted: str) -> None:
    """Remember what the collection was made from."""
    stamp_path().write_text(wanted)
