"""What the editorial workflow does when something happens elsewhere."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver
from wagtail.models import WorkflowState

from cms.sharing.models import Sharing
from cms.users.models import User
from content_types.models import ContentPage
from content_types.signals import draft_opened, draft_saved, draft_saving
from workflows.plans import call_off
from workflows.presence import demand_unlocked, opened
from workflows.selectors import review_of


@receiver(draft_saved)
def take_back_what_waits(page: ContentPage, actor: User, at: datetime, **_signal: Any) -> None:
    """A new version of a text that waits makes it a draft again, and takes back a later publication: nobody approves
    what they have not seen, and the clock publishes what was approved."""
    review = review_of(page.pk)
    if review is not None and review.status == WorkflowState.STATUS_IN_PROGRESS:
        review.cancel(user=actor)
    call_off(sharing=page.sharing, actor=actor, at=at)


@receiver(draft_saving)
def refuse_what_is_locked(page: ContentPage, actor: User, at: datetime, **_signal: Any) -> None:
    """Let nobody save a text that somebody else keeps locked."""
    demand_unlocked(page.sharing, actor, at)


@receiver(draft_opened)
def note_opening(sharing: Sharing, user: User, at: datetime, **_signal: Any) -> None:
    """Remember who is at work, for those who come next."""
    opened(sharing=sharing, user=user, at=at)
