"""What a file is by its content, whatever its name says."""

from pathlib import Path
from typing import Any

import puremagic

from cms.documents.filetypes import FileType
from cms.documents.isolated.refusal import Refused

_HEAD, _FOOT = 8192, 1024
# how sure a signature must be to tell that something is no text: two letters at the beginning prove nothing
_SURE = 0.5
_TEXTS = frozenset({"", "text/plain", "text/csv", "message/rfc822", "text/x-python", "text/markdown"})
_MARKUP = frozenset({"text/html", "application/xhtml+xml"})
_SIGNATURES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "pdf": "application/pdf",
}
_ZIP = b"PK\x03\x04"


def check(source: Path, expected: FileType) -> None:
    """Raise Refused where the content is not what the name's ending says."""
    head, found = _seen(source)
    kinds = {str(match.mime_type) for match in found}
    if expected.extension in _SIGNATURES:
        agrees = _SIGNATURES[expected.extension] in kinds
    elif expected.family in {"ooxml", "odf"}:
        agrees = head.startswith(_ZIP)
    else:
        sure = {str(match.mime_type) for match in found if match.confidence >= _SURE}
        agrees = not sure - _TEXTS - (_MARKUP if expected.family == "html" else frozenset())
    if not agrees:
        raise Refused("disagrees")


def _seen(source: Path) -> tuple[bytes, list[Any]]:
    with source.open("rb") as opened:
        head = opened.read(_HEAD)
        opened.seek(0, 2)
        opened.seek(max(0, opened.tell() - _FOOT))
        sample = head if len(head) < _HEAD else head + opened.read()
    try:
        return head, list(puremagic.magic_string(sample))
    except puremagic.PureError:
        return head, []
