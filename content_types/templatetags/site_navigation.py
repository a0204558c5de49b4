"""What every page of the reader site shows around its content."""

from typing import Any

from django import template

from cms.organisations.enums import Role
from cms.sharing.viewers import membership_reaches
from content_types.structure import Link, navigation

register = template.Library()
_EDITING_ROLES = frozenset({Role.AUTHOR, Role.APPROVER, Role.DECIDER, Role.LIAISON_OFFICER, Role.CURATOR})


@register.simple_tag(takes_context=True)
def site_navigation(context: dict[str, Any]) -> tuple[Link, ...]:
    """Return the elements and topics that the viewer may see."""
    request = context.get("request")
    if request is None or not hasattr(request, "viewer"):
        return ()
    return navigation(request.viewer, request.at, request.path)


@register.simple_tag(takes_context=True)
def may_edit(context: dict[str, Any]) -> bool:
    """Tell whether the viewer has a role that writes or manages."""
    request = context.get("request")
    if request is None or not hasattr(request, "viewer") or request.viewer.pk is None:
        return False
    viewer = request.viewer
    return any(reach.role in _EDITING_ROLES for reach in membership_reaches([viewer.pk], request.at))
