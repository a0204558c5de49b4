"""Tables that people open in a spreadsheet."""

import csv
from collections.abc import Iterable
from io import StringIO

# what makes a spreadsheet take a text for a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Iterable[Iterable[object]]) -> str:
    """Return the rows as comma-separated values; a cell that a spreadsheet would take for a formula is made text."""
    text = StringIO()
    csv.writer(text).writerows([_harmless(str(cell)) for cell in row] for row in rows)
    return text.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
