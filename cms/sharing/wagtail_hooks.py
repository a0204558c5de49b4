"""The sharing of many items in the menu of the editing interface."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.sharing.rights import RIGHTS


class _SharingItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        """Show it to those who hold a role that narrows."""
        viewer: Any = getattr(request, "draft_viewer", None)
        return viewer is not None and any(reach.role in RIGHTS["narrow"] for reach in viewer.reaches)


@hooks.register("register_admin_menu_item")
def sharing_item() -> MenuItem:
    """The sharing of many items."""
    return _SharingItem(_("Sharing"), reverse("sharing:bulk"), name="sharing", icon_name="group", order=35)
