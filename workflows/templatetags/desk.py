"""Words of the desk's pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.core.instants import day_of
from cms.sharing.models import Sharing
from cms.users.models import User
from content_types.draft_scope import serving_viewer
from workflows.models import DraftLock
from workflows.names import told_name
from workflows.presence import AtWork, lock_of, others_at_work

register = template.Library()


@register.filter
def age(since: datetime | None, at: datetime) -> str:
    """Return how long ago an instant was, in whole UTC days."""
    if since is None:
        return ""
    days = (day_of(at) - day_of(since)).days
    if days < 1:
        return _("today")
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


@register.simple_tag
def name_of(user: User | None) -> str:
    """Return a person's name inside one's own participant, and of others that they are others."""
    return told_name(user, serving_viewer(AnonymousUser()))


@register.simple_tag(takes_context=True)
def at_work(context: dict[str, Any], sharing: Sharing) -> Sequence[AtWork]:
    """Return who else has the editor of this item open."""
    request = context["request"]
    return others_at_work(sharing, request.viewer, request.at)


@register.simple_tag(takes_context=True)
def draft_lock(context: dict[str, Any], sharing: Sharing) -> DraftLock | None:
    """Return the lock on this item's text."""
    return lock_of(sharing, context["request"].at)
