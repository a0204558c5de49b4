"""Between which days an owner may choose the end of an item's term."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from cms.sharing.models import Sharing
from workflows.retention.terms import rules_in_force, with_terms


@dataclass(frozen=True, slots=True)
class Frame:
    """The first and the last day that the rule lets an owner choose, and the one that holds without a choice."""

    first: date
    last: date
    rule_on: date


def frame_of(sharing_id: int) -> Frame | None:
    """Return the frame of a published item; None for one that was never published."""
    rows = Sharing.objects.filter(pk=sharing_id, first_shared_at__isnull=False)
    row: Any = with_terms(rows, rules_in_force()).filter(rule_on__isnull=False).first()
    return None if row is None else Frame(row.shortest_on, row.longest_on, row.rule_on)
