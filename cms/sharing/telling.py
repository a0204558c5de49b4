"""Telling people of what became of an item: by reference only, and only those whom it concerns."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cms.notifications.enums import Urgency
from cms.notifications.kinds import LIVE, Kind, register, register_seers
from cms.notifications.services import notify
from cms.sharing.confirming import confirmers, open_acts
from cms.sharing.models import PendingAct, Sharing, Supersession
from cms.sharing.reading import openers, openers_of
from cms.sharing.seers import seers_of_live
from cms.users.models import User
from cms.users.selectors import accounts_in_good_standing

# who had opened an item is told by its reference that it is gone; who has to confirm, that something waits
OPENED, CONFIRMING, BOTH = "opened", "confirming", "both"
BY_REFERENCE = frozenset({OPENED, CONFIRMING})

WITHDRAWN = Kind("withdrawn", _("Withdrawn by its owner: do not use it any more"), scope=OPENED)
SUPERSEDED = Kind("superseded", _("A newer item takes its place"), scope=BOTH)
CORRECTED = Kind("corrected", _("Corrected by its owner"), scope=LIVE)
CONFIRM = Kind("confirm", _("Waits for your confirmation"), scope=CONFIRMING, address="sharing:waiting-of")


def register_kinds() -> None:
    """Name the kinds of notice, and who may be told of each."""
    for kind in (WITHDRAWN, SUPERSEDED, CORRECTED, CONFIRM):
        register(kind)
    register_seers(OPENED, who_opened)
    register_seers(BOTH, who_sees_both)
    register_seers(CONFIRMING, who_confirms)


def who_opened(item: UUID, users: Collection[int] | None, at: datetime) -> frozenset[int]:
    """Return those of the people (None: of everybody) who opened the item and whose account is in use."""
    sharing = Sharing.objects.filter(uuid=item).first()
    found = frozenset() if sharing is None else openers(sharing)
    asked = found if users is None else found & set(users)
    return frozenset(accounts_in_good_standing(at).filter(pk__in=asked).values_list("pk", flat=True))


def who_sees_both(item: UUID, users: Collection[int] | None, at: datetime) -> frozenset[int]:
    """Return those of the people (None: of everybody) who may see the item and the one that takes its place."""
    newer = Supersession.objects.filter(older__uuid=item).values_list("newer__uuid", flat=True).first()
    return frozenset() if newer is None else seers_of_live(item, users, at) & seers_of_live(newer, users, at)


def who_confirms(item: UUID, users: Collection[int] | None, at: datetime) -> frozenset[int]:
    """Return those of the people (None: of everybody) who may confirm something that waits for this item."""
    waiting = open_acts().filter(sharing__uuid=item)
    found = frozenset[int]().union(*(confirmers(pending, at) for pending in waiting))
    return found if users is None else found & set(users)


def tell_openers(kind: Kind, sharings: Iterable[Sharing], actor: User | None, at: datetime) -> None:
    """Tell those who had opened these items, but for the person who acts."""
    rows = list(sharings)
    opened = openers_of(rows)
    for sharing in rows:
        people = opened.get(sharing.uuid, frozenset())
        if people:
            _tell(kind, sharing, people, actor, at)


def tell_confirmers(pending: PendingAct, at: datetime) -> None:
    """Tell those who may confirm the act that it waits for them."""
    _tell(CONFIRM, pending.sharing, confirmers(pending, at), pending.proposed_by, at)


def _tell(kind: Kind, sharing: Sharing, people: Collection[int], actor: User | None, at: datetime) -> None:
    notify(
        kind=kind.code,
        users=people,
        item=sharing.uuid,
        reference=sharing.reference,
        element=sharing.element,
        urgency=Urgency.ROUTINE,
        at=at,
        countries=sharing.countries,
        but=[] if actor is None else [actor.pk],
    )
