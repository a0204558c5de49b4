"""Files for tests: with bytes that need no looking through, or taken in as an upload is."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from cms.documents import storage
from cms.documents.enums import Kind, Scan
from cms.documents.filetypes import WIDTHS
from cms.documents.intake import Taken
from cms.documents.models import File
from cms.documents.services import keep_file, store_upload
from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from cms.users.models import User
from content_types.models import Bulletin
from tests.documents.corpus import picture
from tests.factories import NOW
from tests.factories.items import page_of

BYTES = b"%PDF-1.7 these are the bytes"


def make_file(
    of: Sharing | Organisation, *, image: bool = True, name: str = "", scan: Scan = Scan.CLEAN, content: bytes = b""
) -> File:
    """Make a file of an item, or an unattached one of an organisation."""
    content = content or (picture("PNG") if image else BYTES)
    with storage.workplace() as place:
        made = place / "made"
        made.mkdir()
        (made / "file").write_bytes(content)
        for width in WIDTHS:
            (made / str(width)).write_bytes(content)
        taken = Taken(
            name=name or ("map.png" if image else "report.pdf"),
            kind=Kind.IMAGE if image else Kind.DOCUMENT,
            media_type="image/png" if image else "application/pdf",
            size=len(content),
            sha256=storage.digest(made / "file"),
            original_sha256="0" * 64,
            scan=scan,
            width=60 if image else None,
            height=40 if image else None,
            renditions={width: (60, 40, len(content)) for width in WIDTHS} if image else {},
        )
        where: dict[str, Any] = {"sharing": of} if isinstance(of, Sharing) else {"organisation": of}
        return keep_file(taken=taken, made=made, actor=None, at=NOW, **where)


def blocks(*files: File | UUID) -> list[dict[str, Any]]:
    """Return a body that shows pictures as figures and lists the rest."""
    body: list[dict[str, Any]] = [{"type": "heading", "value": "Here they are"}]
    for file in files:
        if isinstance(file, File) and file.width:
            figure = {"file": str(file.uuid), "alt": "A coast in words", "caption": "The coast"}
            body.append({"type": "figure", "value": figure})
        else:
            body.append({"type": "attachments", "value": [str(file.uuid if isinstance(file, File) else file)]})
    return body


def write(sharing: Sharing, *files: File, publish: bool) -> Bulletin:
    """Give the item a new version that shows these files and no other; make it the live one, or leave it a draft."""
    page = page_of(sharing).get_latest_revision_as_object()
    page.body = page._meta.get_field("body").to_python(blocks(*files))
    revision = page.save_revision()
    if publish:
        revision.publish(skip_permission_checks=True)
    found: Bulletin = page_of(sharing)
    return found


def give_pictures(sharings: Iterable[Sharing]) -> None:
    """Give each item three versions in place of its first one, with a picture each: an older, the live, a newer one."""
    for sharing in sharings:
        first = page_of(sharing).latest_revision
        for publish in (True, True, False):
            write(sharing, make_file(sharing), publish=publish)
        first.delete()


def upload(tmp_path: Path, name: str, content: bytes, *, actor: User, organisation: Organisation, **more: Any) -> File:
    """Take the bytes in as an upload."""
    source = tmp_path / "source"
    source.write_bytes(content)
    options: dict[str, Any] = {"images_only": False, "at": NOW} | more
    return store_upload(source=source, name=name, actor=actor, organisation=organisation, **options)
