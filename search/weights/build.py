"""Makes the table of term weights anew from the word lists of wordfreq (dependency group `weights`):
`python -m search.weights.build`. To be run whenever the stemming of a language changes."""

import json
import math
import sys
from array import array
from collections import Counter
from zlib import crc32

import wordfreq

from search.stemming import CODES, forms
from search.weights import STEPS, TABLE

# rarer stems weigh nearly what unknown ones do, and are very many
_RAREST = 2.5
# wordfreq's names for two languages
_NAMES = {"no": "nb", "hr": "sh"}


def main() -> None:
    """Write the table beside this module."""
    available = wordfreq.available_languages("best")
    tables = {code: _table(_NAMES.get(code, code)) for code in CODES if _NAMES.get(code, code) in available}
    head = json.dumps([[code, len(table)] for code, table in tables.items()])
    with TABLE.open("wb") as file:
        file.write(head.encode() + b"\n")
        for table in tables.values():
            sums = array("I", sorted(table))
            frequencies = bytes(table[checksum] for checksum in sums)
            if sys.byteorder == "big":
                sums.byteswap()
            file.write(sums.tobytes() + frequencies)


def _table(language: str) -> dict[int, int]:
    """Return, by checksum of the stem, how common it is."""
    code = next((code for code, name in _NAMES.items() if name == language), language)
    sums: Counter[str] = Counter()
    for word, frequency in wordfreq.get_frequency_dict(language, "best").items():
        sums[forms(word, code)[0]] += frequency
    zipf = {stem: math.log10(frequency) + 9 for stem, frequency in sums.items()}
    return {crc32(stem.encode()): round(value * STEPS) for stem, value in zipf.items() if value >= _RAREST}


if __name__ == "__main__":
    main()
