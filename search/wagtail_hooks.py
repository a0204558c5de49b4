"""Synonyms in the menu of curators."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from content_types.draft_scope import current_viewer


class _ForCurators(MenuItem):
    """An item that curators see."""

    def is_shown(self, request: HttpRequest) -> bool:
        viewer = current_viewer()
        return viewer is not None and viewer.is_curator


@hooks.register("register_admin_menu_item")
def synonyms_item() -> MenuItem:
    """Synonyms of search."""
    return _ForCurators(_("Synonyms"), reverse("synonyms"), name="synonyms", icon_name="openquote", order=320)
