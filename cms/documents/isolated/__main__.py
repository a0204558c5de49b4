"""The isolated process: one job as its only argument, the result as JSON on standard output."""

import json
import sys
from pathlib import Path
from typing import Any

from cms.documents.filetypes import BY_EXTENSION, BY_MEDIA_TYPE
from cms.documents.isolated import content, office, pdf, pictures, plain, texts
from cms.documents.isolated.limits import confine
from cms.documents.isolated.refusal import Refused


def cleaned(job: dict[str, Any]) -> dict[str, object]:
    """Write a clean copy of the file into the target folder; return what it is."""
    source, target, expected = Path(job["source"]), Path(job["target"]), BY_EXTENSION[job["extension"]]
    content.check(source, expected)
    if expected.family == "image":
        return pictures.clean(source, target, expected, int(job["pixels"]))
    if expected.family == "pdf":
        return pdf.clean(source, target)
    if expected.family == "html":
        return plain.clean_html(source, target)
    if expected.family == "text":
        return plain.clean_text(source, target, expected.extension)
    return office.clean(source, target, expected)


def read(job: dict[str, Any]) -> dict[str, object]:
    """Return the words of a clean file, part by part."""
    return {"parts": texts.parts(Path(job["source"]), BY_MEDIA_TYPE[job["media_type"]])}


def main() -> int:
    """Do the job; a refusal is a result too. Anything else ends the process with an error."""
    job = json.loads(sys.argv[1])
    network_left = confine(memory=job["memory"], seconds=job["seconds"], largest_file=job["largest_file"])
    try:
        result = {"clean": cleaned, "text": read}[job["job"]](job)
    except Refused as refused:
        result = {"refused": refused.code, "detail": refused.detail}
    sys.stdout.write(json.dumps(result | {"network_left": network_left}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
