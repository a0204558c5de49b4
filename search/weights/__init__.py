"""How much a word says, from how common its stem is in its language at large: never from the items held here.

`terms.bin` holds the stems of each language by how often they occur, made by `python -m search.weights.build` from the
word lists of wordfreq (NOTICE beside it). After a line of JSON that names each language and how many stems it has,
in order, come for each: the 32-bit checksums of its stems, sorted; then a byte for each, how common it is.
"""

import json
import sys
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from zlib import crc32

from search.stemming import forms

TABLE = Path(__file__).with_name("terms.bin")
# a byte of the table is this part of the power of ten by which a stem occurs in a thousand million words
STEPS = 25
_CEILING, _LEAST, _RAREST = 7.0, 0.05, 2.0
# weight of a stem that the table lacks, and of every word of a language that has no list
UNKNOWN, FLAT = _CEILING - _RAREST, 3.0
# of the beginning of a word: it may be that of common words
PREFIX = 3.0


@cache
def _tables() -> dict[str, tuple[Sequence[int], bytes]]:
    data = TABLE.read_bytes()
    head, _line, body = data.partition(b"\n")
    tables: dict[str, tuple[Sequence[int], bytes]] = {}
    start = 0
    for language, count in json.loads(head):
        sums = array("I")
        sums.frombytes(body[start : start + 4 * count])
        if sys.byteorder == "big":
            sums.byteswap()
        tables[language] = sums, body[start + 4 * count : start + 5 * count]
        start += 5 * count
    return tables


def stem_weight(stem: str, language: str) -> float:
    """Return the weight of a stem of the language, from 0.05 (in every sentence) to 5 (rare, or a name)."""
    if language not in _tables():
        return FLAT
    sums, frequencies = _tables()[language]
    checksum = crc32(stem.encode())
    place = bisect_left(sums, checksum)
    if place == len(sums) or sums[place] != checksum:
        return UNKNOWN
    return max(_LEAST, _CEILING - max(_RAREST, frequencies[place] / STEPS))


def word_weight(word: str, language: str) -> float:
    """Return the weight of a word, as written, in texts of the language (a code such as `de`)."""
    return stem_weight(forms(word, language)[0], language)
