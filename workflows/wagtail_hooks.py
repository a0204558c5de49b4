"""The desk in Wagtail's menu."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from content_types.draft_scope import current_viewer
from workflows.selectors import writes


@hooks.register("register_admin_menu_item")
def desk_item() -> MenuItem:
    """What there is to do."""
    return MenuItem(_("Desk"), reverse("wagtailadmin_home"), name="desk", icon_name="home", order=10)


class _WriteItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        viewer: Any = current_viewer()
        return viewer is not None and writes(viewer)


@hooks.register("register_admin_menu_item")
def write_item() -> MenuItem:
    """A new bulletin, for those who write."""
    return _WriteItem(_("Write a bulletin"), reverse("workflows:write"), name="write", icon_name="plus", order=20)


@hooks.register("register_admin_menu_item")
def bulletins_item() -> MenuItem:
    """All items one works on."""
    return MenuItem(_("Items"), reverse("workflows:bulletins"), name="bulletins", icon_name="list-ul", order=30)


@hooks.register("register_admin_menu_item")
def workflow_item() -> MenuItem:
    """How an item goes from draft to readers, and who validates what."""
    return MenuItem(_("Workflow"), reverse("workflows:workflow"), name="workflow", icon_name="tasks", order=350)
