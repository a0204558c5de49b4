"""Participation figures: the Commission sees all, a State its own, about elements in which they are fully competent;
items that are not open to the network change nothing."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.test import Client

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Organisation
from cms.oversight.participation import Quarter, quarters, table
from cms.oversight.rules import Figures
from cms.sharing.models import Sharing
from cms.users.models import User
from content_types.models import Bulletin
from tests.factories import element, make_item, make_organisation, make_participant, make_person, sign_in

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
THIRD = Quarter(2026, 3)
SHARED = datetime(2026, 8, 3, 9, tzinfo=UTC)
PAGE, TABLE, API = "/audit/figures/", "/audit/figures/table/", "/api/v1/participation"


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def spain() -> Organisation:
    return make_participant("spain", country="ES")


@pytest.fixture
def france() -> Organisation:
    return make_participant("france", country="FR")


@pytest.fixture
def commission() -> Organisation:
    return make_participant("commission", kind=OrganisationKind.COMMISSION)


def _share(owner: Organisation, number: int, *, state: str = "network", **values: Any) -> list[Sharing]:
    """Make so many items of the owner, shared in the third quarter a day after what they tell of."""
    rows = [make_item(owner=owner, state=state, marking="GREEN") for _ in range(number)]
    Sharing.objects.filter(pk__in=[row.pk for row in rows]).update(first_shared_at=SHARED)
    told = {"information_date": SHARED.date() - timedelta(days=1)} | values
    Bulletin.objects.filter(sharing__in=rows).update(**told)
    return rows


def _look(user: User, address: str) -> Any:
    return sign_in(Client(), user).get(address)


def test_quarters_are_told_of_when_they_are_over_and_settled() -> None:
    assert [str(one) for one in quarters(NOW)][:4] == ["2026-Q3", "2026-Q2", "2026-Q1", "2025-Q4"]
    assert str(quarters(datetime(2026, 10, 7, tzinfo=UTC))[0]) == "2026-Q2"
    assert str(quarters(datetime(2026, 10, 8, tzinfo=UTC))[0]) == "2026-Q3"
    assert (THIRD.begin, THIRD.end) == (datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC))


def test_what_is_counted(spain: Organisation, france: Organisation) -> None:
    border = make_organisation(parent=spain, key="spain-border")
    _share(border, 6, reliability="B", accuracy=2, level="operational", review_date=date(2027, 1, 1))
    _share(spain, 2, information_date=date(2026, 1, 1))
    _share(france, 3)
    found = table(element(), THIRD, None)
    lines = {line.participant: line for line in found.lines}
    assert (lines["Spain"].number, lines["Spain"].in_time, lines["Spain"].complete) == (8, 3, 3)
    assert (lines["France"].number, lines["France"].in_time, lines["France"].complete) == (None, None, None)
    assert lines["Spain"].acknowledged is None
    assert found.total is None
    assert [line.number for line in table(element(), Quarter(2026, 2), [spain.pk]).lines] == [None]


def test_items_that_are_not_open_to_the_network_change_nothing(spain: Organisation, commission: Organisation) -> None:
    curator = make_person(commission, Role.CURATOR)
    rows = _share(spain, 6)
    before = [_look(curator, address).content for address in (PAGE, TABLE, API)]
    for state in ("owner", "restricted", "withdrawn"):
        _share(spain, 6, state=state)
    Sharing.objects.filter(pk__in=[row.pk for row in _share(spain, 6)]).update(quarantined=True)
    after = [_look(curator, address).content for address in (PAGE, TABLE, API)]
    masked = [[_without_tokens(one) for one in answers] for answers in (before, after)]
    assert masked[0] == masked[1]
    assert len(rows) == 6


def _without_tokens(content: bytes) -> list[str]:
    return [line for line in content.decode().splitlines() if "csrf" not in line]


def test_the_commission_sees_all_and_a_state_its_own(
    spain: Organisation, france: Organisation, commission: Organisation
) -> None:
    _share(spain, 6)
    _share(france, 9)
    curator, decider = make_person(commission, Role.CURATOR), make_person(spain, Role.DECIDER)
    for user, shown in ((curator, {"Spain", "France"}), (decider, {"Spain"})):
        page = _look(user, PAGE).content.decode()
        assert {name for name in ("Spain", "France") if f'<th scope="row">{name}</th>' in page} == shown
        rows = list(csv.DictReader(StringIO(_look(user, TABLE).content.decode())))
        told = {(row["participant"], row["items"]) for row in rows if row["element"] == "EW"}
        assert told >= {("Spain", "6")}
        assert {name for name, _number in told} >= shown
        assert ("France" in {name for name, _number in told}) == ("France" in shown)
        answer = _look(user, API).json()
        assert (answer["element"], answer["quarter"], answer["threshold"]) == ("early-warning", "2026-Q3", 5)
        numbers = {line["participant"]: line["items"] for line in answer["participants"]}
        assert numbers.keys() >= {name.lower() for name in shown}
        assert numbers["spain"] == 6
        assert ("france" in numbers) == ("France" in shown)
    # of a participant without any as little is told as of one with few, and no total gives them away
    assert (numbers.get("commission"), answer["total"]) == (None, None)
    assert AuditEvent.objects.filter(event=Event.FIGURES_EXPORTED).count() == 4


OPEN_TO = {Role.APPROVER, Role.DECIDER, Role.NATIONAL_ADMIN}


def _shown(user: User, *participants: Organisation) -> list[bool]:
    return [user.has_perm("oversight.see_figures", Figures(one.pk, "EW", NOW)) for one in participants]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CURATOR])
def test_a_role_in_a_state_or_in_the_commission(role: Role, spain: Organisation, commission: Organisation) -> None:
    user, official = make_person(spain, role), make_person(commission, role)
    own = role in OPEN_TO
    assert _shown(user, spain, commission) == [own, False]
    assert _shown(official, spain, commission) == [False, own]
    assert {_look(user, PAGE).status_code, _look(official, TABLE).status_code, _look(user, API).status_code} == {
        200 if own else 404
    }


def test_a_curator_is_shown_everybody(spain: Organisation, commission: Organisation) -> None:
    assert _shown(make_person(commission, Role.CURATOR), spain, commission) == [True, True]


def test_who_is_competent_for_some_countries_or_another_element_sees_nothing_of_it(spain: Organisation) -> None:
    some, other = (
        make_person(spain, Role.DECIDER, competences={"EW": ["MA"]}),
        make_person(spain, "decider", competences=["RE"]),
    )
    assert _look(some, PAGE).status_code == 404
    assert 'value="early-warning"' not in _look(other, PAGE).content.decode()
    assert _look(other, f"{PAGE}?element=early-warning").status_code == 400
    assert (Client().get(PAGE).status_code, Client().get(API).status_code) == (404, 401)


@pytest.mark.parametrize("asked", [{"quarter": "2026-Q4"}, {"quarter": "x"}, {"element": "x"}])
def test_what_is_no_table_is_told_beside_the_field(spain: Organisation, asked: dict[str, str]) -> None:
    answer = sign_in(Client(), make_person(spain, Role.DECIDER)).get(PAGE, asked)
    assert answer.status_code == 400
    assert "Select a valid choice" in answer.content.decode()
    refused = sign_in(Client(), make_person(spain, Role.DECIDER)).get(API, asked)
    assert (refused.status_code, set(refused.json()["errors"])) == (422, set(asked))


@pytest.mark.parametrize("ask", [None, 7, object()])
def test_strangers_and_nonsense_are_answered_no(ask: Any, spain: Organisation) -> None:
    assert make_person(spain, Role.DECIDER).has_perm("oversight.see_figures", ask) is False
