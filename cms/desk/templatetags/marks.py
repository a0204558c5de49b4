"""Marks beside the items of a list."""

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any
from uuid import UUID

from django import template

from cms.desk.marks import Mark, marks
from cms.users.models import User

register = template.Library()


@register.simple_tag(takes_context=True)
def marks_of(context: dict[str, Any], rows: Iterable[Any], item: str, newest: bool = False) -> Mapping[UUID, Mark]:
    """Return the viewer's marks of a list's items, by identifier; none for whoever is not signed in.

    `item` says where a row has the item's identifier (`id`, `sharing.uuid`); `newest` that the list is about the
    newest versions, for those who work on them.
    """
    request = context.get("request")
    viewer = getattr(request, "viewer", None)
    if request is None or not isinstance(viewer, User):
        return {}
    identifiers = [identifier for row in rows if (identifier := attrgetter(item)(row)) is not None]
    return marks(viewer.pk, identifiers, request.at, newest=newest)


@register.filter
def mark_of(found: Mapping[UUID, Mark], identifier: UUID) -> Mark | None:
    """Return the mark of one of the list's items, if it has one."""
    return found.get(identifier)
