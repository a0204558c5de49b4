"""The one tree: where organisations stand, and how they move; built-in groups follow."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from cms.audit.models import AuditEvent
from cms.organisations.models import GroupMember, Organisation, WorkingGroup
from cms.organisations.selectors import below
from cms.organisations.services import create_organisation, move_organisation, sync_built_in_groups
from tests.factories import NOW, make_group, make_organisation, make_participant, make_person
from tests.factories.rows import make_bare_item
from tests.permissions.surfaces import by_queryset

pytestmark = pytest.mark.django_db


def lineages() -> dict[int, list[int]]:
    """Return the lineage of each organisation, walked from its parents."""
    parents = dict(Organisation.objects.values_list("pk", "parent"))

    def walk(place: int | None) -> list[int]:
        return [] if place is None else [*walk(parents[place]), place]

    return {place: walk(place) for place in parents}


def stored() -> dict[int, list[int]]:
    """Return the lineage that each organisation carries."""
    return dict(Organisation.objects.values_list("pk", "lineage"))


def test_a_new_organisation_stands_below_its_parent() -> None:
    unit = make_organisation("unit", make_organisation("authority", make_participant()))
    assert len(unit.lineage) == 3
    assert unit.participant_id == unit.lineage[0]
    assert stored() == lineages()


@pytest.mark.parametrize("kind", ["member_state", "associated_state", "commission", "agency", "authority", "unit"])
def test_participants_are_the_roots(kind: str) -> None:
    parent = make_participant()
    is_participant = kind in {"member_state", "associated_state", "commission", "agency"}
    above = {True: parent, False: None}[is_participant]
    wrong: dict[str, Any] = {"key": "new", "name": "New", "kind": kind, "country": None, "actor": None, "at": NOW}
    with pytest.raises(ValidationError):
        create_organisation(parent=above, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(key="new", name="New", kind=kind, parent=above)
    create_organisation(parent={True: None, False: parent}[is_participant], **wrong)


def test_a_key_is_taken_once() -> None:
    make_participant("es")
    with pytest.raises(ValidationError):
        make_participant("es")


def test_no_organisation_is_its_own_parent() -> None:
    unit = make_organisation("unit")
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=unit.pk).update(parent=unit)


def test_moving_takes_all_below_along_and_tokens_follow() -> None:
    state = make_participant()
    old, new = make_organisation(parent=state), make_organisation(parent=state)
    unit = make_organisation("unit", old)
    office = make_organisation("unit", unit)
    reader = make_person(office)
    rows = {"old": make_bare_item(owner=old), "new": make_bare_item(owner=new), "own": make_bare_item(owner=unit)}
    before = by_queryset(reader, rows.values(), NOW)
    move_organisation(organisation=unit, parent=new, actor=None, at=NOW, reason="reform")
    assert (stored(), Organisation.objects.get(pk=office.pk).lineage) == (
        lineages(), [state.pk, new.pk, unit.pk, office.pk],
    )  # fmt: skip
    assert unit.parent == new
    assert [before, by_queryset(reader, rows.values(), NOW)] == [
        {rows["old"].pk, rows["own"].pk},
        {rows["new"].pk, rows["own"].pk},
    ]
    event = AuditEvent.objects.latest("pk")
    assert (event.event, event.reason, event.owner_id) == ("organisation_changed", "reform", unit.pk)
    assert event.details == {"change": "moved", "lineage": [state.pk, new.pk, unit.pk]}


def test_moving_up_shortens_the_lineage() -> None:
    state = make_participant()
    unit = make_organisation("unit", make_organisation(parent=state))
    office = make_organisation("unit", unit)
    move_organisation(organisation=unit, parent=state, actor=None, at=NOW, reason="reform")
    assert (stored(), Organisation.objects.get(pk=office.pk).lineage) == (lineages(), [state.pk, unit.pk, office.pk])


def test_moves_that_are_refused() -> None:
    state, other = make_participant(), make_participant()
    authority = make_organisation(parent=state)
    unit = make_organisation("unit", authority)
    for moved, parent in (
        (unit, other),
        (unit, make_organisation(parent=other)),
        (state, other),
        (authority, unit),
        (authority, authority),
        (state, authority),
    ):
        before = stored()
        with pytest.raises(ValidationError):
            move_organisation(organisation=moved, parent=parent, actor=None, at=NOW, reason="reform")
        assert stored() == before


def test_below_is_the_organisation_and_all_below() -> None:
    state = make_participant()
    authority = make_organisation(parent=state)
    unit = make_organisation("unit", authority)
    make_organisation(parent=state)
    assert set(below(authority)) == {authority, unit}


# ---------------------------------------------------------------- built-in groups


def members(key: str) -> set[str]:
    """Return the keys of the organisations in a built-in group."""
    rows = GroupMember.objects.filter(group__key=key, group__built_in=True)
    return set(rows.values_list("organisation__key", flat=True))


def test_built_in_groups_hold_the_participants_of_their_kind() -> None:
    make_participant("spain", country="ES")
    make_participant("ireland", country="IE")
    make_participant("cyprus", country="CY")
    make_participant("norway", kind="associated_state", country="NO")
    make_participant("elsewhere", kind="associated_state", country="XX")
    make_participant("commission", kind="commission", country="BE")
    make_participant("agency", kind="agency", country="PL")
    make_organisation(parent=Organisation.objects.get(key="spain"))
    assert members("member-states") == {"spain", "ireland", "cyprus"}
    assert members("schengen-states") == {"spain", "norway"}
    assert members("institutions") == {"commission", "agency"}


def test_built_in_groups_are_brought_back_to_what_they_are() -> None:
    spain, commission = make_participant("spain", country="ES"), make_participant("commission", kind="commission")
    group = WorkingGroup.objects.get(key="member-states")
    group.members.all().delete()
    GroupMember.objects.create(group=group, organisation=commission)
    GroupMember.objects.create(group=group, user=make_person(spain))
    sync_built_in_groups()
    sync_built_in_groups()
    assert list(group.members.values_list("organisation__key", flat=True)) == ["spain"]


def test_a_group_member_is_an_organisation_or_a_person_once() -> None:
    friend = make_participant()
    person = make_person(friend)
    group = make_group(friend, person)
    for member in ({}, {"organisation": friend, "user": person}, {"organisation": friend}, {"user": person}):
        with pytest.raises(IntegrityError), transaction.atomic():
            GroupMember.objects.create(group=group, **member)
    assert group.members.count() == 2


def test_triggers_of_the_trail_stand() -> None:
    """The migration that made them ran: what tests of the trail rest on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'audit_auditevent'::regclass AND NOT tgisinternal"
        )
        assert cursor.fetchone() == (2,)
