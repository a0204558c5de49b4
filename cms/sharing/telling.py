"""Telling people of what became of an item: by reference only, and only those whom it concerns.

`tell` is how every app tells people of an item: it hands on all facts of the item that people choose by.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cms.notifications.enums import Urgency
from cms.notifications.kinds import LIVE, Kind, register, register_seers
from cms.notifications.services import notify
from cms.organisations.enums import SUPERVISING_ROLES
from cms.organisations.models import Membership
from cms.organisations.standing import counting_on
from cms.sharing.confirming import confirmers, open_acts
from cms.sharing.models import PendingAct, Sharing, Supersession
from cms.sharing.reading import openers, openers_of
from cms.sharing.seers import seers_of_live
from cms.users.models import User
from cms.users.selectors import accounts_in_good_standing

# who had opened an item is told by its reference that it is gone; who has to confirm, that something waits; who
# proposed something, what became of it
OPENED, CONFIRMING, BOTH, PROPOSED = "opened", "confirming", "both", "proposed"
BY_REFERENCE = frozenset({OPENED, CONFIRMING, PROPOSED})

WITHDRAWN = Kind("withdrawn", _("Withdrawn by its owner: do not use it any more"), scope=OPENED)
SUPERSEDED = Kind("superseded", _("A newer item takes its place"), scope=BOTH)
CORRECTED = Kind("corrected", _("Corrected by its owner"), scope=LIVE)
CONFIRM = Kind("confirm", _("Waits for your confirmation"), scope=CONFIRMING, address="sharing:waiting-of")
DECLINED = Kind("declined", _("What you proposed was declined"), scope=PROPOSED)
QUARANTINED = Kind("quarantined", _("One of your items was put in quarantine"), address="sharing:item")
QUARANTINE_ENDED = Kind("quarantine_ended", _("The quarantine of one of your items was ended"), address="sharing:item")


def register_kinds() -> None:
    """Name the kinds of notice, and who may be told of each."""
    for kind in (WITHDRAWN, SUPERSEDED, CORRECTED, CONFIRM, DECLINED, QUARANTINED, QUARANTINE_ENDED):
        register(kind)
    register_seers(OPENED, who_opened)
    register_seers(BOTH, who_sees_both)
    register_seers(CONFIRMING, who_confirms)
    register_seers(PROPOSED, who_proposed)


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


def who_proposed(item: UUID, users: Collection[int] | None, at: datetime) -> frozenset[int]:
    """Return those of the people (None: of everybody) who proposed an act on the item and whose account is in use."""
    rows = PendingAct.objects.filter(sharing__uuid=item, proposed_by__isnull=False)
    if users is not None:
        rows = rows.filter(proposed_by__in=users)
    standing = accounts_in_good_standing(at).filter(pk__in=rows.values("proposed_by"))
    return frozenset(standing.values_list("pk", flat=True))


def tell_openers(kind: Kind, sharings: Iterable[Sharing], actor: User | None, at: datetime) -> None:
    """Tell those who had opened these items, but for the person who acts."""
    rows = list(sharings)
    opened = openers_of(rows)
    for sharing in rows:
        people = opened.get(sharing.uuid, frozenset())
        if people:
            tell(kind, sharing, people, at=at, but=actor)


def tell_confirmers(pending: PendingAct, at: datetime) -> None:
    """Tell those who may confirm the act that it waits for them."""
    tell(CONFIRM, pending.sharing, confirmers(pending, at), at=at, but=pending.proposed_by)


def tell_proposer(pending: PendingAct, actor: User, at: datetime) -> None:
    """Tell whoever proposed the act that it was declined; why stands on the item's sharing page."""
    if pending.proposed_by_id is not None:
        tell(DECLINED, pending.sharing, [pending.proposed_by_id], at=at, but=actor)


def tell_owner(kind: Kind, sharing: Sharing, *, at: datetime, but: User | None = None) -> None:
    """Tell the approvers and deciders of the owner, and of those above it, of something about their item."""
    rows = Membership.objects.filter(organisation__in=sharing.owner.lineage, role__in=list(SUPERVISING_ROLES))
    tell(kind, sharing, set(counting_on(rows, at).values_list("user_id", flat=True)), at=at, but=but)


def tell(
    kind: Kind,
    sharing: Sharing,
    users: Iterable[int] | None,
    *,
    at: datetime,
    urgency: str = Urgency.ROUTINE,
    topics: Iterable[int] = (),
    but: User | Iterable[int] | None = None,
) -> None:
    """Tell these people (None: everybody who may see it) of something about the item, once it is committed.

    `but` is left out: who did it, or the ids of several people. See `notify` for the rest.
    """
    left_out = [] if but is None else [but.pk] if isinstance(but, User) else but
    notify(
        kind=kind.code,
        users=None if users is None else set(users),
        item=sharing.uuid,
        reference=sharing.reference,
        element=sharing.element,
        urgency=urgency,
        at=at,
        countries=sharing.countries,
        topics=topics,
        but=left_out,
    )
