"""Older versions of an item: reading them, going back to one, and throwing a draft away.

Sharing rows are no part of a version: whatever happens here, who may read stays as it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.rules import allowed
from cms.sharing.services import lock
from cms.users.models import User
from content_types.draft_scope import DraftViewer, whole_tree
from content_types.drafts import keep_version, refuse_if_newer
from content_types.models import ContentPage
from workflows.definition import demand
from workflows.enums import Status
from workflows.names import told_name
from workflows.selectors import review_of, status_now
from workflows.trail import record_item

# what a history tells of; reading, people's names elsewhere and sharing have pages of their own
_TOLD = (
    Event.ITEM_CREATED,
    Event.ITEM_EDITED,
    Event.ITEM_REVERTED,
    Event.DRAFT_DISCARDED,
    Event.ITEM_SUBMITTED,
    Event.ITEM_VALIDATED,
    Event.ITEM_RETURNED,
    Event.ITEM_SCHEDULED,
    Event.ITEM_UNSCHEDULED,
    Event.ITEM_PUBLISHED,
    Event.ITEM_LOADED,
)


@dataclass(frozen=True, slots=True)
class Happening:
    """What somebody did with a version."""

    label: str
    at: datetime
    who: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an item's text, with what became of it."""

    revision: Revision
    number: int
    who: str
    is_live: bool
    is_newest: bool
    happenings: list[Happening] = field(default_factory=list)


def history(sharing: Sharing, viewer: DraftViewer) -> list[Version]:
    """Return the item's versions, the newest first, each with its events in order; in four queries."""
    page = sharing.page
    revisions = list(revisions_of(sharing).select_related("user").defer("content").order_by("created_at", "pk"))
    happenings = _happenings(sharing, [revision.pk for revision in revisions], viewer)
    return [
        Version(
            revision=revision,
            number=number,
            who=told_name(revision.user, viewer),
            is_live=page.live and revision.pk == page.live_revision_id,
            is_newest=revision.pk == page.latest_revision_id,
            happenings=happenings.get(revision.pk, []),
        )
        for number, revision in reversed(list(enumerate(revisions, start=1)))
    ]


def revisions_of(sharing: Sharing) -> Any:
    """Return the revisions of the item's page."""
    return Revision.objects.filter(
        object_id=str(sharing.page_id),
        base_content_type__app_label="wagtailcore",
        base_content_type__model="page",
    )


def _happenings(sharing: Sharing, revisions: Iterable[int], viewer: DraftViewer) -> dict[int, list[Happening]]:
    rows = AuditEvent.objects.filter(item=sharing.uuid, event__in=_TOLD).order_by("at", "pk")
    events = list(rows.values("event", "at", "actor_id", "version", "reason"))
    people = User.objects.in_bulk({row["actor_id"] for row in events if row["actor_id"]})
    found: dict[int, list[Happening]] = {key: [] for key in revisions}
    first = next(iter(found), None)
    for row in events:
        # what was there before the first version was kept belongs to it
        version = first if row["version"] is None else row["version"]
        if version in found:
            who = told_name(people.get(row["actor_id"]), viewer) if row["actor_id"] else _("the clock")
            found[version].append(Happening(str(Event(row["event"]).label), row["at"], who, row["reason"]))
    return found


def version_of(sharing: Sharing, revision_id: int) -> Revision | None:
    """Return the item's version with this id; None where the id is another item's, or nobody's."""
    found: Revision | None = revisions_of(sharing).select_related("user").filter(pk=revision_id).first()
    return found


def text_of(revision: Revision, sharing: Sharing) -> ContentPage:
    """Return the page as the version has it, with the sharing of today."""
    page: ContentPage = revision.as_object()
    page.sharing = sharing
    return page


@transaction.atomic
def revert(*, sharing: Sharing, to: int, opened: int | None, actor: User, at: datetime) -> Revision:
    """Make a new draft out of an older version; nothing is published, and the sharing stays.

    `opened` is the newest version as the actor saw it. Raises NotAllowed, EditedMeanwhile, ValidationError.
    """
    row = lock(sharing.pk)
    refuse_if_newer(row, opened)
    if not allowed(actor, "edit", row, at):
        raise NotAllowed(_("You may not edit this item."))
    older = version_of(row, to)
    if older is None or older.pk == row.page.latest_revision_id:
        raise ValidationError(_("This is no older version of the item."))
    page = text_of(older, row)
    return keep_version(
        page=page, sharing=row, actor=actor, at=at, event=Event.ITEM_REVERTED, details={"from": older.pk}
    )


@transaction.atomic
def discard_changes(*, sharing: Sharing, opened: int | None, actor: User, at: datetime) -> Revision:
    """Throw away what was changed since the published version: the newest version is as the published one again.

    The versions that were thrown away stay in the history. Raises NotAllowed, EditedMeanwhile, ValidationError.
    """
    row = lock(sharing.pk)
    refuse_if_newer(row, opened)
    if not allowed(actor, "edit", row, at):
        raise NotAllowed(_("You may not edit this item."))
    live = row.page.live_revision
    if live is None or not row.page.has_unpublished_changes:
        raise ValidationError(_("There are no changes to discard."))
    _demand_unsent("discard_changes", row)
    page = text_of(live, row)
    revision = keep_version(
        page=page, sharing=row, actor=actor, at=at, event=Event.DRAFT_DISCARDED, details={"as": live.pk}
    )
    Page.objects.filter(pk=row.page_id).update(has_unpublished_changes=False)
    returned = review_of(row.page_id)
    if returned is not None:
        returned.cancel(user=actor)
    return revision


@transaction.atomic
def discard_draft(*, sharing: Sharing, opened: int | None, actor: User, at: datetime) -> None:
    """Delete a draft that was never published, with its versions; the trail keeps that it was there.

    Raises NotAllowed, EditedMeanwhile, ValidationError where it waits or was published.
    """
    row = lock(sharing.pk)
    refuse_if_newer(row, opened)
    if not allowed(actor, "edit", row, at):
        raise NotAllowed(_("You may not edit this item."))
    if row.first_shared_at is not None or row.page.live:
        raise ValidationError(_("What was published is never deleted by hand: withdraw it."))
    _demand_unsent("discard", row)
    record_item(
        row,
        Event.DRAFT_DISCARDED,
        actor=actor,
        at=at,
        version=row.page.latest_revision_id,
        rule="sharing.edit",
        details={"reference": row.reference, "deleted": True},
    )
    with whole_tree():
        row.page.specific.delete()


def _demand_unsent(name: str, sharing: Sharing) -> None:
    status = status_now(sharing)
    if status in {Status.WAITING, Status.VALIDATION, Status.SCHEDULED}:
        raise ValidationError(_("Take it back first."))
    demand(name, status)
