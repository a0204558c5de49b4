"""The sharing page and what belongs to it: who can read an item and why, who has, who could when, as others see it."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.audit.services import Entry, record
from cms.sharing import services
from cms.sharing.models import Sharing
from cms.sharing.querysets import facts_of
from cms.sharing.reasons import reasons
from cms.sharing.selectors import explain
from tests.factories import NOW, hours, make_group, make_item, make_organisation, make_participant, make_person
from tests.factories.items import target

pytestmark = pytest.mark.django_db

LATER = NOW + hours(1)


@pytest.fixture
def shared(house) -> Sharing:
    return make_item(
        owner=house.border,
        author=house.author,
        state="restricted",
        marking="GREEN",
        recipients=[house.france, make_organisation(key="greece-border")],
    )


def page(sharing: Sharing, name: str = "item") -> str:
    return reverse(f"sharing:{name}", args=[sharing.uuid])


def read(sharing: Sharing, user, event: Event = Event.ITEM_VIEWED, at=NOW) -> None:
    actor_id = user.pk if user else None
    record(Entry(event=event, at=at, actor_id=actor_id, item=sharing.uuid))


PAGES = ("readers", "timeline", "view-as")


@pytest.mark.parametrize("name", PAGES)
def test_they_are_for_those_who_may_see_the_readers(house, shared, name):
    for who in ("author", "approver", "decider"):
        assert house.client(who).get(page(shared, name)).status_code == 200
    for who in ("liaison", "officer", "curator", "french_author"):
        assert house.client(who).get(page(shared, name)).status_code == 404


def test_a_liaison_officer_sees_the_readers_of_own_items(house):
    own = make_item(owner=house.border, author=house.liaison)
    assert [house.client("liaison").get(page(own, name)).status_code for name in PAGES] == [200, 200, 200]


def test_a_curator_sees_no_readers_even_of_the_commissions_items(house):
    own = make_item(owner=house.commission, author=house.curator)
    client = house.client("curator")
    assert [client.get(page(own, name)).status_code for name in ("item", *PAGES)] == [200, 404, 404, 404]


@pytest.mark.parametrize("name", PAGES)
def test_looking_is_on_record(house, shared, name):
    client = house.client("author")
    who = {"organisation": house.france.key}
    client.get(page(shared, name), who if name == "view-as" else {})
    event = AuditEvent.objects.filter(item=shared.uuid).latest("pk")
    expected = Event.SEEN_AS_RECIPIENT if name == "view-as" else Event.READERS_SEEN
    assert (event.event, event.actor_id, event.rule) == (expected, house.author.pk, "sharing.see_readers")


# ---------------------------------------------------------------- why


def test_each_reader_stands_under_the_rule_that_the_oracle_names(house):
    greece = make_participant(key="greece")
    group = make_group(greece)
    greek = make_person(greece)
    named = make_person(make_participant(key="malta"))
    item = make_item(owner=house.border, state="restricted", marking="GREEN", recipients=[house.france, group, named])
    make_person(house.spain)
    people = [house.author, house.approver, house.decider, house.french_author, greek, named]
    for user in people:
        rule = explain(user, item, NOW).rule
        found = [reason for reason in reasons(facts_of(item), user, NOW) if user.name in str(reason.readers)]
        assert [reason.rule for reason in found if user.name in str(names(reason))] == [rule]


def names(reason) -> list[tuple[str, ...]]:
    return [participant.names for participant in reason.readers.participants]


@pytest.mark.parametrize("state", ["owner", "restricted", "network", "public", "withdrawn"])
@pytest.mark.parametrize("quarantined", [False, True])
def test_the_people_under_all_rules_are_those_who_can_read(house, state, quarantined):
    by = house.approver if quarantined else False
    item = make_item(owner=house.border, state=state, recipients=[house.france], quarantined=by)
    found = reasons(facts_of(item), house.author, NOW)
    everybody = [value for name, value in vars_of(house) if name not in ("superuser",)]
    allowed = {explain(user, item, NOW).rule for user in everybody if explain(user, item, NOW).allowed}
    assert {reason.rule for reason in found if reason.readers.people or reason.readers.everyone} >= allowed - {"public"}
    assert [reason.rule for reason in found].count("public") == (state == "public" and not quarantined)


def vars_of(house):
    names = ("author", "approver", "decider", "liaison", "officer", "curator", "french_author", "superuser")
    return [(name, getattr(house, name)) for name in names]


def test_the_page_gives_the_rules_in_words(house, shared):
    text = house.client("author").get(page(shared)).content.decode()
    assert "Membership of the owner, or of an organisation below it." in text
    assert "A supervising role at the owner, or above it." in text
    assert "France" in text
    assert "Otto Author" not in text


@pytest.mark.parametrize("name", ["item", *PAGES])
def test_queries_do_not_grow_with_recipients_and_readers(house, name, django_assert_max_num_queries):
    few = make_item(owner=house.border, state="restricted", marking="GREEN", recipients=[house.france])
    many = [make_organisation() for _ in range(12)]
    item = make_item(owner=house.border, state="restricted", marking="GREEN", recipients=[house.france, *many])
    for organisation in many:
        read(item, make_person(organisation))
    read(few, make_person(many[0]))
    client = house.client("author")
    client.get(page(few, name))
    with django_assert_max_num_queries(60) as counted:
        client.get(page(few, name))
    with django_assert_max_num_queries(len(counted)):
        client.get(page(item, name))


# ---------------------------------------------------------------- who has read it


def test_own_people_by_name_others_by_participant_and_function(house, shared):
    french = [make_person(house.france, name=f"Secret Name {number}") for number in range(5)]
    for user in french:
        read(shared, user)
    read(shared, house.officer)
    read(shared, house.officer, Event.ITEM_PRINTED, LATER)
    read(shared, make_person(make_participant(key="malta")))
    read(shared, None)
    with time_machine.travel(LATER, tick=False):
        text = house.client("author").get(page(shared, "readers")).content.decode()
    assert "Olga Officer" in text
    assert "5 people" in text
    assert "fewer than 5 people" in text
    assert "Secret Name" not in text
    assert "Opened once without signing in." in text


def test_nobody_has_read_it(house, shared):
    assert "Nobody." in house.client("author").get(page(shared, "readers")).content.decode()


def test_what_others_read_is_not_this_items(house, shared):
    read(make_item(owner=house.border), house.officer)
    assert "Olga Officer" not in house.client("author").get(page(shared, "readers")).content.decode()


# ---------------------------------------------------------------- who could see it when


def at(moment) -> dict[str, str]:
    return {"at": moment.strftime("%Y-%m-%dT%H:%M:%S")}


def test_the_timeline_answers_for_each_instant(house, shared):
    services.revoke(recipient=shared.recipients.get(organisation=house.france), actor=house.approver, at=LATER)
    with time_machine.travel(NOW + hours(3), tick=False):
        client = house.client("author")
        texts = [
            client.get(page(shared, "timeline"), at(moment)).content.decode()
            for moment in (NOW - hours(1), LATER - timedelta(seconds=1), LATER)
        ]
    assert ["The item was not here yet" in text for text in texts] == [True, False, False]
    assert ["<strong>France</strong>" in text for text in texts] == [False, True, False]


def test_memberships_count_as_their_dates_say(house, shared):
    late = make_person(house.spain, name="Lena Late")
    late.memberships.update(valid_from=(NOW + timedelta(days=2)).date())
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        client = house.client("author")
        texts = [
            client.get(page(shared, "timeline"), at(moment)).content.decode()
            for moment in (NOW + timedelta(days=1), NOW + timedelta(days=2, hours=1))
        ]
    supervising = make_person(house.spain, "approver", name="Nina New")
    assert supervising.memberships.exists()
    assert ["Lena Late" in text for text in texts] == [False, False]  # an officer above the owner reads nothing


def test_a_wrong_instant_is_said(house, shared):
    response = house.client("author").get(page(shared, "timeline"), {"at": "yesterday"})
    assert (response.status_code, set(response.context["form"].errors)) == (400, {"at"})


# ---------------------------------------------------------------- as a recipient


def seen(client, sharing: Sharing, **who: str):
    return client.get(page(sharing, "view-as"), who)


def test_an_organisation_a_group_and_a_person_see_it_or_not(house, shared):
    group = make_group(house.france, key="friends")
    client = house.client("author")
    asked = {
        "france": {"organisation": "france"},
        "spain": {"organisation": "spain"},
        "border": {"organisation": "border"},
        "group": {"group": group.key},
        "officer": {"person": house.officer.email},
        "approver": {"person": house.approver.email},
    }
    found = {name: seen(client, shared, **who).context["seen"] for name, who in asked.items()}
    assert {name: (answer.allowed, answer.rule) for name, answer in found.items()} == {
        "france": (True, "recipient-organisation"),
        "spain": (False, "outside-audience-restricted"),
        "border": (True, "owner-organisation"),
        "group": (False, "outside-audience-restricted"),
        "officer": (True, "owner-organisation"),
        "approver": (True, "supervising-role"),
    }


def test_a_named_group_sees_it(house):
    group = make_group(house.france, key="friends")
    item = make_item(owner=house.border, state="restricted", marking="GREEN", recipients=[group])
    answer = seen(house.client("author"), item, group="friends").context["seen"]
    assert (answer.allowed, answer.rule) == (True, "recipient-group")


def test_other_participants_people_are_asked_about_only_where_the_item_names_them(house, shared):
    client = house.client("author")
    hidden = seen(client, shared, person=house.french_author.email)
    absent = seen(client, shared, person="nobody@member.example")
    assert (hidden.status_code, hidden.context["form"].errors) == (400, absent.context["form"].errors)
    named = make_item(owner=house.border, state="restricted", marking="GREEN", recipients=[house.french_author])
    answer = seen(client, named, person=house.french_author.email).context["seen"]
    assert (answer.allowed, answer.rule) == (True, "recipient-user")


def test_why_somebody_elses_person_does_not_see_it_is_not_told(house):
    named = make_item(owner=house.border, state="restricted", marking="GREEN", recipients=[house.french_author])
    house.french_author.is_active = False
    house.french_author.save()
    answer = seen(house.client("author"), named, person=house.french_author.email).context["seen"]
    assert (answer.allowed, answer.rule) == (False, "")


def test_the_page_as_they_get_it(house, shared):
    address = reverse("sharing-reader-page", args=[shared.uuid])
    client = house.client("author")
    response = client.get(address, {"organisation": "france"})
    text = response.content.decode()
    assert response.status_code == 200
    assert shared.page.title in text
    assert "Seen as France" in text
    assert page(shared) not in text
    assert client.get(address, {"organisation": "spain"}).status_code == 404
    assert client.get(address).status_code == 404
    for who in ("officer", "french_author", "curator"):
        assert house.client(who).get(address, {"organisation": "france"}).status_code == 404


def test_target_of_several_choices_is_refused(house, shared):
    response = seen(house.client("author"), shared, organisation="france", person=house.officer.email)
    assert response.status_code == 400
    assert target(house.france).kind == "organisation"
