"""Undoing a publication within a minute: a slip of the hand, not a way of editing."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page, Revision

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.sharing.enums import Marking, SharingState
from cms.sharing.models import Sharing
from cms.sharing.publications import last_publication, version_before
from cms.sharing.reading import openers
from cms.sharing.services.acting import Act, act_on
from cms.sharing.services.naming import revoke_rows
from cms.sharing.targets import target_of
from cms.users.models import User

UNDONE_WITHIN = timedelta(minutes=1)


def undoable(sharing: Sharing, at: datetime) -> AuditEvent | None:
    """Return the publication that can still be undone at the instant."""
    found = last_publication(sharing)
    return found if found is not None and found.at <= at <= found.at + UNDONE_WITHIN else None


def undo_publication(*, sharing: Sharing, actor: User, at: datetime, reason: str = "") -> int:
    """Bring the item back to where it stood before its last publication; return how many people had opened it since.

    A first publication leaves a draft that only its editors see, with all that was proposed for it. A later one
    leaves the version before it, with the sharing as it is; the newer text stays as a draft. Raises ValidationError
    later than a minute after the publication, and for a first one where the sharing was changed since: what somebody
    narrowed would go as far as before when it is published again.
    """
    with act_on(sharing, "undo_publication", Event.PUBLICATION_UNDONE, actor=actor, at=at, reason=reason) as act:
        publication = undoable(act.sharing, at)
        if publication is None:
            raise ValidationError(_("A publication can be undone within a minute. Withdraw the item instead."))
        opened = openers(act.sharing, since=publication.at) - {actor.pk}
        first = bool(publication.details.get("first"))
        if first:
            _demand_as_proposed(act.sharing)
            _never_published(act, actor, at)
        else:
            _republish(publication, actor)
        act.sharing.page = Page.objects.get(pk=act.sharing.page_id)
        act.details = {"first": first, "undone": publication.version, "opened_by": len(opened)}
    return len(opened)


def _demand_as_proposed(row: Sharing) -> None:
    proposal, standing = row.proposal, row.recipients.filter(revoked_at__isnull=True)
    named = [{target_of(one).facts for one in rows} for rows in (standing, proposal.recipients.all())]
    if (row.marking, row.state) != (proposal.marking, proposal.state) or named[0] != named[1] or row.quarantined:
        raise ValidationError(_("Its sharing has been changed since it was published. Withdraw the item instead."))


def _never_published(act: Act, actor: User, at: datetime) -> None:
    row = act.sharing
    UnpublishPageAction(row.page.specific, user=actor).execute(skip_permission_checks=True)
    Page.objects.filter(pk=row.page_id).update(first_published_at=None, last_published_at=None)
    # the proposal stands as it was, and names them again when it is published
    revoke_rows(row, Q(), actor=actor, at=at, reason=_("publication undone"))
    row.state, row.marking, row.use_limits, row.copies_allowed = SharingState.OWNER, Marking.AMBER, [], True
    row.first_shared_at = None
    row.save(update_fields=["state", "marking", "use_limits", "copies_allowed", "first_shared_at"])


def _republish(publication: AuditEvent, actor: User) -> None:
    revision = Revision.objects.filter(pk=version_before(publication)).first()
    if revision is None:
        raise ValidationError(_("The version before this one is not there any more. Withdraw the item instead."))
    PublishPageRevisionAction(revision, user=actor).execute(skip_permission_checks=True)
