"""The one place where a revision becomes what readers see."""

from datetime import datetime
from functools import partial

from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Revision

from cms.sharing.ceilings import check_state, widest_allowed
from cms.sharing.models import Sharing
from cms.sharing.services import apply_at_publication
from cms.users.models import User
from workflows.signals import item_published


def publish_revision(*, sharing: Sharing, revision: Revision, actor: User, at: datetime) -> None:
    """Publish this revision with the item's sharing, inside the caller's transaction and lock.

    Raises what `apply_at_publication` raises: NotAllowed, AboveCeiling, ValidationError.
    """
    # the trail is ours, so Wagtail keeps no log of its own
    action = PublishPageRevisionAction(revision, user=actor, log_action=False)
    action.object.clean()
    # what stands in each field was checked when it was written, and the database checks it again: asking for every
    # key and constraint once more would cost a third of a publication
    action.object.save = partial(action.object.save, clean=False)
    action.execute(skip_permission_checks=True)
    apply_at_publication(sharing=sharing, actor=actor, at=at)
    row = Sharing.objects.select_related("page", "element", "owner").get(pk=sharing.pk)
    item_published.send(sender=Sharing, sharing=row, page=row.page.specific, actor=actor, at=at)


def check_proposal(sharing: Sharing) -> None:
    """Raise AboveCeiling where what is proposed for a first publication goes too far already today."""
    if sharing.first_shared_at is None:
        proposal = sharing.proposal
        check_state(proposal.marking, proposal.state, widest_allowed(proposal.marking, sharing.element, sharing.owner))
