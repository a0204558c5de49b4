"""What the top of each page of the reader site counts."""

from typing import Any
from uuid import UUID

from django import template

from cms.desk.selectors import Counts, counts_for, standing
from cms.users.models import User

register = template.Library()


@register.simple_tag(takes_context=True)
def header_counts(context: dict[str, Any]) -> Counts:
    """Return what waits for the viewer, in numbers."""
    request = context.get("request")
    viewer = getattr(request, "viewer", None)
    return counts_for(viewer, request.at) if request is not None and isinstance(viewer, User) else Counts()


@register.simple_tag(takes_context=True)
def watches(context: dict[str, Any], url: str) -> bool:
    """Tell whether the viewer watches the item at `/i/<identifier>/`."""
    viewer = getattr(context.get("request"), "viewer", None)
    identifier = UUID(url.strip("/").rpartition("/")[2])
    return isinstance(viewer, User) and standing(viewer.pk, identifier).watched
