"""Starting the isolated process: its job, its limits, its result."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

MODULE = "cms.documents.isolated"
MEMORY_BYTES = 1536 * 1024 * 1024
PROCESSOR_SECONDS = 30
WALL_SECONDS = 60
LARGEST_FILE = 512 * 1024 * 1024


class SandboxFailed(Exception):
    """The process did not bring a result: it took too long, needed too much memory, or broke down."""


class FileRefused(Exception):
    """The process says why the file is not taken: `code`, and `detail` from the file itself."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def clean(source: Path, target: Path, extension: str) -> dict[str, Any]:
    """Have a clean copy of an upload written into the folder; return what it is. Raises FileRefused, SandboxFailed."""
    pixels = settings.IMAGE_MAX_MEGAPIXELS * 1_000_000
    return _run(
        {"job": "clean", "source": str(source), "target": str(target), "extension": extension, "pixels": pixels}
    )


def read(source: Path, media_type: str) -> list[tuple[str, str]]:
    """Return the words of a stored file as pairs of a part's number and its words. Raises FileRefused,
    SandboxFailed."""
    parts = _run({"job": "text", "source": str(source), "media_type": media_type})["parts"]
    return [(str(label), str(text)) for label, text in parts]


def _run(job: dict[str, Any]) -> dict[str, Any]:
    limits = {"memory": MEMORY_BYTES, "seconds": PROCESSOR_SECONDS, "largest_file": LARGEST_FILE}
    try:
        done = subprocess.run(
            [sys.executable, "-E", "-s", "-m", MODULE, json.dumps(job | limits)],
            cwd=settings.BASE_DIR,
            # nothing of the server's own: no key, no password of the database
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SandboxFailed("time") from error
    if done.returncode:
        raise SandboxFailed(f"exit code {done.returncode}")
    result: dict[str, Any] = json.loads(done.stdout)
    if "refused" in result:
        raise FileRefused(result["refused"], result["detail"])
    return result
