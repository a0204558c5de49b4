"""Words of the desk's pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.core.instants import day_of
from cms.sharing.models import Sharing
from workflows.models import DraftLock
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


@register.simple_tag(takes_context=True)
def at_work(context: dict[str, Any], sharing: Sharing) -> Sequence[AtWork]:
    """Return who else has the editor of this item open."""
    request = context["request"]
    return others_at_work(sharing, request.viewer, request.at)


@register.simple_tag(takes_context=True)
def draft_lock(context: dict[str, Any], sharing: Sharing) -> DraftLock | None:
    """Return the lock on this item's text."""
    return lock_of(sharing, context["request"].at)
