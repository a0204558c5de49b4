"""Content as Wagtail pages: structure pages, and items on one abstract page."""

from content_types.models.alert import Alert
from content_types.models.bulletin import Bulletin
from content_types.models.content import ContentPage
from content_types.models.structure import ElementPage, HomePage, ItemFolder, TopicPage

__all__ = ["Alert", "Bulletin", "ContentPage", "ElementPage", "HomePage", "ItemFolder", "TopicPage"]
