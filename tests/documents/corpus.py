"""Files as people and attackers send them, made here: nothing is read from elsewhere."""

import io
import zipfile
from typing import Any

import pikepdf
from PIL import Image

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
WORDS = "Boats at dawn near Example Bay"


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    """Return a picture, red on the left and blue on the right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def with_gps() -> bytes:
    """Return a JPEG lying on its side, with the maker, the place and a remark."""
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    exif[0x0112] = 6  # to be turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (36.0, 43.0, 11.0)
    return picture(exif=exif, comment=b"secret remark")


def packed(members: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


_OFFICE = "application/vnd.openxmlformats-officedocument"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def _types(main: str, part: str) -> str:
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{part}" ContentType="{main}"/>'
        f'<Override PartName="/docProps/custom.xml" ContentType="{_OFFICE}.custom-properties+xml"/></Types>'
    )


def relations(*pairs: tuple[str, str, str]) -> str:
    """Return relations of kind, target and mode."""
    rows = "".join(
        f'<Relationship Id="r{number}" Type="http://x.example/{kind}" Target="{target}" TargetMode="{mode}"/>'
        for number, (kind, target, mode) in enumerate(pairs)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def docx(words: str = WORDS, main: str = "document.main+xml", **more: str | bytes) -> bytes:
    """Return a Word document; `more` are further members, with `__` for a slash and `_dot_` for a dot."""
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": _types(f"{_OFFICE}.wordprocessingml.{main}", "word/document.xml"),
        "_rels/.rels": relations(
            ("officeDocument", "word/document.xml", "Internal"),
            ("core-properties", "docProps/core.xml", "Internal"),
            ("custom-properties", "docProps/custom.xml", "Internal"),
        ),
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body><w:p><w:r><w:t>{words[:10]}</w:t></w:r>'
        f"<w:r><w:t>{words[10:]}</w:t></w:r></w:p></w:body></w:document>",
        "docProps/core.xml": "<creator>Ana Example</creator>",
        "docProps/custom.xml": "<custom>secret case number</custom>",
    }
    return packed(members | {name.replace("__", "/").replace("_dot_", "."): value for name, value in more.items()})


def _rows(cells: str) -> str:
    return f'<worksheet xmlns="{_SHEET}"><sheetData><row>{cells}</row></sheetData></worksheet>'


def xlsx() -> bytes:
    """Return a workbook of two sheets."""
    main = f"{_OFFICE}.spreadsheetml.sheet.main+xml"
    cell = '<c t="s"><v>0</v></c><c><v>42</v></c><c t="inlineStr"><is><t>inline</t></is></c>'
    return packed(
        {
            "[Content_Types].xml": _types(main, "xl/workbook.xml"),
            "_rels/.rels": relations(("officeDocument", "xl/workbook.xml", "Internal")),
            "xl/workbook.xml": "<workbook/>",
            "xl/sharedStrings.xml": f'<sst xmlns="{_SHEET}"><si><t>{WORDS}</t></si></sst>',
            "xl/worksheets/sheet1.xml": _rows(cell),
            "xl/worksheets/sheet2.xml": _rows("<c><v>7</v></c>"),
        }
    )


def pptx() -> bytes:
    """Return slides, numbered beyond nine."""
    slide = '<sld xmlns:a="{ns}"><a:p><a:r><a:t>{words}</a:t></a:r></a:p></sld>'
    slides: dict[str, str | bytes] = {
        f"ppt/slides/slide{number}.xml": slide.format(ns=_DRAWING, words=words)
        for number, words in ((10, "the tenth"), (2, WORDS))
    }
    main = f"{_OFFICE}.presentationml.presentation.main+xml"
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": _types(main, "ppt/presentation.xml"),
        "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml", "Internal")),
        "ppt/notesSlides/notesSlide2.xml": slide.format(ns=_DRAWING, words="said aside"),
    }
    return packed(members | slides)


def odt(words: str = WORDS, kind: str = "application/vnd.oasis.opendocument.text", **more: str | bytes) -> bytes:
    """Return an OpenDocument text."""
    office, text = "urn:oasis:names:tc:opendocument:xmlns:office:1.0", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    content = f'<o:document-content xmlns:o="{office}" xmlns:t="{text}"><t:p>{words}</t:p></o:document-content>'
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    members: dict[str, str | bytes] = {
        "mimetype": kind,
        "content.xml": content,
        "meta.xml": "<meta>Ana Example</meta>",
        "Thumbnails/thumbnail.png": picture("PNG"),
        "META-INF/manifest.xml": f'<m:manifest xmlns:m="{manifest}">'
        '<m:file-entry m:full-path="Thumbnails/thumbnail.png" m:media-type="image/png"/></m:manifest>',
    }
    return packed(members | {name.replace("__", "/").replace("_dot_", "."): value for name, value in more.items()})


def pdf(*pages: str, password: str = "") -> bytes:
    """Return a PDF file of pages with these words, and with all that must not stay in one."""
    document = pikepdf.new()
    for words in pages or (WORDS,):
        page = document.add_blank_page(page_size=(300, 200))
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.obj["/Resources"] = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.obj["/Contents"] = document.make_stream(f"BT /F1 12 Tf 20 100 Td ({words}) Tj ET".encode())
        page.obj["/AA"] = pikepdf.Dictionary(O=_script())
        page.obj["/Annots"] = pikepdf.Array(
            [
                pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=_script(), T="Ana Example"),
                pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment),
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot,
                    Subtype=pikepdf.Name.Link,
                    A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://stays.example/"),
                ),
            ]
        )
    document.Root["/OpenAction"] = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
    document.Root["/Names"] = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["x", _script()]))
    document.attachments["inside.txt"] = b"a file inside"
    document.docinfo["/Author"] = "Ana Example"
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = ["Ana Example"]
    target = io.BytesIO()
    document.save(target, encryption=pikepdf.Encryption(owner="o", user=password) if password else False)
    return target.getvalue()


def _script() -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def bomb() -> bytes:
    """Return a Word document that unpacks to two hundred times its size."""
    return docx(word__filler_dot_xml=b"\0" * 30_000_000)


def huge_picture() -> bytes:
    """Return a PNG file of few bytes and very many pixels."""
    target = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(target, "PNG")
    return target.getvalue()
