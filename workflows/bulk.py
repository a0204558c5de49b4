"""One act on many items: tried on all first, done on all or on none. Approval is no such act: it is one by one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy

from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.users.models import User
from workflows import services, upkeep, versions

MOST = 100
# given the item, who acts, when, and what the form asked for besides
Run = Callable[[Sharing, User, datetime, dict[str, Any]], None]


def _submit(sharing: Sharing, actor: User, at: datetime, _data: dict[str, Any]) -> None:
    services.submit(page=_page(sharing), actor=actor, at=at)


def _take_back(sharing: Sharing, actor: User, at: datetime, _data: dict[str, Any]) -> None:
    services.take_back(page=_page(sharing), actor=actor, at=at)


def _discard(sharing: Sharing, actor: User, at: datetime, _data: dict[str, Any]) -> None:
    opened = sharing.page.latest_revision_id
    act = versions.discard_draft if sharing.first_shared_at is None else versions.discard_changes
    act(sharing=sharing, opened=opened, actor=actor, at=at)


def _move(sharing: Sharing, actor: User, at: datetime, data: dict[str, Any]) -> None:
    upkeep.move(sharing=sharing, topic=data["topic"], actor=actor, at=at)


def _review(sharing: Sharing, actor: User, at: datetime, data: dict[str, Any]) -> None:
    upkeep.review(sharing=sharing, next_on=data["next_on"], actor=actor, at=at)


def _page(sharing: Sharing) -> Any:
    page = sharing.page.specific
    page.sharing = sharing
    return page


@dataclass(frozen=True, slots=True)
class BulkAct:
    """An act for many items: its name, its words, and the field of the form that it needs."""

    name: str
    label: Any
    run: Run
    asks: str = ""


ACTS = {
    act.name: act
    for act in (
        BulkAct("submit", gettext_lazy("Submit for approval"), _submit),
        BulkAct("take-back", gettext_lazy("Take back to draft"), _take_back),
        BulkAct("discard", gettext_lazy("Discard drafts and changes"), _discard),
        BulkAct("move", gettext_lazy("Put under a topic"), _move, "topic"),
        BulkAct("review", gettext_lazy("Set the next review"), _review, "next_on"),
    )
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the act did, or would do, with one item; an empty refusal means that it works."""

    sharing: Sharing
    refusal: str = ""


class _Undo(Exception):
    """Raised to leave nothing behind."""


def run(
    act: BulkAct, sharings: Sequence[Sharing], data: dict[str, Any], *, actor: User, at: datetime, dry: bool
) -> list[Outcome]:
    """Do the act with each item, or only try; where one is refused, nothing is done with any of them."""
    outcomes: list[Outcome] = []
    try:
        with transaction.atomic():
            # in the order of their ids, so that two such acts never wait for each other in a circle
            outcomes = [_try(act, sharing, data, actor, at) for sharing in sorted(sharings, key=lambda row: row.pk)]
            if dry or any(outcome.refusal for outcome in outcomes):
                raise _Undo
    except _Undo:
        pass
    return outcomes


def _try(act: BulkAct, sharing: Sharing, data: dict[str, Any], actor: User, at: datetime) -> Outcome:
    try:
        with transaction.atomic():
            act.run(sharing, actor, at, data)
    except NotAllowed as error:
        return Outcome(sharing, str(error))
    except ValidationError as error:
        return Outcome(sharing, " ".join(error.messages))
    return Outcome(sharing)
