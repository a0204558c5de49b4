"""Reading what office files are packed in, without being talked into unpacking more than a document needs."""

import io
import zipfile

from cms.documents.isolated.refusal import Refused

MEMBERS = 10_000
TOTAL_BYTES = 300 * 1024 * 1024
# text compresses well: below this size no ratio is suspicious
SUSPICIOUS_BYTES = 1024 * 1024
RATIO = 200
_ZIP, _OLE, _EXE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"), b"MZ"
_ENCRYPTED = 0x1


def read_members(content: bytes) -> dict[str, bytes]:
    """Return name → content of every member, in order; raises Refused for bombs, tricks with names, passwords,
    archives and programs inside."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check(entries)
            members = {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise Refused("unreadable") from error
    for name, member in members.items():
        if member.startswith((_ZIP, _OLE)) or (member.startswith(_EXE) and name.endswith((".bin", ".exe", ".dll"))):
            raise Refused("embedded", name)
    return members


def _check(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(names) > MEMBERS or sum(entry.file_size for entry in entries) > TOTAL_BYTES:
        raise Refused("bomb")
    if len({name.lower() for name in names}) < len(names):
        raise Refused("unreadable")
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            raise Refused("encrypted")
        if entry.filename.startswith("/") or ".." in entry.filename.split("/") or "\\" in entry.filename:
            raise Refused("unreadable")
        if entry.file_size > SUSPICIOUS_BYTES and entry.file_size > RATIO * max(entry.compress_size, 1):
            raise Refused("bomb")


def write_members(members: dict[str, bytes], stored: str = "") -> bytes:
    """Return a new archive of these members, all of the same age; `stored` names one that is not compressed."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_STORED if name == stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return target.getvalue()
