"""Who may do what with a request for disclosure (policy, section 5: release to a third party, by two deciders)."""

from datetime import datetime

from django.db.models import Q, QuerySet

from cms.organisations.selectors import valid_memberships
from cms.sharing.models import Sharing
from cms.sharing.reach import items_open_to
from cms.sharing.rules import allowed, holders, last_editor_id
from cms.users.models import User
from workflows.disclosures.enums import WAITING, Status
from workflows.disclosures.models import DisclosureRequest


def may_decide(request: DisclosureRequest, user: User, at: datetime) -> bool:
    """Tell whether the person may refuse the request, or propose to permit it: with the right to release, and not of
    one's own request."""
    return request.asked_by_id != user.pk and allowed(user, "release", request.sharing, at)


def may_confirm(request: DisclosureRequest, user: User, at: datetime) -> bool:
    """Tell whether the person may permit what another one proposed; whoever edited the text last never may."""
    if request.status != Status.PROPOSED or request.proposed_by_id == user.pk:
        return False
    return last_editor_id(request.sharing) != user.pk and may_decide(request, user, at)


def deciders(request: DisclosureRequest, at: datetime) -> frozenset[int]:
    """Return the ids of all who may decide on the request."""
    return holders("release", request.sharing, at) - {request.asked_by_id}


def confirmers(request: DisclosureRequest, at: datetime) -> frozenset[int]:
    """Return the ids of all who may confirm what was proposed."""
    return deciders(request, at) - {request.proposed_by_id, last_editor_id(request.sharing)}


def participants(user: User, at: datetime) -> frozenset[int]:
    """Return the ids of the person's participants."""
    return frozenset(row.organisation.participant_id for row in valid_memberships(user, at))


def sees_all(sharing: Sharing, user: User, at: datetime) -> bool:
    """Tell whether the person reads all requests on the item: to decide on them, or to prepare the answer."""
    return any(allowed(user, action, sharing, at) for action in ("release", "prepare_release"))


def requests_on(sharing: Sharing, user: User, at: datetime) -> QuerySet[DisclosureRequest]:
    """Return the requests on an item that the person may read, which the caller has found visible: all for the owner's
    side, else those of the person's own participants."""
    rows = DisclosureRequest.objects.filter(sharing=sharing)
    return _told(rows if sees_all(sharing, user, at) else rows.filter(asked_for__in=participants(user, at)))


def register_of(user: User, at: datetime) -> QuerySet[DisclosureRequest]:
    """Return all requests that the person may read, of items that the person may see, the newest first."""
    owned = Q(sharing__in=items_open_to("release", user, at).values("pk"))
    owned |= Q(sharing__in=items_open_to("prepare_release", user, at).values("pk"))
    rows = DisclosureRequest.objects.filter(owned | Q(asked_for__in=participants(user, at)))
    return _told(rows.filter(sharing__in=Sharing.objects.visible_to(user, at).values("pk"))).order_by("-asked_at", "pk")


def to_decide(user: User, at: datetime) -> QuerySet[DisclosureRequest]:
    """Return the requests that wait for the person, the first to be answered first."""
    own = items_open_to("release", user, at).values("pk")
    rows = DisclosureRequest.objects.filter(status__in=WAITING, sharing__in=own)
    rows = rows.filter(sharing__in=Sharing.objects.visible_to(user, at).values("pk")).exclude(asked_by=user.pk)
    second = Q(proposed_by=user.pk) | Q(sharing__page__latest_revision__user=user.pk)
    return _told(rows.exclude(Q(status=Status.PROPOSED) & second)).order_by("answer_by", "asked_at", "pk")


def _told(rows: QuerySet[DisclosureRequest]) -> QuerySet[DisclosureRequest]:
    return rows.select_related(
        "sharing__page__latest_revision",
        "sharing__owner",
        "sharing__element",
        "asked_by",
        "asked_for",
        "proposed_by",
        "decided_by",
    )
