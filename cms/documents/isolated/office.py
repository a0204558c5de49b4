"""Office files: packed anew without properties; macros, objects of other programs and templates elsewhere refused."""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from defusedxml import ElementTree as SafeTree
from defusedxml.common import DefusedXmlException

from cms.documents.filetypes import FileType
from cms.documents.isolated.pictures import without_metadata
from cms.documents.isolated.refusal import Refused
from cms.documents.isolated.zips import read_members, write_members

_TYPES, _RELATIONS = "[Content_Types].xml", "_rels/.rels"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CORE = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties'
    f' xmlns:cp="{_PACKAGE}/metadata/core-properties"/>'
).encode()
_APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties'
    b' xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)
_META = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-meta'
    b' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3"/>'
)
_DROPPED = ("docprops/custom.xml", "docprops/thumbnail.", "thumbnails/", "customxml/", "layout-cache")
_MACROS = ("vbaproject.bin", "vbadata.xml", "vbaprojectsignature.bin")
_MACRO_PLACES = ("xl/macrosheets/", "basic/", "scripts/", "dialogs/")
_OBJECTS = ("/activex/", "/embeddings/", "/externallinks/")
_LINKS = ("/hyperlink",)
# the name of a template on somebody's disk or, worse, an address from which one is fetched
_TEMPLATE = "/attachedTemplate"
_TEMPLATE_NAMED = re.compile(rb"<w:attachedTemplate [^>]*/>")


def clean(source: Path, target: Path, expected: FileType) -> dict[str, object]:
    """Write the document to `target/file`; raises Refused for what no document needs."""
    members = read_members(source.read_bytes())
    _refuse_active(members)
    stripped = _without_ooxml_properties(members, expected) if expected.family == "ooxml" else _odf(members, expected)
    pictures = (".jpg", ".jpeg", ".png")
    stripped = {
        name: without_metadata(content) if name.lower().endswith(pictures) else content
        for name, content in stripped.items()
    }
    stored = "mimetype" if expected.family == "odf" else ""
    (target / "file").write_bytes(write_members(stripped, stored))
    return {"extension": expected.extension}


def _refuse_active(members: dict[str, bytes]) -> None:
    for name in members:
        low = name.lower()
        if low.endswith(_MACROS) or low.startswith(_MACRO_PLACES):
            raise Refused("macros", name)
        if any(place in f"/{low}" for place in _OBJECTS):
            raise Refused("embedded", name)


def _is_dropped(name: str) -> bool:
    return name.lower().startswith(_DROPPED)


def _parsed(content: bytes) -> Any:
    try:
        return SafeTree.fromstring(content, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        raise Refused("unreadable") from error


def _written(tree: Any, namespace: str) -> bytes:
    ElementTree.register_namespace("", namespace)
    return bytes(ElementTree.tostring(tree, encoding="UTF-8", xml_declaration=True))


def _without_ooxml_properties(members: dict[str, bytes], expected: FileType) -> dict[str, bytes]:
    if _TYPES not in members or _RELATIONS not in members:
        raise Refused("disagrees")
    types = _parsed(members[_TYPES])
    told = {str(part.get("ContentType", "")) for part in types}
    if any("macroenabled" in one.lower() for one in told):
        raise Refused("macros")
    if expected.main not in told:
        raise Refused("disagrees")
    for part in list(types):
        if _is_dropped(str(part.get("PartName", "")).lstrip("/")):
            types.remove(part)
    kept = {name: content for name, content in members.items() if not _is_dropped(name)}
    kept[_TYPES] = _written(types, f"{_PACKAGE}/content-types")
    for name in [name for name in kept if name.lower().endswith(".rels")]:
        kept[name] = _relations(kept[name])
    if "word/settings.xml" in kept:
        kept["word/settings.xml"] = _TEMPLATE_NAMED.sub(b"", kept["word/settings.xml"])
    for name, content in (("docProps/core.xml", _CORE), ("docProps/app.xml", _APP)):
        if name in kept:
            kept[name] = content
    return kept


def _relations(content: bytes) -> bytes:
    """Return the relations without those to dropped parts; raises Refused where one fetches something from elsewhere
    when the document is opened."""
    tree = _parsed(content)
    for relation in list(tree):
        target = str(relation.get("Target", ""))
        kind = str(relation.get("Type", ""))
        if kind.endswith(_TEMPLATE):
            tree.remove(relation)
        elif relation.get("TargetMode") == "External":
            if not kind.endswith(_LINKS):
                raise Refused("external", target[:80])
        elif _is_dropped(target.lstrip("/").removeprefix("../")):
            tree.remove(relation)
    return _written(tree, f"{_PACKAGE}/relationships")


def _odf(members: dict[str, bytes], expected: FileType) -> dict[str, bytes]:
    if members.get("mimetype", b"").strip() != expected.main.encode() or "content.xml" not in members:
        raise Refused("disagrees")
    if any(b"encryption-data" in members.get(name, b"") for name in ("META-INF/manifest.xml",)):
        raise Refused("encrypted")
    kept = {"mimetype": expected.main.encode()}
    kept |= {name: content for name, content in members.items() if name != "mimetype" and not _is_dropped(name)}
    if "meta.xml" in kept:
        kept["meta.xml"] = _META
    if "META-INF/manifest.xml" in kept:
        kept["META-INF/manifest.xml"] = _manifest(kept["META-INF/manifest.xml"])
    return kept


def _manifest(content: bytes) -> bytes:
    namespace = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    tree = _parsed(content)
    for entry in list(tree):
        if _is_dropped(str(entry.get(f"{{{namespace}}}full-path", ""))):
            tree.remove(entry)
    ElementTree.register_namespace("manifest", namespace)
    return bytes(ElementTree.tostring(tree, encoding="UTF-8", xml_declaration=True))
