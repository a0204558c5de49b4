"""PDF files: written anew without properties, scripts, acts that begin by themselves, and files inside."""

from pathlib import Path
from typing import Any

import pikepdf

from cms.documents.isolated.refusal import Refused

# links inside the document and to addresses of the web stay
_HARMLESS_ACTIONS = frozenset({"/GoTo", "/URI", "/Named"})
_REFUSED_ANNOTATIONS = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
_TOLD_IN_DOCUMENT = ("/OpenAction", "/AA", "/Metadata", "/AF", "/PieceInfo", "/Collection", "/SpiderInfo")
_TOLD_IN_ANY = ("/AA", "/Metadata", "/PieceInfo", "/AF", "/LastModified")
_DEEPEST = 100
_TOLD_IN_NAMES = ("/JavaScript", "/EmbeddedFiles", "/Renditions", "/URLS")


def clean(source: Path, target: Path) -> dict[str, object]:
    """Write the document's pages to `target/file`; return how many there are."""
    try:
        with pikepdf.open(source) as document:
            if document.is_encrypted:
                raise Refused("encrypted")
            _strip(document)
            document.save(target / "file", object_stream_mode=pikepdf.ObjectStreamMode.generate)
            return {"extension": "pdf", "pages": len(document.pages)}
    except pikepdf.PasswordError as error:
        raise Refused("encrypted") from error
    except (pikepdf.PdfError, RecursionError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused("unreadable") from error


def _strip(document: pikepdf.Pdf) -> None:
    if "/Info" in document.trailer:
        del document.trailer["/Info"]
    root = document.Root
    _drop(root, _TOLD_IN_DOCUMENT)
    if "/Names" in root:
        _drop(root["/Names"], _TOLD_IN_NAMES)
    if "/AcroForm" in root:
        _drop(root["/AcroForm"], ("/XFA",))
    for page in document.pages:
        _strip_annotations(page.obj)
    # what hangs on any other object: form fields, pictures, outlines
    for thing in document.objects:
        _strip_within(thing)


def _strip_within(thing: Any, depth: int = 0) -> None:
    """Strip an object and what it holds directly; what it refers to is an object of its own."""
    if depth > _DEEPEST:
        raise Refused("unreadable")
    if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        _drop(thing, _TOLD_IN_ANY)
        _strip_action(thing)
        held = [thing[name] for name in thing.keys()]  # noqa: SIM118 - not a Python mapping
    elif isinstance(thing, pikepdf.Array):
        held = list(thing)
    else:
        return
    for value in held:
        # what is no object is a number or a truth value
        if not getattr(value, "is_indirect", True):
            _strip_within(value, depth + 1)


def _drop(thing: Any, names: tuple[str, ...]) -> None:
    for name in names:
        if name in thing:
            del thing[name]


def _strip_annotations(page: Any) -> None:
    if "/Annots" not in page:
        return
    kept = [note for note in page["/Annots"] if _is_harmless(note)]
    for note in kept:
        _strip_action(note)
        _drop(note, ("/T", "/M", "/CreationDate") if note.get("/Subtype") != "/Widget" else ())
    page["/Annots"] = pikepdf.Array(kept)


def _is_harmless(note: Any) -> bool:
    return str(note.get("/Subtype")) not in _REFUSED_ANNOTATIONS


def _strip_action(thing: Any) -> None:
    """Take away what happens on a click, and what follows it, where it is more than following a link."""
    action = thing.get("/A")
    if not isinstance(action, pikepdf.Dictionary):
        return
    if str(action.get("/S")) not in _HARMLESS_ACTIONS:
        del thing["/A"]
    elif "/Next" in action:
        del action["/Next"]
