"""Reading retention for one person: own items whose term ends, standing holds, what was erased."""

from django.db.models import QuerySet

from cms.core.instants import day_of
from cms.organisations.enums import Role
from cms.sharing.models import Sharing
from cms.sharing.reach import may_act_on
from content_types.draft_scope import DraftViewer
from workflows.retention.models import ErasedItem, Hold
from workflows.retention.terms import Term, ending
from workflows.selectors import items_of


def ending_for(viewer: DraftViewer) -> list[Term]:
    """Return the terms that end soon, of the items on which the viewer works, the first to end first."""
    own = Sharing.objects.filter(pk__in=items_of(viewer).order_by().values("pk"))
    return ending(own, day_of(viewer.at))


def holds_for(viewer: DraftViewer) -> QuerySet[Hold]:
    """Return the holds that stand on the items on which the viewer works, the newest first."""
    own = items_of(viewer).order_by().values("pk")
    rows = Hold.objects.filter(sharing__in=own, lifted_at__isnull=True)
    return rows.select_related("sharing__page", "placed_by")


def erased_for(viewer: DraftViewer) -> QuerySet[ErasedItem]:
    """Return what is left of the erased items whose readers the viewer might have learnt of, the newest first.

    A stub has the facts of an item that the right is asked by, but for who wrote it: that is for nobody any more.
    """
    reaches = [reach for reach in viewer.reaches if reach.role != Role.LIAISON_OFFICER]
    rows = ErasedItem.objects.filter(may_act_on("see_readers", reaches))
    return rows.select_related("owner", "element", "rule")
