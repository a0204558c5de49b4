"""Pictures: written anew on the way in, without anything but their pixels; and those inside office files stripped."""

import io
import struct
from pathlib import Path

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from cms.documents.filetypes import BY_EXTENSION, WIDTHS, FileType
from cms.documents.isolated.refusal import Refused

_FORMATS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP", "gif": "GIF"}
_OPTIONS: dict[str, dict[str, int | bool]] = {
    "JPEG": {"quality": 90, "optimize": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 90},
}
# shown widths: so small that nobody sees the difference
_SHOWN: dict[str, dict[str, int | bool]] = _OPTIONS | {"JPEG": {"quality": 82, "optimize": True, "progressive": True}}


def clean(source: Path, target: Path, expected: FileType, largest: int) -> dict[str, object]:
    """Write the picture's pixels, upright, to `target/file` and in each width to `target/<width>`; return type and
    sizes. `largest` is in pixels. A moving picture is kept as its first one."""
    Image.MAX_IMAGE_PIXELS = None  # the size is checked here, before anything is unpacked
    try:
        with Image.open(source, formats=[_FORMATS[expected.extension]]) as opened:
            if opened.width * opened.height > largest:
                raise Refused("pixels", f"{opened.width} × {opened.height}")
            opened.load()
            picture = _plain(ImageOps.exif_transpose(opened))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error, EOFError) as error:
        raise Refused("unreadable") from error
    kind = BY_EXTENSION["png"] if expected.extension == "gif" else expected
    name = _FORMATS[kind.extension]
    picture.save(target / "file", name, **_OPTIONS[name])
    renditions = {}
    for width in WIDTHS:
        shown = picture.copy()
        shown.thumbnail((width, width * 10), Image.Resampling.LANCZOS)
        shown.save(target / str(width), name, **_SHOWN[name])
        renditions[str(width)] = [shown.width, shown.height]
    return {"extension": kind.extension, "width": picture.width, "height": picture.height, "renditions": renditions}


def _plain(opened: Image.Image) -> Image.Image:
    """Return the pixels alone, in the colours of screens."""
    profile = opened.info.get("icc_profile")
    if opened.mode.startswith("I;16"):
        opened = opened.point(lambda value: value / 256).convert("L")
    transparent = opened.mode in {"RGBA", "LA", "PA"} or "transparency" in opened.info
    grey = opened.mode in {"1", "L"} and not transparent
    picture = opened.convert("L" if grey else "RGBA" if transparent else "RGB")
    if profile and picture.mode == "RGB" and opened.mode == "RGB":
        picture = _on_screens(picture, profile)
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare


def _on_screens(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        told = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, told, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        # a profile that cannot be read is no reason to refuse a picture: its colours stay as they are
        return picture
    return turned or picture


_JPEG, _PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
# what a JPEG needs to be shown right: its density, colour profile, colour space
_NEEDED_SEGMENTS = frozenset({0xE0, 0xE2, 0xEE})
_TALKING_CHUNKS = frozenset({b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME"})
_SCAN = 0xDA


def without_metadata(picture: bytes) -> bytes:
    """Return a JPEG or PNG file with the same pixels and without what else is told in it; anything else as it is."""
    if picture.startswith(_JPEG):
        return _bare_jpeg(picture)
    return _bare_png(picture) if picture.startswith(_PNG) else picture


def _bare_jpeg(picture: bytes) -> bytes:
    kept, place = bytearray(_JPEG), 2
    while place + 4 <= len(picture) and picture[place] == 0xFF:
        marker, length = picture[place + 1], int.from_bytes(picture[place + 2 : place + 4], "big")
        if marker == _SCAN:
            break
        application = 0xE0 <= marker <= 0xEF or marker == 0xFE
        if not application or marker in _NEEDED_SEGMENTS:
            kept += picture[place : place + 2 + length]
        place += 2 + length
    end = picture.rfind(b"\xff\xd9")
    return bytes(kept + (picture[place:] if end < place else picture[place : end + 2]))


def _bare_png(picture: bytes) -> bytes:
    kept, place = bytearray(_PNG), len(_PNG)
    while place + 12 <= len(picture):
        length, kind = int.from_bytes(picture[place : place + 4], "big"), picture[place + 4 : place + 8]
        if kind not in _TALKING_CHUNKS:
            kept += picture[place : place + 12 + length]
        place += 12 + length
        if kind == b"IEND":
            break
    return bytes(kept)
