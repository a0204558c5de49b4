"""The structure of the site, and the texts of items."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext_noop
from wagtail.models import Locale, Page, Site

from cms.elements.models import Element
from content_types.models import ElementPage, HomePage, ItemFolder
from content_types.models.structure import paragraph

_WELCOME = gettext_noop(
    "What the migration services of the Member States, the Commission and the agencies of the Union share with each "
    "other. The owner of each item decides who reads it."
)


@transaction.atomic
def ensure_structure(**_signal: Any) -> None:
    """Create what is missing of root, home, element pages and folder of items; safe to run at any time.

    Curators rename, reorder and move what is there; nothing of theirs is touched.
    """
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    home = HomePage.objects.first() or _create_home()
    for element in Element.objects.filter(page__isnull=True):
        home.add_child(
            instance=ElementPage(
                title=element.title, slug=element.key, element=element, introduction=paragraph(element.description)
            )
        )
    if not ItemFolder.objects.exists():
        home.add_child(instance=ItemFolder(title="Items", slug="items"))


def _create_home() -> HomePage:
    root = Page.objects.filter(depth=1).first()
    if root is None:
        content_type = ContentType.objects.get_for_model(Page)
        root = Page.add_root(instance=Page(title="Root", slug="root", content_type=content_type))
    # the welcome page that Wagtail's first migration brings
    Site.objects.all().delete()
    for page in root.get_children():
        page.delete()
    root.refresh_from_db()
    home: HomePage = root.add_child(instance=_home_page())
    Site.objects.create(
        hostname="localhost", root_page=home, is_default_site=True, site_name=settings.WAGTAIL_SITE_NAME
    )
    return home


def _home_page() -> HomePage:
    return HomePage(
        title="ICONet",
        slug="home",
        open_to_all=True,
        introduction=paragraph(_WELCOME),
    )
