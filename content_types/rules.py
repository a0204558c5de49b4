"""Who may enter the editing interface, asked by Wagtail under the name of its own permission."""

from typing import Any

from cms.core.permissions import register
from cms.users.models import User
from content_types.draft_scope import serving_viewer

ENTER = "wagtailadmin.access_admin"


def may_enter(user: Any, _object: Any = None) -> bool:
    """Tell whether the person has a role, valid now, that works in the editing interface."""
    return isinstance(user, User) and serving_viewer(user).may_enter


register({ENTER: may_enter})
