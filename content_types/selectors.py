"""The two ways to content for a reader: many through `visible_to`, one through `get_visible_content`."""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from cms.sharing.selectors import get_visible_sharing
from cms.users.models import User
from content_types.models import ContentPage


def get_visible_content(user: User | AnonymousUser | None, uuid: UUID, at: datetime) -> ContentPage:
    """Return the item's live page; raises the one Http404 for absent and hidden items alike."""
    sharing = get_visible_sharing(user, uuid, at)
    if sharing is None:
        raise Http404
    page = cast("ContentPage", sharing.page.specific)
    page.sharing = sharing
    return page
