"""Retention in Wagtail's menu."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from content_types.draft_scope import current_viewer


class _RetentionItem(MenuItem):
    def is_shown(self, request: object) -> bool:
        viewer = current_viewer()
        return viewer is not None and viewer.may_enter


@hooks.register("register_admin_menu_item")
def retention_item() -> MenuItem:
    """How long own items are kept."""
    return _RetentionItem(_("Retention"), reverse("retention:overview"), name="retention", icon_name="date", order=340)
