"""What every page of the reader site shows around its content."""

from typing import Any

from django import template

from content_types.structure import Link, navigation

register = template.Library()


@register.simple_tag(takes_context=True)
def site_navigation(context: dict[str, Any]) -> tuple[Link, ...]:
    """Return the elements and topics that the viewer may see."""
    request = context.get("request")
    if request is None or not hasattr(request, "viewer"):
        return ()
    return navigation(request.viewer, request.at, request.path)
