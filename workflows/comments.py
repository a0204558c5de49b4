"""Comments on versions, for those who edit or approve the item, and nobody else."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.rules import allowed
from cms.sharing.services import lock
from cms.users.models import User
from workflows.models import DraftComment
from workflows.trail import record_item
from workflows.versions import version_of


def comments_on(sharing: Sharing) -> QuerySet[DraftComment]:
    """Return the comments on all versions of the item, the open ones first, each in order of time."""
    return (
        DraftComment.objects.filter(sharing=sharing)
        .select_related("author", "resolved_by", "revision")
        .order_by("-resolved_at", "written_at", "pk")
    )


@transaction.atomic
def comment(*, sharing: Sharing, revision_id: int, text: str, actor: User, at: datetime) -> None:
    """Say something about a version of the item; by one who may edit it. Raises NotAllowed, ValidationError."""
    row = lock(sharing.pk)
    if not allowed(actor, "edit", row, at):
        raise NotAllowed(_("You may not comment on this item."))
    if not text.strip():
        raise ValidationError({"text": _("Say something.")})
    revision = version_of(row, revision_id)
    if revision is None:
        raise ValidationError(_("This is no version of the item."))
    DraftComment.objects.create(sharing=row, revision=revision, author=actor, text=text.strip(), written_at=at)
    record_item(row, Event.DRAFT_COMMENTED, actor=actor, at=at, version=revision.pk, rule="sharing.edit")


@transaction.atomic
def resolve(*, sharing: Sharing, comment_id: UUID, actor: User, at: datetime) -> None:
    """Say that what was commented is settled; by one who may edit the item."""
    row = lock(sharing.pk)
    if not allowed(actor, "edit", row, at):
        raise NotAllowed(_("You may not comment on this item."))
    found = DraftComment.objects.filter(pk=comment_id, sharing=row, resolved_at__isnull=True).first()
    if found is None:
        raise ValidationError(_("This comment is settled already."))
    found.resolved_at, found.resolved_by = at, actor
    found.save(update_fields=["resolved_at", "resolved_by"])
    details = {"settled": True}
    version = found.revision_id
    record_item(row, Event.DRAFT_COMMENTED, actor=actor, at=at, version=version, rule="sharing.edit", details=details)
