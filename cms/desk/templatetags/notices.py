"""The bell of the reader site."""

from typing import Any

from django import template

from cms.desk.selectors import unread_number

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_notices(context: dict[str, Any]) -> int:
    """Return how many notices the viewer has not read."""
    request = context.get("request")
    viewer = getattr(request, "viewer", None)
    if request is None or viewer is None or viewer.pk is None:
        return 0
    return unread_number(viewer, request.at)
