"""What the editorial workflow does when something happens elsewhere."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver
from wagtail.models import WorkflowState

from cms.sharing.models import Sharing
from cms.sharing.signals import proposal_changed
from cms.users.models import User
from content_types.models import ContentPage
from content_types.signals import draft_opened, draft_saved, draft_saving
from workflows.models import Validation
from workflows.plans import call_off
from workflows.presence import demand_unlocked, opened
from workflows.selectors import review_of


@receiver(draft_saved)
def take_back_what_waits(page: ContentPage, actor: User, at: datetime, **_signal: Any) -> None:
    """A new version of a text that waits makes it a draft again, and takes back a later publication: nobody approves
    what they have not seen, and the clock publishes what was approved."""
    _draft_again(page.sharing, actor, at)


@receiver(proposal_changed)
def take_back_what_goes_further(sharing: Sharing, actor: User, at: datetime, **_signal: Any) -> None:
    """So does a change of whose a draft is, or of who is to read it: that is validated and approved with the text.
    Nobody changes it while somebody else keeps the draft locked."""
    demand_unlocked(sharing, actor, at)
    Validation.objects.filter(revision=sharing.page.latest_revision_id).delete()
    _draft_again(sharing, actor, at)


def _draft_again(sharing: Sharing, actor: User, at: datetime) -> None:
    review = review_of(sharing.page_id)
    if review is not None and review.status == WorkflowState.STATUS_IN_PROGRESS:
        review.cancel(user=actor)
    call_off(sharing=sharing, actor=actor, at=at)


@receiver(draft_saving)
def refuse_what_is_locked(page: ContentPage, actor: User, at: datetime, **_signal: Any) -> None:
    """Let nobody save a text that somebody else keeps locked."""
    demand_unlocked(page.sharing, actor, at)


@receiver(draft_opened)
def note_opening(sharing: Sharing, user: User, at: datetime, **_signal: Any) -> None:
    """Remember who is at work, for those who come next."""
    opened(sharing=sharing, user=user, at=at)
