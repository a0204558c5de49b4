"""The trail as each person may read it: own acts, readings of own items, own people's sign-ins, an auditor's view."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.audit.services import Entry, record_many
from cms.core.instants import current_instant
from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from cms.users.models import User
from tests.factories import NOW, make_item, make_organisation, make_participant, make_person, sign_in

pytestmark = pytest.mark.django_db

ACTS, READINGS, SIGN_INS, TRAIL = "/audit/", "/audit/readings/", "/audit/sign-ins/", "/audit/trail/"


@pytest.fixture
def spain(db: None) -> Organisation:
    return make_participant("spain")


@pytest.fixture
def border(spain: Organisation) -> Organisation:
    return make_organisation(parent=spain, key="border")


@pytest.fixture
def france(db: None) -> Organisation:
    return make_participant("france")


@pytest.fixture
def shared(border: Organisation) -> Sharing:
    """An item of Spain's border authority that the network may read."""
    return make_item(owner=border, state="network", marking="GREEN", title="Boats in the morning")


def text(user: User, address: str) -> str:
    """Return what the page says to the person, who must be answered."""
    answer = sign_in(Client(), user).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def reads(user: User, item: Sharing) -> None:
    """Have the person open the item."""
    assert sign_in(Client(), user).get(f"/i/{item.uuid}/").status_code == 200


ROLES: list[tuple[str, set[str]]] = [
    (Role.OFFICER, {ACTS}),
    (Role.AUTHOR, {ACTS, READINGS}),
    (Role.APPROVER, {ACTS, READINGS}),
    (Role.DECIDER, {ACTS, READINGS}),
    (Role.LIAISON_OFFICER, {ACTS, READINGS}),
    (Role.NATIONAL_ADMIN, {ACTS, SIGN_INS}),
    (Role.OPERATOR, {ACTS}),
    (Role.AUDITOR, {ACTS, TRAIL}),
]


@pytest.mark.parametrize(("role", "open_to"), ROLES)
def test_who_may_read_which_part(border: Organisation, role: str, open_to: set[str]) -> None:
    client = sign_in(Client(), make_person(border, role))
    statuses = {address: client.get(address).status_code for address in (ACTS, READINGS, SIGN_INS, TRAIL)}
    assert statuses == {address: 200 if address in open_to else 404 for address in statuses}
    links = client.get(ACTS).content.decode()
    assert {address for address in (READINGS, SIGN_INS, TRAIL) if f'href="{address}"' in links} == open_to - {ACTS}


@pytest.mark.parametrize("address", [ACTS, READINGS, SIGN_INS, TRAIL])
def test_nobody_else_reads_any(address: str, border: Organisation) -> None:
    assert Client().get(address).status_code == 404
    half = sign_in(Client(), make_person(border, Role.AUDITOR), second_factor=False)
    assert half.get(address).status_code == 302
    assert sign_in(Client(), make_person(border, Role.AUDITOR)).post(address).status_code == 405


def test_own_acts_are_ones_own(shared: Sharing, france: Organisation) -> None:
    reader, other = make_person(france), make_person(france)
    reads(other, shared)
    assert shared.reference not in text(reader, ACTS)
    reads(reader, shared)
    page = text(reader, ACTS)
    assert f'href="/i/{shared.uuid}/">{shared.reference}<' in page
    assert "Item viewed" in page


def test_a_refusal_tells_nothing_of_what_was_asked_for(border: Organisation, france: Organisation) -> None:
    hidden = make_item(owner=border, title="zyxcanary")
    client = sign_in(Client(), make_person(france))
    client.get(f"/i/{hidden.uuid}/")
    client.get("/i/00000000-0000-4000-8000-000000000000/")
    page = client.get(ACTS).content.decode()
    assert page.count("Act denied") == 2
    assert hidden.reference not in page
    assert str(hidden.uuid) not in page


def test_owners_learn_who_read_and_names_are_told_inside_the_participant(
    shared: Sharing, spain: Organisation, france: Organisation, border: Organisation
) -> None:
    decider = make_person(border, Role.DECIDER)
    reads(make_person(france, name="Frank Foreign"), shared)
    reads(make_person(spain, name="Olga Own"), shared)
    page = text(decider, READINGS)
    assert "Olga Own" in page
    assert "France, Officer" in page
    assert "Frank Foreign" not in page
    # the other participant's people are told by the day: the own one's reading alone has its hour
    assert page.count('<time datetime="') == page.count("+00:00") + 1
    looked = AuditEvent.objects.get(event=Event.TRAIL_READ)
    assert (looked.actor_id, looked.count, looked.details) == (decider.pk, 2, {"part": "readings", "item": ""})


def test_readings_of_one_item_and_of_nobody_elses(
    shared: Sharing, border: Organisation, france: Organisation, spain: Organisation
) -> None:
    other = make_item(owner=border, state="network", marking="GREEN")
    theirs = make_item(owner=france, state="network", marking="GREEN")
    reader = make_person(spain)
    for item in (shared, other, theirs):
        reads(reader, item)
    decider = make_person(border, Role.DECIDER)
    page = text(decider, READINGS)
    assert (shared.reference in page, other.reference in page, theirs.reference in page) == (True, True, False)
    one = text(decider, f"{READINGS}?item={other.uuid}")
    assert (shared.reference in one, other.reference in one) == (False, True)
    assert theirs.reference not in text(decider, f"{READINGS}?item={theirs.uuid}")


def test_a_national_administrator_sees_the_own_peoples_sign_ins(
    spain: Organisation, border: Organisation, france: Organisation
) -> None:
    administrator = make_person(spain, Role.NATIONAL_ADMIN)
    for user in (make_person(border, name="Olga Own"), make_person(france, name="Frank Foreign")):
        sign_in(Client(), user)
    page = text(administrator, SIGN_INS)
    assert ("Olga Own" in page, "Frank Foreign" in page) == (True, False)
    assert "Signed in" in page


def test_an_auditor_of_the_commission_reads_all_and_looking_is_on_record(
    shared: Sharing, border: Organisation, france: Organisation
) -> None:
    commission = make_participant("commission", kind=OrganisationKind.COMMISSION)
    auditor = make_person(commission, Role.AUDITOR, name="Ada Auditor")
    hidden = make_item(owner=border, title="zyxcanary")
    reader = make_person(france, name="Frank Foreign")
    reads(reader, shared)
    sign_in(Client(), reader).get(f"/i/{hidden.uuid}/")
    page = text(auditor, f"{TRAIL}?decision=denied&item={hidden.reference.lower()}&person={reader.email}")
    assert hidden.reference in page
    assert "France, Officer" in page
    assert ("zyxcanary" in page, "Frank Foreign" in page, "Item viewed</td>" in page) == (False, False, False)
    looked = AuditEvent.objects.get(event=Event.TRAIL_READ)
    assert looked.details == {"part": "trail", "decision": "denied", "item": str(hidden.uuid), "person": reader.pk}


def test_an_auditor_of_a_participant_reads_its_part(
    shared: Sharing, spain: Organisation, france: Organisation, border: Organisation
) -> None:
    theirs = make_item(owner=france, state="network", marking="GREEN")
    reads(make_person(france), theirs)
    reads(make_person(france), shared)
    reads(make_person(border, name="Olga Own"), theirs)
    page = text(make_person(spain, Role.AUDITOR), TRAIL)
    assert "Olga Own" in page
    viewed = AuditEvent.objects.filter(event=Event.ITEM_VIEWED).order_by("pk").values_list("key", flat=True)
    assert [str(key) in page for key in viewed] == [False, True, True]


FILTERS: list[tuple[str, int]] = [
    ("event=searched", 3),
    ("event=signed_in", 0),
    ("owner=border", 3),
    ("owner=spain", 0),
    ("since=2026-06-16", 0),
    ("since=2026-06-15&until=2026-06-15", 3),
    ("until=2026-06-14", 0),
    ("person=nobody@member.example", 0),
    ("item=nonsense", 0),
    ("event=no-such-event", 0),
    ("since=yesterday", 0),
]


@pytest.mark.parametrize(("query", "expected"), FILTERS)
def test_filters_all_hold(border: Organisation, spain: Organisation, query: str, expected: int) -> None:
    at = NOW.replace(year=2026, month=6, day=15)
    record_many(
        [Entry(event=Event.SEARCHED, at=at, actor_id=None, owner_id=border.pk, rule="the rule") for _one in range(3)]
    )
    assert text(make_person(spain, Role.AUDITOR), f"{TRAIL}?{query}").count("the rule") == expected


def test_pages_follow_each_other_without_gap_or_repetition(spain: Organisation) -> None:
    user = make_person(spain)
    start = current_instant() - timedelta(days=1)
    # three rows an instant, so that pages end inside one
    rows = [
        Entry(event=Event.SEARCHED, at=start + timedelta(minutes=number // 3), actor_id=user.pk, count=1000 + number)
        for number in range(130)
    ]
    record_many(rows)
    client = sign_in(Client(), user)
    found, address = [], ACTS
    for _page in range(3):
        page = client.get(address)
        found += [line.row.count for line in page.context["lines"] if line.row.count]
        address = ACTS + page.context["older"]
    assert sorted(found) == list(range(1000, 1130))
    assert page.context["older"] == ""


@pytest.mark.parametrize(
    "cursor", ["nonsense", "2026-01-01T00:00:00~x", "2026-01-01~00000000-0000-4000-8000-000000000000"]
)
def test_a_cursor_that_is_none_shows_the_newest(spain: Organisation, cursor: str) -> None:
    assert "Signed in" in text(make_person(spain), f"{ACTS}?before={cursor}")


PEOPLE: dict[str, str] = {
    ACTS: Role.OFFICER,
    READINGS: Role.DECIDER,
    SIGN_INS: Role.NATIONAL_ADMIN,
    TRAIL: Role.AUDITOR,
}


@pytest.mark.parametrize("address", PEOPLE)
def test_a_page_costs_the_same_however_long_the_trail_is(
    spain: Organisation, border: Organisation, address: str, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client = sign_in(Client(), make_person(spain, PEOPLE[address]))
    fill(border)
    client.get(address)
    with django_assert_max_num_queries(60) as few:
        client.get(address)
    for _number in range(4):
        fill(border)
    with django_assert_max_num_queries(60) as many:
        client.get(address)
    assert len(many) == len(few)


def fill(border: Organisation) -> None:
    """Add an item, and people of two participants who read it."""
    item = make_item(owner=border, state="network", marking="GREEN")
    for place in (border, make_participant()):
        reads(make_person(place), item)
