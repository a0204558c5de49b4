"""Whom owners' people are told by, and of what: never of the content."""

from datetime import datetime

from cms.notifications.enums import Urgency
from cms.notifications.services import notify
from cms.organisations.enums import SUPERVISING_ROLES
from cms.organisations.models import Membership
from cms.organisations.standing import counting_on
from cms.sharing.models import Sharing

INSPECTED = "inspected"
GROUP_GREW = "group_grew"


def tell_owner(sharing: Sharing, kind: str, at: datetime) -> None:
    """Tell the approvers and deciders of the owner, and of those above it, of something about their item."""
    rows = Membership.objects.filter(organisation__in=sharing.owner.lineage, role__in=list(SUPERVISING_ROLES))
    users = set(counting_on(rows, at).values_list("user_id", flat=True))
    notify(
        kind=kind,
        users=users,
        item=sharing.uuid,
        reference=sharing.reference,
        element=sharing.element,
        urgency=Urgency.ROUTINE,
        at=at,
        countries=sharing.countries,
    )
