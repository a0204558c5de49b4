"""The bulletin's form: what it fills in, what it refuses, and that nothing typed is lost."""

import pytest
from django.test import Client
from django.urls import reverse

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.sharing.models import AudienceTemplate, Sharing
from content_types.models import Bulletin, ItemFolder
from tests.admin.forms import bulletin_form
from tests.factories import NOW, make_item, make_membership, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def add_url(db) -> str:
    return reverse("wagtailadmin_pages:add", args=["content_types", "bulletin", ItemFolder.objects.get().pk])


def edit_url(sharing: Sharing) -> str:
    return reverse("wagtailadmin_pages:edit", args=[sharing.page_id])


def draft_of(house, **facts) -> Sharing:
    return make_item(owner=house.border, author=house.author, live=False, **facts)


def test_a_draft_may_be_saved_incomplete(house, add_url):
    fields = bulletin_form(owner=house.border, summary="", information_date="") | {"body-count": "0"}
    assert house.client("author").post(add_url, fields).status_code == 302
    assert Bulletin.objects.get().summary == ""


def test_a_submission_may_not_be_incomplete_and_keeps_what_was_typed(house, add_url):
    fields = bulletin_form(owner=house.border, title="Typed with care", summary="", information_date="")
    response = house.client("author").post(add_url, fields | {"body-count": "0", "action-submit": "1"})
    errors = response.context["form"].errors
    assert {"summary", "information_date", "body"} <= set(errors)
    assert "Typed with care" in response.content.decode()
    assert not Bulletin.objects.exists()


def test_an_editor_without_a_word_in_it_is_an_empty_body(house, add_url):
    nothing = '{"blocks": [{"key": "a", "type": "unstyled", "depth": 0, "text": " "}], "entityMap": {}}'
    fields = bulletin_form(owner=house.border) | {"body-0-type": "text", "body-0-value": nothing}
    response = house.client("author").post(add_url, fields | {"action-submit": "1"})
    assert set(response.context["form"].errors) == {"body"}
    assert not Bulletin.objects.exists()


def test_named_recipients_are_named(house, add_url):
    fields = bulletin_form(owner=house.border, state="restricted") | {"action-submit": "1"}
    response = house.client("author").post(add_url, fields)
    assert set(response.context["form"].errors) == {"organisations"}


def test_a_form_without_a_part_that_its_page_sends_is_answered_by_its_name(house, add_url):
    fields = bulletin_form(owner=house.border)
    del fields["body-count"]
    response = house.client("author").post(add_url, fields)
    assert response.status_code == 400
    assert "lacks body-count." in response.content.decode()
    assert not Bulletin.objects.exists()


def test_a_state_above_the_marking_is_refused_beside_it(house, add_url):
    fields = bulletin_form(owner=house.border, state="network", marking="AMBER")
    response = house.client("author").post(add_url, fields)
    assert set(response.context["form"].errors) == {"state"}


def test_an_unknown_address_and_a_person_without_competence_are_refused_alike(house, add_url):
    make_user("Nemo Nobody", email="nemo@member.example")
    client = house.client("author")
    told = set()
    for address in ("nemo@member.example", "none@member.example"):
        fields = bulletin_form(owner=house.border, state="restricted", persons=address)
        errors = client.post(add_url, fields).context["form"].errors
        told.add(errors["persons"][0].replace(address, "…"))
    assert told == {"There is no competent person with the address …."}


def test_a_competent_person_is_named_by_address(house, add_url):
    fields = bulletin_form(owner=house.border, state="restricted", persons=house.french_author.email.upper())
    assert house.client("author").post(add_url, fields).status_code == 302
    assert Sharing.objects.get().proposal.recipients.get().user == house.french_author


def test_one_writes_only_for_ones_own(house, add_url):
    client = house.client("author")
    for owner in (house.spain, house.france):
        response = client.post(add_url, bulletin_form(owner=owner))
        assert set(response.context["form"].errors) == {"item_owner"}


def test_owner_element_and_countries_must_fit_one_membership(house, add_url):
    narrow = make_user("Nora Narrow")
    make_membership(narrow, house.border, "author", competences={"EW": ["MA"]})
    make_membership(narrow, house.france, "author", competences={"RE": []})
    client = sign_in(Client(), narrow)
    refused = client.post(add_url, bulletin_form(owner=house.border, code="RE"))
    assert set(refused.context["form"].errors) == {"element"}
    refused = client.post(add_url, bulletin_form(owner=house.border, countries=["DZ"]))
    assert set(refused.context["form"].errors) == {"element"}
    assert client.post(add_url, bulletin_form(owner=house.border, countries=["DZ", "MA"])).status_code == 302


def test_the_form_proposes_the_audience_of_the_last_item(house, add_url):
    make_item(
        owner=house.border, author=house.author, state="restricted", marking="AMBER", recipients=[house.france], at=NOW
    )
    initial = house.client("author").get(add_url).context["form"].initial
    assert (initial["marking"], initial["state"], initial["organisations"]) == ("AMBER", "restricted", ["france"])
    assert (initial["item_owner"], initial["language"]) == (house.border.pk, "en")


def test_an_audience_is_kept_under_a_name_and_filled_in_again(house, add_url):
    client = house.client("author")
    fields = bulletin_form(
        owner=house.border, state="restricted", organisations=["france"], marking="GREEN", keep_as="Neighbours"
    )
    assert client.post(add_url, fields).status_code == 302
    template = AudienceTemplate.objects.get()
    chosen = bulletin_form(owner=house.border, title="Typed with care", audience_template=str(template.pk))
    form = client.post(add_url, chosen | {"action-use-audience": "1"}).context["form"]
    assert (form["state"].value(), form["marking"].value()) == ("restricted", "GREEN")
    assert form["organisations"].value() == ["france"]
    assert form["title"].value() == "Typed with care"
    assert Bulletin.objects.count() == 1


def test_the_second_who_saves_is_told_and_overwrites_nothing(house):
    sharing = draft_of(house)
    opened = sharing.page.latest_revision_id
    first, second = house.client("author"), house.client("approver")
    mine = bulletin_form(owner=house.border, title="First to save", loaded_revision_id=opened)
    assert first.post(edit_url(sharing), mine).status_code == 302
    yours = bulletin_form(owner=house.border, title="Second to save", loaded_revision_id=opened)
    response = second.post(edit_url(sharing), yours)
    text = response.content.decode()
    assert response.status_code == 200
    assert "Aina Author saved a newer version" in text
    assert "Second to save" in text
    page = Bulletin.objects.get(pk=sharing.page_id)
    assert page.get_latest_revision_as_object().title == "First to save"
    knowingly = yours | {"loaded_revision_id": page.latest_revision_id}
    assert second.post(edit_url(sharing), knowingly).status_code == 302


def test_a_save_that_does_not_say_what_it_started_from_is_refused(house):
    sharing = draft_of(house)
    response = house.client("author").post(edit_url(sharing), bulletin_form(owner=house.border, title="Blind"))
    assert response.status_code == 200
    assert Bulletin.objects.get(pk=sharing.page_id).get_latest_revision_as_object().title != "Blind"


def test_facts_and_audience_of_a_draft_go_into_its_rows(house):
    sharing = draft_of(house)
    fields = bulletin_form(
        owner=house.border,
        code="RE",
        countries=["MA"],
        state="restricted",
        organisations=["france"],
        loaded_revision_id=sharing.page.latest_revision_id,
    )
    assert house.client("author").post(edit_url(sharing), fields).status_code == 302
    sharing.refresh_from_db()
    assert (sharing.element.code, sharing.countries, sharing.state) == ("RE", ["MA"], "owner")
    assert sharing.proposal.recipients.get().organisation == house.france
    content = Bulletin.objects.get(pk=sharing.page_id).latest_revision.content
    assert not {"marking", "state", "recipients", "countries", "element"} & set(content)


def test_once_published_a_new_version_leaves_the_sharing_alone(house):
    sharing = make_item(owner=house.border, author=house.author, state="restricted", recipients=[house.france])
    fields = bulletin_form(
        owner=house.border, state="owner", code="RE", loaded_revision_id=sharing.page.latest_revision_id
    )
    client = house.client("author")
    assert b"See or change the sharing" in client.get(edit_url(sharing)).content
    assert client.post(edit_url(sharing), fields).status_code == 302
    sharing.refresh_from_db()
    assert (sharing.state, sharing.element.code) == ("restricted", "EW")
    assert Bulletin.objects.get(pk=sharing.page_id).title == "A first bulletin"


def test_opening_and_saving_a_draft_is_on_record_once(house):
    sharing = draft_of(house)
    client = house.client("author")
    client.get(edit_url(sharing))
    client.post(
        edit_url(sharing), bulletin_form(owner=house.border, loaded_revision_id=sharing.page.latest_revision_id)
    )
    events = AuditEvent.objects.filter(item=sharing.uuid, actor_id=house.author.pk).order_by("pk")
    assert [event.event for event in events if event.event != Event.ITEM_CREATED] == [
        Event.DRAFT_VIEWED,
        Event.ITEM_EDITED,
    ]


def test_a_liaison_officer_edits_own_drafts_alone(house):
    theirs = draft_of(house)
    own = make_item(owner=house.border, author=house.liaison, live=False)
    client = house.client("liaison")
    assert client.get(edit_url(own)).status_code == 200
    assert client.get(edit_url(theirs)).status_code == 404


@pytest.mark.parametrize("address", ["/cms/", "/cms/bulletins/"])
def test_lists_cost_the_same_however_long_they_are(house, address, django_assert_max_num_queries):
    client = house.client("approver")
    draft_of(house)
    client.get(address)
    with django_assert_max_num_queries(45) as few:
        client.get(address)
    for number in range(6):
        draft_of(house, title=f"Draft {number}")
    with django_assert_max_num_queries(45) as many:
        client.get(address)
    assert len(many) == len(few)
