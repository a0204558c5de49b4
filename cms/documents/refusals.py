"""What is said about a file that is not taken: its name, and what would be right."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.documents.filetypes import BY_EXTENSION

_REASONS: dict[str, Any] = {
    "disagrees": gettext_lazy(
        "its content is not what the ending of its name says. Save it again in the right format."
    ),
    "unreadable": gettext_lazy("it cannot be read. Open it, save it again, and try with the new file."),
    "encrypted": gettext_lazy("it is protected by a password. Save it without one."),
    "macros": gettext_lazy("it holds macros. Save it as a document without macros, or as PDF."),
    "embedded": gettext_lazy("it holds another file ({detail}). Paste that as a picture, or save the document as PDF."),
    "external": gettext_lazy("it fetches something from elsewhere ({detail}). Save it as PDF."),
    "bomb": gettext_lazy("it unpacks to far more than it says. Save it as PDF."),
    "pixels": gettext_lazy(
        "it is too large a picture ({detail}). At most {pixels} million pixels are taken: make it smaller."
    ),
    "too_much": gettext_lazy("it takes too long to be looked through. Save it in a simpler form, or as PDF."),
    "infected": gettext_lazy("the malware scanner found something in it. Do not open it; tell your security officer."),
    "empty": gettext_lazy("it is empty."),
    "large": gettext_lazy(
        "it is too large. At most {megabytes} MB are taken: divide it, or make its pictures smaller."
    ),
    "kind": gettext_lazy("files of this kind are not taken. Take one of these: {kinds}."),
    "image": gettext_lazy("a figure is a picture. Take one of these: {kinds}."),
    "name": gettext_lazy("it needs a name with an ending, such as report.pdf."),
}


def refusal(name: str, code: str, detail: str = "", *, images_only: bool = False) -> ValidationError:
    """Return the error for the field: which file, why, and what would be right."""
    kinds = [kind.extension for kind in BY_EXTENSION.values() if kind.is_image or not images_only]
    reason = format_lazy(
        _REASONS[code],
        detail=detail[:80],
        kinds=", ".join(kinds),
        megabytes=settings.FILE_MAX_MB,
        pixels=settings.IMAGE_MAX_MEGAPIXELS,
    )
    return ValidationError(_("“%(name)s”: %(reason)s") % {"name": name or "–", "reason": reason}, code=code)
