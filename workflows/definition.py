"""The editorial workflow as data: which step leads where, by whom. Services obey it, diagrams are drawn from it."""

from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.enums import Status

DRAFT, VALIDATION, WAITING, RETURNED = Status.DRAFT, Status.VALIDATION, Status.WAITING, Status.RETURNED
SCHEDULED, PUBLISHED, CHANGED = Status.SCHEDULED, Status.PUBLISHED, Status.CHANGED
WITHDRAWN, CLOSED, DISCARDED = Status.WITHDRAWN, Status.CLOSED, Status.DISCARDED


@dataclass(frozen=True, slots=True)
class Transition:
    """A step from one of some states to another; `right` is the named right of whoever takes it, "" for the clock."""

    name: str
    label: Any
    sources: tuple[Status, ...]
    target: Status
    right: str

    @property
    def by_clock(self) -> bool:
        """Whether nobody takes it: its time comes."""
        return not self.right


TRANSITIONS = (
    Transition("submit", gettext_lazy("submit"), (DRAFT, RETURNED, CHANGED), WAITING, "submit"),
    Transition("submit_to_validation", gettext_lazy("submit"), (DRAFT, RETURNED, CHANGED), VALIDATION, "submit"),
    Transition("validate", gettext_lazy("validate"), (VALIDATION,), WAITING, "approve"),
    Transition("return", gettext_lazy("return, with a reason"), (VALIDATION, WAITING), RETURNED, "approve"),
    Transition("take_back", gettext_lazy("take back"), (VALIDATION, WAITING, SCHEDULED), DRAFT, "edit"),
    Transition("approve", gettext_lazy("approve"), (WAITING,), PUBLISHED, "approve"),
    Transition("schedule", gettext_lazy("approve for later"), (WAITING,), SCHEDULED, "approve"),
    Transition("publish", gettext_lazy("the hour comes"), (SCHEDULED,), PUBLISHED, ""),
    Transition("review_again", gettext_lazy("rights or limits have changed"), (SCHEDULED,), WAITING, ""),
    Transition("edit", gettext_lazy("edit"), (PUBLISHED, WITHDRAWN, CLOSED), CHANGED, "edit"),
    Transition("discard_changes", gettext_lazy("discard the changes"), (CHANGED, RETURNED), PUBLISHED, "edit"),
    Transition("discard", gettext_lazy("discard"), (DRAFT, RETURNED), DISCARDED, "edit"),
    Transition("close", gettext_lazy("close, with a reason"), (PUBLISHED,), CLOSED, "withdraw"),
    Transition("reopen", gettext_lazy("reopen"), (CLOSED,), PUBLISHED, "withdraw"),
    Transition("withdraw", gettext_lazy("withdraw"), (PUBLISHED, CHANGED, CLOSED), WITHDRAWN, "withdraw"),
    Transition("expire", gettext_lazy("its time is over"), (PUBLISHED, CHANGED, CLOSED), WITHDRAWN, ""),
)
_BY_NAME = {transition.name: transition for transition in TRANSITIONS}


@dataclass(frozen=True, slots=True)
class Definition:
    """The workflow of an element for an owner: its states in order, and the transitions between them."""

    states: tuple[Status, ...]
    transitions: tuple[Transition, ...]


def definition(*, validates: bool) -> Definition:
    """Return the workflow with or without the step of national validation."""
    left_out = {"submit"} if validates else {"submit_to_validation", "validate"}
    states = tuple(state for state in Status if validates or state != VALIDATION)
    transitions = tuple(
        replace(found, sources=tuple(state for state in found.sources if state in states))
        for found in TRANSITIONS
        if found.name not in left_out
    )
    return Definition(states, transitions)


def leads_from(name: str, status: str) -> bool:
    """Tell whether the transition starts from the state."""
    return status in _BY_NAME[name].sources


def demand(name: str, status: str) -> None:
    """Raise ValidationError where the transition does not start from the state in which an item stands."""
    if not leads_from(name, status):
        raise ValidationError(
            _("“%(act)s” is not possible now: %(status)s.")
            % {"act": _BY_NAME[name].label, "status": Status(status).label}
        )
