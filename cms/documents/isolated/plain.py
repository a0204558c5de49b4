"""Plain text and HTML: text in UTF-8, and pages without scripts."""

import codecs
import re
from pathlib import Path

import nh3

from cms.documents.isolated.refusal import Refused

_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_PAGE = '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>-</title></head><body>\n{}\n</body></html>\n'


def decoded(content: bytes) -> str:
    """Return the text, in UTF-8, UTF-16 with its mark, or the usual Western encoding; raises Refused where it is
    none."""
    for encoding in ("utf-16", "utf-8-sig", "cp1252"):
        if encoding == "utf-16" and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            continue
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text):
            break
        return text
    raise Refused("disagrees")


def clean_text(source: Path, target: Path, extension: str) -> dict[str, object]:
    """Write the text in UTF-8 to `target/file`."""
    (target / "file").write_text(decoded(source.read_bytes()), encoding="utf-8", newline="\n")
    return {"extension": extension}


def clean_html(source: Path, target: Path) -> dict[str, object]:
    """Write the page without scripts, frames, forms and addresses of pictures elsewhere to `target/file`."""
    tags = nh3.ALLOWED_TAGS - {"img"}
    body = nh3.clean(decoded(source.read_bytes()), tags=tags, clean_content_tags={"script", "style", "title"})
    (target / "file").write_text(_PAGE.format(body), encoding="utf-8")
    return {"extension": "html"}
