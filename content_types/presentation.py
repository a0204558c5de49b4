"""Items as the reader site shows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from cms.documents.rules import may_keep
from cms.organisations.models import Organisation
from cms.sharing.enums import Marking, UseLimit
from cms.sharing.models import Sharing
from cms.sharing.notices import notices_on
from cms.sharing.rules import Ask, allowed, may_act
from cms.sharing.selectors import access_ends
from content_types.models import ContentPage
from content_types.structure import Viewer, may_see_structure, page_address, topic_pages
from content_types.vocabularies import country_name

# after the Traffic Light Protocol, version 2.0 (FIRST)
MARKING_MEANINGS = {
    Marking.RED: gettext_lazy("For the named persons only."),
    Marking.AMBER_STRICT: gettext_lazy("For the named organisations and persons only."),
    Marking.AMBER: gettext_lazy("For the named recipients, where they need to know."),
    Marking.GREEN: gettext_lazy("For everyone competent in the network; not public."),
    Marking.CLEAR: gettext_lazy("May be disclosed without limit."),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """An item in a list."""

    id: UUID
    title: str
    url: str
    summary: str
    element: str
    element_title: str
    owner: str
    owner_title: str
    marking: str
    published_at: datetime | None
    type_title: str
    countries: tuple[str, ...]
    language: str
    reference: str


def hits(sharings: Sequence[Sharing]) -> list[Hit]:
    """Return the items of rows that the caller has found visible, in their order, in a fixed number of queries."""
    pages = {page.pk: page for page in Page.objects.filter(pk__in=[row.page_id for row in sharings]).specific()}
    return [_hit(sharing, pages[sharing.page_id]) for sharing in sharings]


def _hit(sharing: Sharing, page: ContentPage) -> Hit:
    return Hit(
        id=sharing.uuid,
        title=page.title,
        url=page.item_url,
        summary=page.summary,
        element=sharing.element.key,
        element_title=sharing.element.name,
        owner=sharing.owner.key,
        owner_title=sharing.owner.name,
        marking=sharing.marking,
        published_at=sharing.first_shared_at,
        type_title=page.item_type_title,
        countries=country_names(sharing.countries),
        language=page.language,
        reference=sharing.reference,
    )


def country_names(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the countries' names in the language of the interface, in alphabetical order."""
    return tuple(sorted(country_name(code) for code in codes))


def item_context(page: ContentPage, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """Return what the item page and its print view need, for an item that the viewer may see."""
    return {
        "page": page,
        "item": _item(page, viewer, at),
        "handling": handling(page.sharing, page.review_date, viewer, at),
        "actions": _actions(page, viewer, at),
        "owner_notices": notices_on(page.sharing, viewer, at),
    }


def _item(page: ContentPage, viewer: Viewer, at: datetime) -> dict[str, Any]:
    sharing, attachments = page.sharing, page.attachments()
    return {
        "title": page.title,
        "summary": page.summary,
        "body": page.rendered_body(),
        "own_facts": page.own_facts(),
        "attachments": attachments,
        "attachments_kept": bool(attachments) and may_keep(viewer, sharing, at),
        "url": page.item_url,
        "reference": sharing.reference,
        "language": page.language,
        "language_title": page.get_language_display(),
        "information_date": page.information_date,
        "information_until": page.information_until,
        "countries": country_names(sharing.countries),
        "level": page.get_level_display(),
        "reliability": page.get_reliability_display(),
        "accuracy": page.get_accuracy_display(),
        "published_at": sharing.first_shared_at,
        "element_title": sharing.element.name,
        "topic": _topic(page, viewer, at),
        "type_title": page.item_type_title,
    }


def _topic(page: ContentPage, viewer: Viewer, at: datetime) -> dict[str, str] | None:
    # an item may be open to somebody for whom its topic is not: then the topic's title stays away too
    topic = next((topic for topic in topic_pages() if topic.pk == page.topic_id), None)
    if topic is None or not may_see_structure(topic, viewer, at):
        return None
    return {"title": topic.title, "url": page_address(topic)}


def handling(sharing: Sharing, review_date: date | None, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """Return how the viewer may use the item: owner, marking, limits, whom to ask, until when."""
    return {
        "owner": sharing.owner.name,
        "participant": _participant_name(sharing),
        "marking": sharing.marking,
        "marking_meaning": MARKING_MEANINGS[Marking(sharing.marking)],
        "use_limits": [UseLimit(limit).label for limit in sharing.use_limits],
        "copies_allowed": sharing.copies_allowed,
        "contact": _("Contact point of %(owner)s") % {"owner": sharing.owner.name},
        "review_date": review_date,
        "state_title": sharing.get_state_display(),
        "until": access_ends(sharing, viewer, at),
    }


def _participant_name(sharing: Sharing) -> str:
    # read with the item where it was asked for as an item that the viewer may see
    known: str | None = getattr(sharing, "participant_name", None)
    return known or Organisation.objects.get(pk=sharing.owner.participant_id).name


def _actions(page: ContentPage, viewer: Viewer, at: datetime) -> dict[str, str | None]:
    sharing = page.sharing
    # whoever may put the item in quarantine has no need to flag it; an order needs no link here
    hides = may_act("quarantine", viewer, Ask(sharing, at))

    def offered(action: str, url: str) -> str | None:
        return url if allowed(viewer, action, sharing, at) else None

    return {
        "edit_url": offered("edit", reverse("wagtailadmin_pages:edit", args=[page.pk])),
        "sharing_url": offered("see_readers", reverse("sharing:item", args=[sharing.uuid])),
        "move_url": offered("move", reverse("workflows:move", args=[page.sharing.uuid])),
        "print_url": offered("export", reverse("item-print", args=[sharing.uuid])),
        "quarantine_url": reverse("sharing:act", args=[sharing.uuid, "quarantine"]) if hides else None,
        "flag_url": None if hides else offered("flag", reverse("flag", args=[sharing.uuid])),
    }
