"""Which files are taken, by the ending of their name; what a file is, its content must say too.

Known to the server and to the isolated process: nothing here needs Django.
"""

from dataclasses import dataclass

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."


@dataclass(frozen=True, slots=True)
class FileType:
    """One kind of file: its usual ending, its media type, and what handles it."""

    extension: str
    media_type: str
    family: str
    # office files: the content type of the main part (OOXML), or of the whole (OpenDocument)
    main: str = ""

    @property
    def is_image(self) -> bool:
        """Whether it can be a figure."""
        return self.family == "image"


_TYPES = (
    FileType("png", "image/png", "image"),
    FileType("jpg", "image/jpeg", "image"),
    FileType("webp", "image/webp", "image"),
    FileType("gif", "image/gif", "image"),
    FileType("pdf", "application/pdf", "pdf"),
    FileType(
        "docx",
        f"{_OOXML}wordprocessingml.document",
        "ooxml",
        f"{_OOXML}wordprocessingml.document.main+xml",
    ),
    FileType("xlsx", f"{_OOXML}spreadsheetml.sheet", "ooxml", f"{_OOXML}spreadsheetml.sheet.main+xml"),
    FileType(
        "pptx",
        f"{_OOXML}presentationml.presentation",
        "ooxml",
        f"{_OOXML}presentationml.presentation.main+xml",
    ),
    FileType("odt", f"{_ODF}text", "odf", f"{_ODF}text"),
    FileType("ods", f"{_ODF}spreadsheet", "odf", f"{_ODF}spreadsheet"),
    FileType("odp", f"{_ODF}presentation", "odf", f"{_ODF}presentation"),
    FileType("txt", "text/plain", "text"),
    FileType("csv", "text/csv", "text"),
    FileType("html", "text/html", "html"),
)
BY_EXTENSION = {found.extension: found for found in _TYPES}
BY_MEDIA_TYPE = {found.media_type: found for found in _TYPES}
OTHER_SPELLINGS = {"jpeg": "jpg", "jpe": "jpg", "htm": "html"}
# the widths in which an image is kept besides its own
WIDTHS = (320, 640, 1280)


def type_of_name(name: str) -> FileType | None:
    """Return the type that the name's ending promises; None where no such file is taken."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return BY_EXTENSION.get(OTHER_SPELLINGS.get(ending, ending))
