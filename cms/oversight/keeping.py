"""What an auditor sees of retention: terms that end or have ended, holds, what was erased with its proof."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from cms.core.instants import day_of
from cms.oversight.rules import audited
from cms.sharing.models import Sharing
from cms.users.models import User
from workflows.retention.models import ErasedItem, Hold
from workflows.retention.terms import Term, ending

LISTED = 200


@dataclass(frozen=True, slots=True)
class Keeping:
    """Of the owners whose part of the trail an auditor reads."""

    ending: list[Term]
    holds: QuerySet[Hold]
    erased: QuerySet[ErasedItem]


def keeping(user: User, at: datetime) -> Keeping:
    """Return what an auditor may see of it at the instant; the first to end first, the newest hold and stub first."""
    organisations = audited(user, at)
    items = Sharing.objects.all()
    holds, erased = Hold.objects.filter(lifted_at__isnull=True), ErasedItem.objects.all()
    if organisations is not None:
        ids = sorted(organisations)
        items, erased = items.filter(owner__in=ids), erased.filter(owner__in=ids)
        holds = holds.filter(sharing__owner__in=ids)
    return Keeping(
        ending=ending(items, day_of(at))[:LISTED],
        holds=holds.select_related("sharing__owner")[:LISTED],
        erased=erased.select_related("owner", "rule__element")[:LISTED],
    )
