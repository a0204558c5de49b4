"""The reader site: structure pages, items, print views. Every answer to what one may not see is the same 404."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail.rich_text import expand_db_html

from cms.audit.enums import Event
from cms.audit.services import Entry, record
from cms.core.identifiers import uuid_or_404
from cms.sharing.models import Sharing
from cms.sharing.querysets import SharingQuerySet
from cms.sharing.rules import allowed
from cms.users.http import ViewerRequest
from content_types.models import Alert, Bulletin, ContentPage, ElementPage, HomePage, TopicPage
from content_types.presentation import hits, item_context
from content_types.selectors import get_visible_content
from content_types.signals import item_opened
from content_types.structure import Link, may_see_structure, navigation, page_address, structure_page

NEWEST = 20
NEWEST_ON_HOME = 10


def structure(request: ViewerRequest, path: str = "") -> HttpResponse:
    """Show home, an element page or a topic page with the newest items that the viewer may see."""
    viewer, at = request.viewer, request.at
    page = structure_page(path)
    if page is None:
        raise Http404
    if not may_see_structure(page, viewer, at):
        if isinstance(page, HomePage):
            return redirect_to_login(request.get_full_path())
        raise Http404
    introduction = mark_safe(expand_db_html(page.opening))  # noqa: S308 - cleaned by Wagtail's editor features
    context = {"page": page, "introduction": introduction} | _listing(request, page)
    return render(request, page.get_template(request), context)


def _listing(request: ViewerRequest, page: Page) -> dict[str, Any]:
    viewer, at = request.viewer, request.at
    visible: SharingQuerySet = Sharing.objects.visible_to(viewer, at)
    links = navigation(viewer, at, request.path)
    search_url = reverse("search")
    if isinstance(page, HomePage):
        return {"elements": links, "newest": _newest(visible, NEWEST_ON_HOME), "search_url": search_url}
    element_page = page if isinstance(page, ElementPage) else _element_above(page)
    visible = visible.filter(element=element_page.element)
    if isinstance(page, TopicPage):
        of_topic = [model.objects.filter(topic=page).values("pk") for model in (Bulletin, Alert)]
        visible = visible.filter(Q(page__in=of_topic[0]) | Q(page__in=of_topic[1]))
    return {
        "topics": _topics(links, element_page),
        "parent": {"title": element_page.heading, "url": page_address(element_page)},
        "newest": _newest(visible, NEWEST),
        "total": visible.count(),
        "search_url": f"{search_url}?element={element_page.element.key}",
    }


def _newest(visible: SharingQuerySet, number: int) -> list[Any]:
    rows = visible.select_related("element", "owner").order_by("-first_shared_at", "uuid")
    return hits(list(rows[:number]))


def _element_above(page: Page) -> ElementPage:
    above: ElementPage = ElementPage.objects.select_related("element").ancestor_of(page).get()
    return above


def _topics(links: tuple[Link, ...], element_page: ElementPage) -> tuple[Link, ...]:
    return next((link.topics for link in links if link.url == page_address(element_page)), ())


def item(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Show an item; the reading is recorded in the same transaction."""
    page = _visible(request, identifier)
    _record(request, page, Event.ITEM_VIEWED)
    if request.viewer.pk is not None:
        item_opened.send(sender=type(page), page=page, user_id=request.viewer.pk, at=request.at)
    context = item_context(page, request.viewer, request.at)
    return render(request, page.get_template(request), context)


def item_print(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Show the print view with the handling banner, where the owner allows copies; recorded apart."""
    page = _visible(request, identifier)
    viewer, at = request.viewer, request.at
    if not allowed(viewer, "export", page.sharing, at):
        message = _("The owner of this item does not allow copies.")
        return render(request, "403.html", {"message": message}, status=403)
    _record(request, page, Event.ITEM_PRINTED)
    return render(request, "content_types/print.html", item_context(page, viewer, at))


def _visible(request: ViewerRequest, identifier: str) -> ContentPage:
    return get_visible_content(request.viewer, uuid_or_404(identifier), request.at)


def _record(request: ViewerRequest, page: ContentPage, event: Event) -> None:
    sharing = page.sharing
    record(
        Entry(
            event=event,
            at=request.at,
            actor_id=request.viewer.pk,
            item=sharing.uuid,
            version=page.live_revision_id,
            owner_id=sharing.owner_id,
            marking=sharing.marking,
            rule="sharing.view",
        )
    )
