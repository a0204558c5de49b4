"""Who may do which act of administration (policy, section 5): the pages' question and the service's answer, as a table.

Each act is done by those whom the table names, and refused to everybody else, also where the page is passed by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from cms.administration.acts import KINDS, Act, Kind, Scene
from cms.administration.services import ask_to_inspect
from cms.organisations import changes, groups, people
from cms.organisations.enums import ProposalKind, Role
from cms.sharing import services
from cms.users.models import User
from tests.administration.conftest import Land
from tests.factories import NOW, make_item, make_membership, make_person, make_user

pytestmark = pytest.mark.django_db

# y: does it · -: refused
TABLE = """
act                     | admin | second_admin | border_admin | french_admin | curator | decider | second_decider | approver | officer | operator | auditor | french_auditor | leader | superuser
people/enrol            | y     | y            | y            | -            | -       | -       | -              | -        | -       | -        | -       | -              | -      | -
person/suspend          | y     | y            | y            | -            | -       | -       | -              | -        | -       | -        | -       | -              | -      | -
person/lift             | y     | y            | y            | -            | -       | -       | -              | -        | -       | -        | -       | -              | -      | -
person/sessions         | y     | y            | y            | -            | -       | -       | -              | -        | -       | -        | -       | -              | -      | -
person/invite           | y     | y            | y            | -            | -       | -       | -              | -        | -       | -        | -       | -              | -      | -
person/anew             | y     | y            | -            | -            | -       | -       | -              | -        | -       | -        | -       | -              | -      | -
membership/change       | y     | y            | y            | -            | -       | -       | -              | -        | -       | -        | -       | -              | -      | -
membership/confirm      | y     | y            | y            | -            | -       | -       | -              | -        | -       | -        | -       | -              | -      | -
membership/end          | y     | y            | y            | -            | -       | -       | -              | -        | -       | -        | -       | -              | -      | -
administrator/suspend   | -     | -            | -            | -            | y       | -       | -              | -        | -       | -        | -       | -              | -      | -
administrator/lift      | -     | -            | -            | -            | y       | -       | -              | -        | -       | -        | -       | -              | -      | -
participants/register   | -     | -            | -            | -            | y       | -       | -              | -        | -       | -        | -       | -              | -      | -
organisations/add       | y     | y            | y            | -            | -       | -       | -              | -        | -       | -        | -       | -              | -      | -
organisation/rename     | y     | y            | y            | -            | -       | -       | -              | -        | -       | -        | -       | -              | -      | -
organisation/lower      | -     | -            | -            | -            | -       | y       | y              | -        | -       | -        | -       | -              | -      | -
organisation/raise      | -     | -            | -            | -            | -       | y       | y              | -        | -       | -        | -       | -              | -      | -
organisation/propose    | y     | y            | -            | -            | -       | -       | -              | -        | -       | -        | -       | -              | -      | -
proposal/accept         | -     | -            | -            | -            | -       | y       | y              | -        | -       | -        | -       | -              | -      | -
proposal/refuse         | y     | -            | -            | -            | -       | y       | y              | -        | -       | -        | -       | -              | -      | -
groups/found            | -     | -            | -            | -            | y       | -       | -              | -        | -       | -        | -       | -              | -      | -
group/charter           | -     | -            | -            | -            | y       | -       | -              | -        | -       | -        | -       | -              | -      | -
group/end               | -     | -            | -            | -            | y       | -       | -              | -        | -       | -        | -       | -              | -      | -
group/propose           | y     | y            | y            | -            | -       | -       | -              | -        | -       | -        | -       | -              | y      | -
member/remove           | y     | y            | -            | -            | y       | -       | -              | -        | -       | -        | -       | -              | y      | -
admission/yes           | y     | y            | -            | -            | -       | -       | -              | -        | -       | -        | -       | -              | -      | -
admission/no            | y     | y            | -            | -            | y       | -       | -              | -        | -       | -        | -       | -              | y      | -
grants/ask              | -     | -            | -            | -            | -       | -       | -              | -        | -       | -        | y       | y              | -      | -
grant/confirm           | -     | -            | -            | -            | -       | -       | -              | -        | -       | y        | y       | -              | -      | -
grant/end               | -     | -            | -            | -            | -       | -       | -              | -        | -       | y        | y       | -              | -      | -
orders/order            | -     | -            | -            | -            | -       | -       | -              | -        | -       | -        | y       | -              | -      | -
order/end               | -     | -            | -            | -            | -       | -       | -              | -        | -       | -        | y       | -              | -      | -
"""  # noqa: E501 - a table reads by columns
HEADING, *LINES = [[word.strip() for word in line.split("|")] for line in TABLE.strip().splitlines()]
EXPECTED = {name: {who for who, word in zip(HEADING[1:], words, strict=True) if word == "y"} for name, *words in LINES}
ACTS = {f"{kind.name}/{act.name}": (kind, act) for kind in KINDS for act in kind.acts}
LATER = (NOW + timedelta(days=100)).date()


@dataclass(frozen=True, slots=True)
class Case:
    """What an act is about, and what is filled in by whoever may."""

    subject: Any
    parts: Mapping[str, Any]
    data: Mapping[str, Any]


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def everybody(land: Land) -> dict[str, User]:
    """The people of the columns."""
    more = {
        "french_auditor": make_person(land.france, Role.AUDITOR),
        "leader": make_person(land.france, Role.APPROVER, name="Lena Leader"),
    }
    return {name: more.get(name) or getattr(land, name) for name in HEADING[1:]}


def _person_case(act: str, land: Land) -> Case:
    target = make_user("Tom Target")
    people_of = {"invite": target, "anew": land.officer, "lift": land.officer}
    person = people_of.get(act, land.coast_officer)
    if act == "invite":
        make_membership_at(target, land)
        User.objects.filter(pk=target.pk).update(password="!")
        target.refresh_from_db()
    if act == "anew":
        User.objects.filter(pk=person.pk).update(password="pbkdf2_sha256$1$a$a")
        people.suspend(user=person, reason="lost", actor=land.border_admin, at=NOW)
    if act == "lift":
        people.suspend(user=person, reason="lost", actor=land.admin, at=NOW)
    person = User.objects.get(pk=person.pk)
    return Case(person, {"handle": person.handle}, {"reason": "because"})


def make_membership_at(user: User, land: Land) -> None:
    """Give the person a place below everybody who administers."""
    make_membership(user, land.coast)


def case_of(kind: Kind, act: Act, land: Land, everybody: dict[str, User]) -> Case:
    """Return what the act is about."""
    makers = {
        "people": lambda: Case(True, {}, ENROLMENT),
        "person": lambda: _person_case(act.name, land),
        "membership": lambda: _membership_case(act.name, land),
        "administrator": lambda: _administrator_case(act.name, land),
        "participants": lambda: Case(True, {}, {"key": "norway", "name": "Norway", "kind": "associated_state"}),
        "organisations": lambda: Case(True, {}, {"name": "New", "kind": "unit", "parent": "border"}),
        "organisation": lambda: _organisation_case(act.name, land),
        "proposal": lambda: _proposal_case(land),
        "groups": lambda: Case(True, {}, _charter(everybody) | {"key": "newly"}),
        "group": lambda: _group_case(act.name, land, everybody),
        "member": lambda: _member_case(land, everybody),
        "admission": lambda: _admission_case(land, everybody),
        "grants": lambda: Case(True, {}, GRANT),
        "grant": lambda: _grant_case(land),
        "orders": lambda: _order_case(land),
        "order": lambda: _end_case(land),
    }
    return makers[kind.name]()


ENROLMENT = {
    "name": "Nina New",
    "email": "new@member.example",
    "organisation": "coast",
    "role": "officer",
    "element_EW": True,
    "valid_until": LATER,
    "need": "Patrols",
    "briefed_on": NOW.date(),
    "acknowledged_on": NOW.date(),
}
GRANT = {"kind": "case", "reference": "EW-XX-2026-00000", "case": "7/2026", "hours": 4, "reason": "complaint"}


def _membership_case(act: str, land: Land) -> Case:
    row = land.coast_officer.memberships.get()
    data: dict[str, dict[str, Any]] = {
        "change": {"role": "author", "element_EW": True, "valid_until": LATER, "reason": "duty"},
        "confirm": {"valid_until": LATER},
        "end": {"last_day": NOW.date(), "reason": "left"},
    }
    return Case(row, {"membership": row.handle}, data[act])


def _administrator_case(act: str, land: Land) -> Case:
    row = land.french_admin.memberships.get()
    if act == "lift":
        people.suspend(user=land.french_admin, reason="asked", actor=land.curator, at=NOW)
    return Case(row, {"membership": row.handle}, {"reason": "because"})


def _organisation_case(act: str, land: Land) -> Case:
    data = {
        "rename": {"name": "Border guard"},
        "lower": {"ceiling": "owner", "reason": "leak"},
        "raise": {"ceiling": "public", "reason": "open data"},
        "propose": {"kind": "move", "target": "police", "reason": "reform"},
    }
    row = land.coast if act == "propose" else land.border
    return Case(row, {"key": row.key}, data[act])


def _proposal_case(land: Land) -> Case:
    row = changes.propose_change(
        kind=ProposalKind.MOVE, organisation=land.coast, target=land.police, reason="r", actor=land.admin, at=NOW
    )
    return Case(row, {"proposal": row.handle}, {})


def _charter(everybody: dict[str, User]) -> dict[str, Any]:
    return {"name": "Routes", "charter": "Sea routes", "leader": everybody["leader"].email}


def _group(land: Land, everybody: dict[str, User]) -> Any:
    leader = everybody["leader"]
    return groups.found_group(
        key="routes", name="Routes", charter="Sea", leader=leader, participants=[], actor=land.curator, at=NOW
    )


def _group_case(act: str, land: Land, everybody: dict[str, User]) -> Case:
    group = _group(land, everybody)
    data = {"charter": _charter(everybody), "end": {"reason": "done"}, "propose": {"organisation": "coast"}}
    return Case(group, {"group": group.key}, data[act])


def _admitted(land: Land, everybody: dict[str, User]) -> Any:
    group = _group(land, everybody)
    leader = everybody["leader"]
    return group, groups.propose_member(group=group, organisation=land.spain, actor=leader, at=NOW)


def _member_case(land: Land, everybody: dict[str, User]) -> Case:
    group, admission = _admitted(land, everybody)
    groups.admit_member(admission=admission, actor=land.admin, at=NOW)
    return Case(group.members.get(), {"group": group.key, "member": "o-spain"}, {"reason": "left"})


def _admission_case(land: Land, everybody: dict[str, User]) -> Case:
    _group_row, admission = _admitted(land, everybody)
    return Case(admission, {"admission": admission.handle}, {})


def _grant_case(land: Land) -> Case:
    row = ask_to_inspect(**{**GRANT, "actor": land.second_auditor, "at": NOW})  # type: ignore[arg-type]
    return Case(row, {"grant": row.handle}, {})


def _order_case(land: Land) -> Case:
    item = make_item(owner=land.border)
    return Case(True, {}, {"reference": item.reference, "reason": "personal data"})


def _end_case(land: Land) -> Case:
    item = make_item(owner=land.border)
    services.quarantine(sharing=item, actor=land.second_auditor, at=NOW, reason="personal data")
    item.refresh_from_db()
    return Case(item, {"identifier": str(item.uuid)}, {"reason": "settled"})


def offered(kind: Kind, act: Act, case: Case, user: User) -> bool:
    """Tell whether the page and the API offer the act to the person."""
    subject = kind.find(user, NOW, case.parts)
    return subject is not None and act.open_to(Scene(user, NOW, subject))


def succeeds(act: Act, case: Case, form: Any, user: User) -> bool:
    """Do it with a form that somebody else filled in, whatever the page would say, and undo it."""
    try:
        with transaction.atomic():
            act.run(Scene(user, NOW, case.subject), form)
            transaction.set_rollback(True)
    except (PermissionDenied, ValidationError):
        return False
    return True


def test_the_table_is_whole() -> None:
    assert set(EXPECTED) == set(ACTS)
    assert all(EXPECTED.values())


def test_who_may(land: Land, everybody: dict[str, User]) -> None:
    found, not_offered = {}, {}
    for name, (kind, act) in ACTS.items():
        with transaction.atomic():
            case = case_of(kind, act, land, everybody)
            first = everybody[min(EXPECTED[name], key=HEADING.index)]
            form = act.filled(Scene(first, NOW, case.subject), case.data)
            assert form.is_valid(), (name, form.errors)
            found[name] = {who for who, user in everybody.items() if succeeds(act, case, form, user)}
            # whoever may is offered it
            not_offered[name] = {who for who in EXPECTED[name] if not offered(kind, act, case, everybody[who])}
            transaction.set_rollback(True)
    assert found == EXPECTED
    assert not_offered == {name: set() for name in ACTS}
