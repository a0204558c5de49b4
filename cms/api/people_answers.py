"""People as they may be told, as JSON."""

from typing import Any

from cms.sharing.differences import Difference
from cms.sharing.selectors import Readership, ReadersOf


def people(readers: Readership) -> dict[str, Any]:
    """Return people as they may be told: null stands for a number too small to be told."""
    return {"everyone": readers.everyone, "participants": [_participant(row) for row in readers.participants]}


def gain_and_loss(shown: Difference) -> dict[str, Any]:
    """Return who gains and who loses, with what stands for exactly these people."""
    return {"gain": people(shown.gain), "loss": people(shown.loss), "seal": shown.seal}


def _participant(row: ReadersOf) -> dict[str, Any]:
    functions = [] if row.few else [name for name, _number in row.functions]
    return {
        "participant": row.participant,
        "people": None if row.few else row.count,
        "functions": functions,
        "names": list(row.names),
    }
