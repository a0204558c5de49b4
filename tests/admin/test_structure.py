"""Curators keep home, elements and topics in Wagtail's explorer; nobody else does."""

import json

import pytest
from django.urls import reverse

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from content_types.models import ElementPage, HomePage, ItemFolder, TopicPage
from tests.admin.answers import links
from tests.factories import make_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def element() -> ElementPage:
    page: ElementPage = ElementPage.objects.get(element__code="EW")
    return page


@pytest.fixture
def curator(house):
    return house.client("curator")


def rich(words: str) -> str:
    block = {"key": "aaaaa", "text": words, "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}
    return json.dumps({"blocks": [block], "entityMap": {}})


def topic(element: ElementPage, title: str = "Sea routes") -> TopicPage:
    page: TopicPage = ElementPage.objects.get(pk=element.pk).add_child(instance=TopicPage(title=title))
    return page


def changes() -> list[str]:
    events = AuditEvent.objects.filter(event=Event.STRUCTURE_CHANGED).order_by("pk")
    return [event.details["change"] for event in events]


def test_the_explorer_shows_structure_and_no_items(house, curator):
    make_item(owner=house.commission, author=house.curator, title="canary of the Commission")
    text = curator.get(reverse("wagtailadmin_explore", args=[HomePage.objects.get().pk])).content.decode()
    assert "Early warning" in text
    assert "canary" not in text
    assert curator.get(reverse("wagtailadmin_explore", args=[ItemFolder.objects.get().pk])).status_code == 404


def test_a_curator_makes_and_publishes_a_topic(element, curator):
    address = reverse("wagtailadmin_pages:add", args=["content_types", "topicpage", element.pk])
    assert curator.get(address).status_code == 200
    fields = {"title": "Sea routes", "introduction": rich("About the sea."), "action-publish": "1"}
    assert curator.post(address, fields).status_code == 302
    page = TopicPage.objects.get()
    assert (page.live, page.slug, page.get_parent().pk) == (True, "sea-routes", element.pk)
    assert changes() == ["created"]


def test_a_curator_renames_an_element(element, curator):
    address = reverse("wagtailadmin_pages:edit", args=[element.pk])
    fields = {"title": "Early warnings", "introduction": rich("New words."), "action-publish": "1"}
    assert curator.post(address, fields).status_code == 302
    element.refresh_from_db()
    assert (element.title, element.element.code) == ("Early warnings", "EW")
    assert changes() == ["edited"]


def test_a_curator_moves_a_topic_and_sees_only_places_that_hold_topics(element, curator):
    page = topic(element)
    other = ElementPage.objects.get(element__code="RE")
    address = reverse("wagtailadmin_pages:move", args=[page.pk])
    offered = curator.get(address).context["move_form"].fields["new_parent_page"].queryset
    assert ItemFolder.objects.get().pk not in offered.values_list("pk", flat=True)
    chosen = curator.post(address, {"new_parent_page": other.pk})
    assert chosen.url == reverse("wagtailadmin_pages:move_confirm", args=[page.pk, other.pk])
    assert curator.post(chosen.url).status_code == 302
    assert TopicPage.objects.get().get_parent().pk == other.pk
    assert changes() == ["moved"]


def test_a_curator_puts_elements_in_order(curator):
    last = ElementPage.objects.order_by("path").last()
    address = reverse("wagtailadmin_pages:set_page_position", args=[last.pk])
    assert curator.post(address + "?position=0").status_code == 200
    assert ElementPage.objects.order_by("path").first().pk == last.pk
    assert changes() == ["reordered"]


def test_a_curator_unpublishes_and_deletes_an_empty_topic(element, curator):
    page = topic(element)
    assert curator.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk])).status_code == 302
    assert curator.post(reverse("wagtailadmin_pages:delete", args=[page.pk])).status_code == 302
    assert not TopicPage.objects.exists()
    assert changes() == ["unpublished", "deleted"]


def test_what_has_something_below_it_stays(element, curator):
    upper = topic(element)
    upper.add_child(instance=TopicPage(title="Lower"))
    curator.post(reverse("wagtailadmin_pages:delete", args=[upper.pk]))
    assert TopicPage.objects.count() == 2


def test_home_and_elements_are_not_taken_away(element, curator):
    home = HomePage.objects.get()
    for page in (home, element):
        assert curator.post(reverse("wagtailadmin_pages:delete", args=[page.pk])).status_code == 404
        assert curator.post(reverse("wagtailadmin_pages:move", args=[page.pk])).status_code == 404
    curator.post(reverse("wagtailadmin_pages:unpublish", args=[home.pk]))
    assert HomePage.objects.get().live


@pytest.mark.parametrize("who", ["author", "approver", "decider", "liaison"])
def test_nobody_else_keeps_structure(house, element, who):
    page = topic(element)
    client = house.client(who)
    for address in (
        reverse("wagtailadmin_explore", args=[element.pk]),
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        reverse("wagtailadmin_pages:delete", args=[page.pk]),
        reverse("wagtailadmin_pages:add", args=["content_types", "topicpage", element.pk]),
        reverse("wagtailadmin_pages:set_page_position", args=[page.pk]) + "?position=0",
    ):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404


@pytest.mark.parametrize("who", ["author", "approver", "decider", "liaison", "curator"])
def test_no_link_or_menu_entry_leads_nowhere(house, element, who):
    make_item(owner=house.border, author=house.author, state="restricted", recipients=[house.france])
    make_item(owner=house.commission, author=house.curator)
    topic(element)
    client = house.client(who)
    waiting, visited = {"/cms/"}, {"/cms/logout/"}  # signing out is no page
    dead: set[str] = set()
    while waiting:
        address = waiting.pop()
        visited.add(address)
        response = client.get(address, follow=True)
        # 405: a form or a script posts there
        dead |= {address} if response.status_code >= 400 and response.status_code != 405 else set()
        waiting |= links(response.content.decode()) - visited
    assert sorted(dead) == []
    assert len(visited) > 3
