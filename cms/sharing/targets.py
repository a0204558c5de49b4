"""Somebody to be named as a recipient, apart from any row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cms.sharing.facts import RecipientFacts
from cms.sharing.models import Named


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Somebody to be named as a recipient. `valid_until` None means no end."""

    kind: str
    target_id: int
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    purpose: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of a row that names this target."""
        return {
            "kind": self.kind,
            f"{self.kind}_id": self.target_id,
            "valid_from": self.valid_from,
            "valid_until": self.valid_until,
            "purpose": self.purpose,
        }

    @property
    def facts(self) -> RecipientFacts:
        """What the decision needs of this target."""
        return RecipientFacts(self.kind, self.target_id, self.valid_from, self.valid_until)


def target_of(row: Named) -> Target:
    """Return what a recipient row of any kind names."""
    return Target(
        kind=row.kind,
        target_id=row.target_id,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        purpose=row.purpose,
    )
