"""Names of files that do no harm: in a list, in a header, in a folder."""

import re
import unicodedata

LONGEST = 150
_PATHS = re.compile(r"[/\\]")
# what separates or commands somewhere: drives, wildcards, pipes, quotes
_UNFIT = re.compile(r'[:*?"<>|%]')
_BLANKS = re.compile(r"\s+")
# names that Windows takes for devices
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
# control, formatting (directions, zero widths), private and unassigned characters, halves of pairs
_UNPRINTED = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})


def harmless(name: str) -> str:
    """Return the last part of a name with only what can be read as it stands; empty where nothing is left.

    The ending stays the ending: where a name has none, or is nothing but one, there is nothing to be kept.
    """
    last = _PATHS.split(unicodedata.normalize("NFC", name))[-1]
    readable = "".join(letter for letter in last if unicodedata.category(letter) not in _UNPRINTED)
    tidy = _BLANKS.sub(" ", _UNFIT.sub("_", readable)).strip(" .")
    stem, dot, ending = tidy.rpartition(".")
    stem = stem.strip(" .")
    if not dot or not stem or not ending:
        return ""
    if _DEVICES.fullmatch(stem):
        stem = f"_{stem}"
    return f"{stem[: LONGEST - len(ending) - 1]}.{ending}"


def with_ending(name: str, extension: str) -> str:
    """Return the name with the ending of what the file has become."""
    stem, _dot, ending = name.rpartition(".")
    same = {"jpeg": "jpg", "jpe": "jpg", "htm": "html"}.get(ending.lower(), ending.lower()) == extension
    return name if same else f"{stem}.{extension}"
