"""Home, landing pages, items and print views as readers meet them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.core.instants import current_instant
from cms.sharing.services import Target, narrow, revoke
from content_types.models import ElementPage, HomePage, TopicPage
from tests.factories import make_item, make_organisation, make_participant, make_person, sign_in

pytestmark = pytest.mark.django_db
PAGE_QUERIES = 25


@pytest.fixture
def spain():
    return make_participant("es", country="ES")


@pytest.fixture
def france():
    return make_participant("fr", country="FR")


@pytest.fixture
def shared(spain, france):
    owner = make_organisation(parent=spain, key="es-border")
    return make_item(
        owner=owner,
        state="restricted",
        marking="AMBER",
        recipients=[france],
        title="Skiffs off the cape",
        countries=["MA"],
    )


def client_of(user) -> Client:
    return sign_in(Client(), user)


def item_url(sharing) -> str:
    return reverse("item", args=[sharing.uuid])


def test_a_recipient_reads_the_item_with_its_handling_banner(shared, france):
    response = client_of(make_person(france)).get(item_url(shared))
    assert response.status_code == 200
    text = response.content.decode()
    for expected in ("Skiffs off the cape", "TLP:AMBER", "Es-Border", shared.reference, "Morocco", "Contact point of"):
        assert expected in text


def test_hidden_absent_and_malformed_addresses_get_the_same_bytes_and_headers(shared):
    client = client_of(make_person(make_participant("it", country="IT")))
    addresses = [
        item_url(shared),
        reverse("item", args=[uuid4()]),
        f"/i/{str(shared.uuid).upper()}/",
        "/i/nothing/",
        f"/i/{shared.uuid}/print/",
        f"/i/{uuid4()}/print/",
        "/no-such-page/",
    ]
    answers = [client.get(address) for address in addresses]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1


def test_anonymous_visitors_get_the_same_answer_for_hidden_and_absent(shared):
    hidden, absent = Client().get(item_url(shared)), Client().get(reverse("item", args=[uuid4()]))
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content) == (404, absent.content)


def test_a_session_without_second_factor_is_nobody(shared, france):
    client = sign_in(Client(), make_person(france), second_factor=False)
    response = client.get(item_url(shared))
    assert response.status_code == 302
    assert "totp" in response.headers["Location"]


def test_reading_and_printing_are_recorded(shared, france):
    reader = make_person(france)
    client = client_of(reader)
    client.get(item_url(shared))
    client.get(reverse("item-print", args=[shared.uuid]))
    rows = AuditEvent.objects.filter(item=shared.uuid, actor_id=reader.pk).order_by("pk")
    assert [row.event for row in rows] == [Event.ITEM_VIEWED, Event.ITEM_PRINTED]
    assert {row.owner_id for row in rows} == {shared.owner_id}
    assert all(row.session for row in rows)


def test_the_print_view_names_reader_and_marking(shared, france):
    client = client_of(make_person(france, name="Marie Exemple"))
    text = client.get(reverse("item-print", args=[shared.uuid])).content.decode()
    assert "Marie Exemple" in text
    assert "TLP:AMBER" in text


def test_printing_is_refused_where_the_owner_allows_no_copies(spain, france):
    sharing = make_item(owner=spain, state="restricted", marking="AMBER", recipients=[france], copies_allowed=False)
    client = client_of(make_person(france))
    assert client.get(item_url(sharing)).status_code == 200
    assert client.get(reverse("item-print", args=[sharing.uuid])).status_code == 403


def test_revoking_holds_for_the_next_request_of_an_open_session(shared, france):
    approver = make_person(shared.owner, "approver")
    client = client_of(make_person(france))
    assert client.get(item_url(shared)).status_code == 200
    revoke(recipient=shared.recipients.get(), actor=approver, at=current_instant(), reason="wrong addressee")
    assert client.get(item_url(shared)).status_code == 404


def test_the_page_tells_when_access_ends(spain, france):
    ends = current_instant() + timedelta(days=40)
    target = Target(kind="organisation", target_id=france.pk, valid_until=ends)
    sharing = make_item(owner=spain, state="restricted", marking="AMBER", recipients=[target])
    text = client_of(make_person(france)).get(item_url(sharing)).content.decode()
    assert f"your access ends on {ends.day} {ends:%B %Y}" in text
    own = client_of(make_person(spain)).get(item_url(sharing)).content.decode()
    assert "your access ends on" not in own


def test_home_lists_the_newest_visible_items_only(shared, france, spain):
    make_item(owner=spain, title="Internal note of Spain")
    text = client_of(make_person(france)).get("/").content.decode()
    assert "Skiffs off the cape" in text
    assert "Internal note of Spain" not in text


def test_element_pages_are_for_the_competent(shared, france):
    assert client_of(make_person(france)).get("/early-warning/").status_code == 200
    assert client_of(make_person(france, competences=["RE"])).get("/early-warning/").status_code == 404
    assert Client().get("/early-warning/").status_code == 404


def test_an_element_page_open_to_all_shows_strangers_public_items_only(spain):
    ElementPage.objects.filter(element__code="EW").update(open_to_all=True)
    make_item(owner=spain, state="public", title="For everyone")
    make_item(owner=spain, state="network", title="For the network")
    text = Client().get("/early-warning/").content.decode()
    assert "For everyone" in text
    assert "For the network" not in text


def test_topic_pages_list_the_items_of_the_topic(shared, france):
    element_page = ElementPage.objects.get(element__code="EW")
    topic = element_page.add_child(instance=TopicPage(title="Sea routes", slug="sea-routes"))
    shared.page.specific.__class__.objects.filter(pk=shared.page_id).update(topic=topic)
    text = client_of(make_person(france)).get("/early-warning/sea-routes/").content.decode()
    assert "Skiffs off the cape" in text
    assert "Sea routes" in text


def test_a_closed_home_leads_strangers_to_the_sign_in(db):
    HomePage.objects.update(open_to_all=False)
    response = Client().get("/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("account_login"))


def test_navigation_names_only_elements_of_the_viewer(spain):
    text = client_of(make_person(spain, competences=["RE"])).get("/").content.decode()
    assert 'href="/return/"' in text
    assert 'href="/early-warning/"' not in text


def test_pages_do_not_grow_with_their_rows(spain, france, django_assert_max_num_queries):
    for number in range(30):
        make_item(owner=spain, state="network", title=f"Bulletin {number}")
    client = client_of(make_person(france, "author"))
    for address in ("/", "/early-warning/"):
        with django_assert_max_num_queries(PAGE_QUERIES):
            assert client.get(address).status_code == 200


def test_an_item_page_needs_few_queries(shared, france, django_assert_max_num_queries):
    client = client_of(make_person(france))
    with django_assert_max_num_queries(PAGE_QUERIES):
        assert client.get(item_url(shared)).status_code == 200


def test_no_answer_may_be_kept_and_none_asks_another_host(shared, france):
    response = client_of(make_person(france)).get(item_url(shared))
    assert response.headers["Cache-Control"] == "no-store, private"
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert "http://" not in response.content.decode()


def test_a_withdrawn_item_is_back_with_its_owner(shared, france):
    narrow(sharing=shared, state="withdrawn", actor=make_person(shared.owner, "approver"), at=current_instant())
    assert client_of(make_person(france)).get(item_url(shared)).status_code == 404
    assert client_of(make_person(shared.owner)).get(item_url(shared)).status_code == 200


def test_a_visitor_of_a_public_item_does_not_learn_its_topic(spain):
    item = make_item(owner=spain, state="public", marking="CLEAR")
    topic = ElementPage.objects.get(slug="early-warning").add_child(instance=TopicPage(title="Sea routes", slug="sea"))
    item.page.specific.__class__.objects.filter(pk=item.page_id).update(topic=topic)
    assert "Sea routes" not in Client().get(item_url(item)).content.decode()
    assert "Sea routes" in client_of(make_person(spain)).get(item_url(item)).content.decode()
