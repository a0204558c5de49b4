"""Keeping published items right: reviews, topics, closing. None of it changes what was approved, or who reads it."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Revision

from cms.audit.enums import Event
from cms.core.instants import day_of
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.rules import allowed
from cms.sharing.services import lock
from cms.sharing.signals import items_changed
from cms.users.models import User
from content_types.draft_scope import whole_tree
from content_types.models import TopicPage
from workflows.definition import demand, leads_from
from workflows.models import Closing
from workflows.selectors import status_now
from workflows.signals import item_closed
from workflows.trail import record_item


@transaction.atomic
def review(*, sharing: Sharing, next_on: date, actor: User, at: datetime) -> None:
    """Say that an item is still right, and when to look at it again; by one who may edit it.

    Raises NotAllowed, ValidationError for a day that is not ahead.
    """
    row = lock(sharing.pk)
    if not allowed(actor, "edit", row, at):
        raise NotAllowed(_("You may not review this item."))
    if next_on <= day_of(at):
        raise ValidationError({"next_on": _("Choose a day that lies ahead.")})
    _keep(row, review_date=next_on)
    details = {"next_on": next_on.isoformat(), "live": row.page.live}
    version = row.page.live_revision_id
    record_item(row, Event.ITEM_REVIEWED, actor=actor, at=at, version=version, rule="sharing.edit", details=details)


@transaction.atomic
def move(*, sharing: Sharing, topic: TopicPage | None, actor: User, at: datetime) -> None:
    """Put an item under another topic of its element, or under none; facts stay as they are.

    Raises NotAllowed, ValidationError for a topic of another element.
    """
    row = lock(sharing.pk)
    if not allowed(actor, "move", row, at):
        raise NotAllowed(_("You may not move this item."))
    if topic is not None and not topics_of(row).filter(pk=topic.pk).exists():
        raise ValidationError({"topic": _("Choose a topic of the item's own element.")})
    _keep(row, topic=topic)
    details = {"topic": None if topic is None else topic.pk}
    version = row.page.live_revision_id
    record_item(row, Event.ITEM_MOVED, actor=actor, at=at, version=version, rule="sharing.move", details=details)


def topics_of(sharing: Sharing) -> Any:
    """Return the live topics below the page of the item's element, in their order."""
    page = getattr(sharing.element, "page", None)
    none = TopicPage.objects.none()
    return none if page is None else TopicPage.objects.live().descendant_of(page).order_by("path")


def _keep(sharing: Sharing, **values: Any) -> None:
    """Write fields about an item's upkeep into the page, and into the versions that may still be published or edited.

    They are not what an approver approves: no new version is made for them.
    """
    columns = {name: getattr(value, "pk", value) for name, value in values.items()}
    stored = {name: value.isoformat() if isinstance(value, date) else value for name, value in columns.items()}
    page = sharing.page
    with whole_tree():
        page.specific_class.objects.filter(pk=page.pk).update(**columns)
        for revision in Revision.objects.filter(pk__in=[page.live_revision_id, page.latest_revision_id]):
            revision.content = {**revision.content, **stored}
            revision.save(update_fields=["content"])
    items_changed.send(sender=Sharing, sharing_ids=[sharing.pk])


@transaction.atomic
def close(*, sharing: Sharing, reason: str, actor: User, at: datetime) -> None:
    """Say that the matter is closed, and why; by one who may withdraw it. The item stays where it is."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: others must be able to follow the decision.")})
    row = _demand("close", sharing, actor, at)
    Closing.objects.create(sharing=row, reason=reason.strip(), closed_by=actor, closed_at=at)
    version = row.page.live_revision_id
    rule = "sharing.withdraw"
    record_item(row, Event.ITEM_CLOSED, actor=actor, at=at, version=version, rule=rule, reason=reason.strip())
    item_closed.send(sender=Sharing, sharing=row, actor=actor, at=at)


@transaction.atomic
def reopen(*, sharing: Sharing, actor: User, at: datetime) -> None:
    """Say that the matter is open again."""
    row = _demand("reopen", sharing, actor, at)
    Closing.objects.filter(sharing=row).delete()
    version = row.page.live_revision_id
    record_item(row, Event.ITEM_REOPENED, actor=actor, at=at, version=version, rule="sharing.withdraw")


def may_close(sharing: Sharing, user: Any, at: datetime) -> bool:
    """Tell whether the matter of an item is open, and the person may close it."""
    return leads_from("close", status_now(sharing)) and allowed(user, "withdraw", sharing, at)


def _demand(name: str, sharing: Sharing, actor: User, at: datetime) -> Sharing:
    row = lock(sharing.pk)
    if not allowed(actor, "withdraw", row, at):
        raise NotAllowed(_("You may not do this with this item."))
    demand(name, status_now(row))
    return row
