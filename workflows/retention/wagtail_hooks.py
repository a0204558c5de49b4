"""Retention in Wagtail's menu."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem


@hooks.register("register_admin_menu_item")
def retention_item() -> MenuItem:
    """How long own items are kept."""
    return MenuItem(_("Retention"), reverse("retention:overview"), name="retention", icon_name="date", order=340)
