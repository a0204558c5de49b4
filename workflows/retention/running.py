"""What retention does: tells owners, withdraws, erases. Each item is taken under its lock, in a transaction of its own;
a run that was broken off is taken up by the next one."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cms.core.instants import day_of
from cms.notifications.kinds import Kind
from cms.sharing.expiry import expire
from cms.sharing.models import Sharing
from cms.sharing.rules import holders
from cms.sharing.services import lock
from cms.sharing.telling import WITHDRAWN, tell, tell_openers
from workflows.retention import kinds
from workflows.retention.enums import Step
from workflows.retention.erasing import erase
from workflows.retention.models import EndNotice
from workflows.retention.terms import Term, ending, term_of

logger = logging.getLogger("iconet.retention")


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to be done with one item on the day."""

    term: Term
    step: Step


def plan(*, at: datetime) -> list[Planned]:
    """Return what is to be done at the instant, and what only a hold prevents, the first to end first."""
    day = day_of(at)
    found = [Planned(term, term.step(day)) for term in ending(Sharing.objects.all(), day)]
    return [one for one in found if one.step != Step.NOTHING]


def apply(planned: Sequence[Planned], *, at: datetime) -> list[Planned]:
    """Do what was planned, one item after the other; return what could not be done because something failed.

    A failure is logged, and keeps back no other item.
    """
    failed = []
    for one in planned:
        try:
            _DONE_BY[one.step](one.term.sharing.pk, at)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other items are still done
            # its kind alone: a message of the database may repeat what stands in a row
            logger.error("Retention of %s failed: %s", one.term.sharing.reference, type(error).__name__)
            failed.append(one)
    return failed


@transaction.atomic
def tell_of_end(sharing_id: int, at: datetime) -> None:
    """Tell the owner's people that an item's term ends, once for each day that it is to end on."""
    sharing, term = lock(sharing_id), term_of(sharing_id)
    if term is None or term.step(day_of(at)) != Step.TELL:
        return
    EndNotice.objects.create(sharing=sharing, due_on=term.due_on, told_on=day_of(at))
    _tell_owner(kinds.TERM_ENDS, sharing, at)


@transaction.atomic
def withdraw(sharing_id: int, at: datetime) -> None:
    """Withdraw an item whose term has ended; its owner is told, and who had opened it, by reference alone."""
    sharing, term = lock(sharing_id), term_of(sharing_id)
    if term is None or term.step(day_of(at)) != Step.WITHDRAW:
        return
    if expire(sharing_ids=[sharing_id], at=at):
        tell_openers(WITHDRAWN, [sharing], None, at)
        _tell_owner(kinds.TERM_ENDED, sharing, at)


def _erase(sharing_id: int, at: datetime) -> None:
    erase(sharing_id=sharing_id, at=at)


def _leave(sharing_id: int, at: datetime) -> None:
    """Do nothing: a hold stands."""


def _tell_owner(kind: Kind, sharing: Sharing, at: datetime) -> None:
    tell(kind, sharing, holders("edit", sharing, at) | holders("set_term", sharing, at), at=at)


_DONE_BY = {Step.TELL: tell_of_end, Step.WITHDRAW: withdraw, Step.ERASE: _erase, Step.HELD: _leave}
