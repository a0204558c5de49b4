"""Items on their way, as tests of the desk need them."""

from datetime import datetime
from typing import Any

from cms.audit.models import AuditEvent
from cms.sharing.models import Sharing
from cms.users.models import User
from content_types.models import Bulletin
from tests.admin.conftest import House
from tests.factories import NOW, make_item
from workflows import services
from workflows.plans import set_plan


def page_of(sharing: Sharing) -> Bulletin:
    """Return the item's page, read afresh, with its sharing."""
    page: Bulletin = Bulletin.objects.get(pk=sharing.page_id)
    page.sharing = Sharing.objects.select_related("page", "element", "owner").get(pk=sharing.pk)
    return page


def afresh(sharing: Sharing) -> Sharing:
    """Return the row as it stands."""
    return Sharing.objects.select_related("page", "element", "owner").get(pk=sharing.pk)


def write(sharing: Sharing, user: User, title: str, **texts: Any) -> int:
    """Keep another version of the item's text; return its id."""
    page: Any = page_of(sharing).get_latest_revision_as_object()
    page.title = title
    for name, value in texts.items():
        setattr(page, name, value)
    revision: int = page.save_revision(user=user, clean=False).pk
    return revision


def waiting_item(house: House, **facts: Any) -> Sharing:
    """Return an item of Spain's border authority that its author handed in."""
    given: dict[str, Any] = {"owner": house.border, "author": house.author, "live": False} | facts
    sharing = make_item(**given)
    services.begin_review(sharing=sharing, requested_by=house.author, at=NOW)
    return afresh(sharing)


def approve(sharing: Sharing, user: User, at: datetime = NOW) -> None:
    """Approve the version that stands there."""
    page = page_of(sharing)
    services.approve(page=page, actor=user, at=at, revision_id=page.latest_revision_id or 0)


def scheduled_item(house: House, publish_at: datetime, **facts: Any) -> Sharing:
    """Return an item that was approved for later."""
    sharing = make_item(owner=house.border, author=house.author, live=False, **facts)
    set_plan(sharing=sharing, publish_at=publish_at, expire_at=None, actor=house.author, at=NOW)
    services.begin_review(sharing=sharing, requested_by=house.author, at=NOW)
    approve(sharing, house.approver)
    return afresh(sharing)


def events(sharing: Sharing) -> list[str]:
    """Return what the trail says of the item, in order."""
    return list(AuditEvent.objects.filter(item=sharing.uuid).order_by("pk").values_list("event", flat=True))
