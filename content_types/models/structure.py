"""Structure pages, kept by the Commission. They are not items: their titles must not disclose anything."""

import re
from html import unescape
from typing import Any, ClassVar

from django.db import models
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from cms.elements.models import Element
from content_types.draft_scope import whole_tree
from content_types.permissions import FolderTester, HomeTester, StructureTester, TopicTester

TITLE = FieldPanel(
    "title", classname="title", help_text=_("Readers see it in the navigation; it must not disclose anything.")
)


_PARAGRAPH = re.compile(r"<p[^>]*>([^<]+)</p>")


def paragraph(text: str) -> str:
    """Return the text as the HTML of an introduction; an empty one stays empty."""
    return format_html("<p>{}</p>", text) if text else ""


class StructurePage(Page):
    """What home, element and topic pages share: an introduction, and whether it is public."""

    introduction = RichTextField(_("introduction"), blank=True, features=["bold", "italic", "ul", "ol"])
    open_to_all = models.BooleanField(
        _("public"),
        default=False,
        help_text=_("Title and introduction are shown to everyone, also without signing in."),
    )

    promote_panels: ClassVar[list[FieldPanel]] = []
    settings_panels: ClassVar[list[FieldPanel]] = []
    preview_modes: ClassVar[list[tuple[str, str]]] = []
    # the explorer shows the order that readers see, and lets curators change it
    admin_default_ordering = "ord"

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> StructureTester:
        """Return what the person may do with the page in the editing interface."""
        return StructureTester(user, self)

    @property
    def heading(self) -> str:
        """The title that readers see."""
        return str(self.title)

    @property
    def opening(self) -> str:
        """The introduction that readers see, as HTML with Wagtail's own links; in their language while it is still the
        one paragraph that the page was made with."""
        first = _PARAGRAPH.fullmatch(self.introduction)
        return paragraph(gettext(unescape(first[1]))) if first else str(self.introduction)


class HomePage(StructurePage):
    """The start page of the reader site."""

    content_panels: ClassVar[list[FieldPanel]] = [
        TITLE,
        FieldPanel("introduction"),
        FieldPanel("open_to_all"),
    ]
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["content_types.ElementPage", "content_types.ItemFolder"]
    max_count = 1

    class Meta:
        verbose_name = _("home page")

    def permissions_for_user(self, user: Any) -> StructureTester:
        """Return what the person may do with the page in the editing interface."""
        return HomeTester(user, self)


class ElementPage(StructurePage):
    """The landing page of one element."""

    element = models.OneToOneField(Element, on_delete=models.PROTECT, related_name="page", verbose_name=_("element"))

    content_panels: ClassVar[list[FieldPanel]] = [
        TITLE,
        FieldPanel("introduction"),
        FieldPanel("open_to_all"),
    ]
    parent_page_types: ClassVar[list[str]] = ["content_types.HomePage"]
    subpage_types: ClassVar[list[str]] = ["content_types.TopicPage"]

    class Meta:
        verbose_name = _("element page")

    @property
    def heading(self) -> str:
        """The title; in the reader's language while it is a first element's own."""
        return gettext(self.title)


class TopicPage(StructurePage):
    """A topic below an element."""

    content_panels: ClassVar[list[FieldPanel]] = [
        TITLE,
        FieldPanel("introduction"),
        FieldPanel("open_to_all"),
    ]
    parent_page_types: ClassVar[list[str]] = ["content_types.ElementPage", "content_types.TopicPage"]
    subpage_types: ClassVar[list[str]] = ["content_types.TopicPage"]

    class Meta:
        verbose_name = _("topic page")

    def permissions_for_user(self, user: Any) -> StructureTester:
        """Return what the person may do with the page in the editing interface."""
        return TopicTester(user, self)


class ItemFolder(Page):
    """The one place in the tree below which items live; an item's element and owner are facts, not places."""

    parent_page_types: ClassVar[list[str]] = ["content_types.HomePage"]
    subpage_types: ClassVar[list[str]] = ["content_types.Bulletin", "content_types.Alert"]
    max_count = 1

    class Meta:
        verbose_name = _("folder of items")

    def permissions_for_user(self, user: Any) -> FolderTester:
        """Return what the person may do with the folder in the editing interface."""
        return FolderTester(user, self)

    def add_child(self, **kwargs: Any) -> Page:
        """Add an item after the last one, whosever that is; the folder's row is locked, so two at once queue up."""
        with whole_tree():
            return super().add_child(**kwargs)
