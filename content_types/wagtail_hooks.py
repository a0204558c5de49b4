"""Our part of Wagtail's editing interface."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import admin_search_areas
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Page

from content_types.draft_scope import serving_viewer
from content_types.models import HomePage
from content_types.trail import record_structure_changed
from content_types.viewsets import VIEWSETS

# everything else that Wagtail puts into its menu leads to what is closed
_OURS = frozenset(
    {
        "bulletins",
        "desk",
        "explain",
        "inspect",
        "memberships",
        "organisations",
        "own-organisations",
        "people",
        "quarantine",
        "reader-site",
        "record",
        "retention",
        "sharing",
        "structure",
        "synonyms",
        "workflow",
        "working-groups",
        "write",
    }
)
# what is for those who edit alone
_EDITORS = frozenset({"desk", "bulletins", "retention", "workflow", "write"})

# search is on the reader site, and on the list of items; Wagtail's own is closed
admin_search_areas.registered_search_areas = []


@hooks.register("construct_admin_api")
def name_missing_endpoints(router: Any) -> None:
    """Give a name to what Wagtail's pages expect: they ask for the addresses of APIs that are not installed here.

    All routes of this API are closed.
    """
    for name in ("documents", "images"):
        router.register_endpoint(name, PagesAdminAPIViewSet)


@hooks.register("register_admin_viewset")
def viewsets() -> Sequence[ViewSet]:
    """Put our views in place of Wagtail's."""
    return VIEWSETS


@hooks.register("construct_main_menu", order=1000)
def keep_our_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave in the menu what leads somewhere."""
    hidden = frozenset() if serving_viewer(request.user).may_enter else _EDITORS
    items[:] = [item for item in items if item.name in _OURS - hidden]


class _CuratorItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return serving_viewer(request.user).is_curator

    def render_component(self, request: HttpRequest) -> Any:
        self.url = reverse("wagtailadmin_explore", args=[HomePage.objects.values_list("pk", flat=True).get()])
        return super().render_component(request)


@hooks.register("register_admin_menu_item")
def structure_item() -> MenuItem:
    """The structure of the reader site, for curators."""
    return _CuratorItem(_("Structure"), "", name="structure", icon_name="folder-open-inverse", order=400)


@hooks.register("register_admin_menu_item")
def reader_site_item() -> MenuItem:
    """The way back."""
    return MenuItem(_("Reader site"), "/", name="reader-site", icon_name="site", order=9000)


@hooks.register("construct_page_action_menu")
def keep_what_is_open(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Leave publishing, saving and unpublishing of structure pages, in this order."""
    order = ["action-publish", "action-save-draft", "action-unpublish"]
    kept = [item for item in menu_items if item.name in order]
    menu_items[:] = sorted(kept, key=lambda item: order.index(item.name))


@hooks.register("insert_global_admin_css")
def css() -> SafeString:
    """Our style on top of Wagtail's."""
    return format_html('<link rel="stylesheet" href="{}">', static("iconet/cms.css"))


@hooks.register("insert_global_admin_js")
def js() -> SafeString:
    """Filters for long lists of ticks."""
    return format_html('<script src="{}" defer></script>', static("iconet/cms.js"))


@hooks.register("after_create_page")
def created(request: HttpRequest, page: Page) -> None:
    """Put on record."""
    record_structure_changed(serving_viewer(request.user), page.pk, "created")


@hooks.register("after_edit_page")
def edited(request: HttpRequest, page: Page) -> None:
    """Put on record."""
    record_structure_changed(serving_viewer(request.user), page.pk, "edited")


@hooks.register("after_delete_page")
def deleted(request: HttpRequest, page: Page) -> None:
    """Put on record."""
    record_structure_changed(serving_viewer(request.user), page.pk, "deleted")


@hooks.register("after_move_page")
def moved(request: HttpRequest, page: Page) -> None:
    """Put on record."""
    record_structure_changed(serving_viewer(request.user), page.pk, "moved")


@hooks.register("after_unpublish_page")
def unpublished(request: HttpRequest, page: Page) -> None:
    """Put on record."""
    record_structure_changed(serving_viewer(request.user), page.pk, "unpublished")
