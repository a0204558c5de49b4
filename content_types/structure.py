"""Which structure pages a viewer may see, and the navigation made of them."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from wagtail.models import Page

from cms.core.snapshot import once
from cms.sharing.viewers import viewer_tokens
from cms.users.models import User
from content_types.models import ElementPage, HomePage, TopicPage

Viewer = User | AnonymousUser | None


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the navigation."""

    title: str
    url: str
    description: str = ""
    current: bool = False
    topics: tuple["Link", ...] = ()


def competent_elements(viewer: Viewer, at: datetime) -> frozenset[str]:
    """Return the codes of the elements that one of the viewer's valid reading memberships is competent for."""
    return frozenset(token.split(":")[0] for token in viewer_tokens(viewer, at) if ":" in token)


def visible_element_pages(viewer: Viewer, at: datetime) -> list[ElementPage]:
    """Return the live element pages that are open to all or of an element the viewer is competent for, in order."""
    codes = competent_elements(viewer, at)
    return [page for page in _element_pages() if page.open_to_all or page.element.code in codes]


def _element_pages() -> tuple[ElementPage, ...]:
    rows = ElementPage.objects.live().select_related("element").order_by("path")
    return once("element pages", lambda: tuple(rows))


def topic_pages() -> tuple[TopicPage, ...]:
    """Return the live topic pages, in order; read once in a request that only reads."""
    return once("topic pages", lambda: tuple(TopicPage.objects.live().order_by("path")))


def may_see_structure(page: Page, viewer: Viewer, at: datetime) -> bool:
    """Tell whether the viewer may see this structure page: open to all, or below an element of theirs."""
    if isinstance(page, HomePage):
        return page.open_to_all or bool(viewer and viewer.is_authenticated)
    if isinstance(page, (ElementPage, TopicPage)) and page.open_to_all:
        return True
    return any(page.path.startswith(element.path) for element in visible_element_pages(viewer, at))


def structure_page(path: str) -> Page | None:
    """Return the live home, element or topic page at a path below the site's root such as `early-warning/`."""
    home = HomePage.objects.live().first()
    if home is None or not path:
        return home
    page = Page.objects.live().filter(url_path=f"{home.url_path}{path}").first()
    specific = None if page is None else page.specific
    return specific if isinstance(specific, (ElementPage, TopicPage)) else None


def navigation(viewer: Viewer, at: datetime, path: str) -> tuple[Link, ...]:
    """Return the visible elements with their topics; `current` marks the part that the address lies in."""
    elements = visible_element_pages(viewer, at)
    topics = topic_pages() if elements else ()
    return tuple(_element_link(element, topics, path) for element in elements)


def _element_link(element: ElementPage, topics: tuple[TopicPage, ...], path: str) -> Link:
    url = page_address(element)
    below = tuple(
        Link(title=topic.title, url=page_address(topic), description=topic.search_description)
        for topic in topics
        if topic.path.startswith(element.path)
    )
    return Link(
        title=element.heading,
        url=url,
        description=element.element.account,
        current=path.startswith(url),
        topics=below,
    )


def page_address(page: Page) -> str:
    """Return the address of a structure page: its path below home (root and home are the first two parts).

    Wagtail's own `url` asks the cache for the roots of sites, in every request.
    """
    return "/" + "/".join(page.url_path.split("/")[2:])
