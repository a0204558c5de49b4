"""What every page of the reader site shows around its content."""

from typing import Any

from django import template

from cms.organisations.selectors import has_business
from content_types.structure import Link, navigation

register = template.Library()


@register.simple_tag(takes_context=True)
def site_navigation(context: dict[str, Any]) -> tuple[Link, ...]:
    """Return the elements and topics that the viewer may see."""
    request = context.get("request")
    if request is None or not hasattr(request, "viewer"):
        return ()
    return navigation(request.viewer, request.at, request.path)


@register.simple_tag(takes_context=True)
def may_edit(context: dict[str, Any]) -> bool:
    """Tell whether the viewer has something to write or to manage."""
    request = context.get("request")
    if request is None or not hasattr(request, "viewer") or request.viewer.pk is None:
        return False
    return has_business(request.viewer, request.at)
