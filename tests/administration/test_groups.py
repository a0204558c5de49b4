"""Working groups: charters by curators, members by two who gain nothing, and an end that holds at once."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import QueryDict

from cms.audit.models import AuditEvent
from cms.notifications.models import OutboxRow
from cms.organisations.enums import Outcome, Role
from cms.organisations.groups import (
    admit_member,
    change_charter,
    end_group,
    found_group,
    propose_member,
    refuse_member,
    remove_member,
)
from cms.organisations.models import GroupAdmission, Organisation, WorkingGroup
from cms.organisations.selectors import present_members
from cms.sharing.act_forms import WidenForm
from tests.administration.asking import done, last_event, reads
from tests.administration.conftest import Land
from tests.factories import NOW, make_item, make_membership

pytestmark = pytest.mark.django_db


def found(land: Land, who: str = "curator", **changes: Any) -> Any:
    """Return an act that founds a group led by the French officer."""
    said: dict[str, Any] = {
        "key": "sea-routes",
        "name": "Sea routes",
        "charter": "Looks at sea routes until the end of the year.",
        "leader": land.french_officer,
        "participants": [land.spain, land.france],
        "actor": getattr(land, who),
        "at": NOW,
    }
    return lambda: found_group(**(said | changes))


@pytest.fixture
def group(land: Land) -> WorkingGroup:
    """A group of Spain and France, led by the French officer."""
    made: WorkingGroup = found(land)()
    return made


@pytest.mark.parametrize("who", ["admin", "french_admin", "decider", "approver", "operator", "superuser"])
def test_only_curators_found_change_and_end(land: Land, group: WorkingGroup, who: str) -> None:
    by: dict[str, Any] = {"group": group, "actor": getattr(land, who), "at": NOW}
    charter: dict[str, Any] = {"name": "X", "charter": "Y", "leader": land.officer, "participants": []}
    acts = [
        found(land, who, key="another"),
        lambda: change_charter(**charter, **by),
        lambda: end_group(reason="because", **by),
    ]
    assert [done(act) for act in acts] == [False, False, False]
    by["actor"] = land.curator
    assert not done(lambda: change_charter(**(charter | {"charter": " "}), **by))
    assert AuditEvent.objects.latest("pk").details["change"] == "founded"
    assert done(lambda: change_charter(**charter, **by))
    assert AuditEvent.objects.latest("pk").details["change"] == "changed"
    group.refresh_from_db()
    assert (group.name, group.leader, list(group.participants.all())) == ("X", land.officer, [])
    assert not done(lambda: end_group(reason=" ", **by))
    assert done(lambda: end_group(reason="because", **by))


def test_a_charter_is_written(land: Land) -> None:
    assert not done(found(land, charter=" "))
    assert not done(found(land, key="not a key"))
    assert done(found(land))
    assert not done(found(land))


def test_built_in_groups_keep_themselves(land: Land) -> None:
    group = WorkingGroup.objects.get(key="member-states")
    by: dict[str, Any] = {"group": group, "actor": land.curator, "at": NOW}
    acts = [
        lambda: end_group(reason="because", **by),
        lambda: change_charter(name="X", charter="Y", leader=land.officer, participants=[], **by),
        lambda: propose_member(organisation=land.border, **by),
    ]
    assert [done(act) for act in acts] == [False, False, False]


def test_a_member_needs_the_leader_and_the_members_administrator(land: Land, group: WorkingGroup) -> None:
    item = make_item(owner=land.police, state="restricted", marking="AMBER", recipients=[group])
    admission = propose_member(group=group, organisation=land.border, actor=land.french_officer, at=NOW)
    assert (reads(land.officer, item), last_event()[0]) == (False, "group_member_proposed")
    for who in ("french_officer", "french_admin", "curator", "decider", "officer", "superuser"):
        actor = getattr(land, who)
        assert not done(lambda actor=actor: admit_member(admission=admission, actor=actor, at=NOW))  # type: ignore[misc]
    assert done(lambda: admit_member(admission=admission, actor=land.admin, at=NOW))
    assert (reads(land.officer, item), reads(land.coast_officer, item), last_event()[0]) == (
        True, True, "group_member_admitted",
    )  # fmt: skip
    assert not done(lambda: admit_member(admission=admission, actor=land.second_admin, at=NOW))


def test_owners_with_items_shared_there_are_told(land: Land, group: WorkingGroup) -> None:
    item = make_item(owner=land.police, state="restricted", marking="AMBER", recipients=[group])
    make_item(owner=land.police, state="owner", recipients=[group])
    admission = propose_member(group=group, organisation=land.border, actor=land.admin, at=NOW)
    before = OutboxRow.objects.filter(kind="notify").count()
    admit_member(admission=admission, actor=land.french_officer, at=NOW)
    rows = OutboxRow.objects.filter(kind="notify").order_by("-pk")
    assert rows.count() == before + 1
    told = rows[0].payload
    assert (told["kind"], told["item"]) == ("group_grew", str(item.uuid))
    assert set(told["users"]) == {land.approver.pk, land.decider.pk, land.second_decider.pk}


def test_the_other_way_round_too_and_for_persons(land: Land, group: WorkingGroup) -> None:
    item = make_item(owner=land.police, state="restricted", marking="AMBER", recipients=[group])
    admission = propose_member(group=group, user=land.officer, actor=land.border_admin, at=NOW)
    assert not done(lambda: admit_member(admission=admission, actor=land.admin, at=NOW))
    assert done(lambda: admit_member(admission=admission, actor=land.french_officer, at=NOW))
    assert [reads(person, item) for person in (land.officer, land.coast_officer)] == [True, False]


@pytest.mark.parametrize("who", ["approver", "decider", "officer", "police_officer", "operator", "superuser"])
def test_nobody_else_proposes(land: Land, group: WorkingGroup, who: str) -> None:
    assert not done(lambda: propose_member(group=group, organisation=land.border, actor=getattr(land, who), at=NOW))


def test_nobody_says_yes_to_what_lets_them_read_more(land: Land, group: WorkingGroup) -> None:
    # the leader belongs to France: a curator stands in for the leader
    leading = {"group": group, "organisation": land.france, "at": NOW}
    assert not done(lambda: propose_member(actor=land.french_officer, **leading))  # type: ignore[arg-type]
    admission = propose_member(actor=land.french_admin, **leading)  # type: ignore[arg-type]
    assert not done(lambda: admit_member(admission=admission, actor=land.french_officer, at=NOW))
    assert done(lambda: admit_member(admission=admission, actor=land.curator, at=NOW))
    # an administrator who is an officer too gains by the own organisation
    make_membership(land.admin, land.border, Role.OFFICER)
    second = propose_member(group=group, organisation=land.border, actor=land.french_officer, at=NOW)
    assert not done(lambda: admit_member(admission=second, actor=land.admin, at=NOW))
    assert done(lambda: admit_member(admission=second, actor=land.second_admin, at=NOW))


def test_one_person_in_both_functions_is_one_person(land: Land) -> None:
    make_membership(land.french_officer, land.spain, Role.NATIONAL_ADMIN)
    group = found(land)()
    admission = propose_member(group=group, organisation=land.border, actor=land.french_officer, at=NOW)
    assert not done(lambda: admit_member(admission=admission, actor=land.french_officer, at=NOW))


def test_nor_where_the_second_function_came_later(land: Land, group: WorkingGroup) -> None:
    admission = propose_member(group=group, organisation=land.border, actor=land.admin, at=NOW)
    WorkingGroup.objects.filter(pk=group.pk).update(leader=land.admin)
    assert not done(lambda: admit_member(admission=admission, actor=land.admin, at=NOW))


@pytest.mark.parametrize(("first", "then"), [("french_officer", "admin"), ("admin", "french_officer")])
def test_a_yes_of_somebody_whose_account_is_gone_counts_no_more(
    land: Land, group: WorkingGroup, first: str, then: str
) -> None:
    admission = propose_member(group=group, organisation=land.border, actor=getattr(land, first), at=NOW)
    GroupAdmission.objects.update(leader=None, administrator=None)
    assert not done(lambda: admit_member(admission=admission, actor=getattr(land, then), at=NOW))


def test_nobody_admits_themselves_or_what_the_charter_names_no_more(land: Land, group: WorkingGroup) -> None:
    lead: dict[str, Any] = {"group": group, "actor": land.french_officer, "at": NOW}
    assert not done(lambda: propose_member(user=land.french_officer, **lead))
    admission = propose_member(organisation=land.border, **lead)
    group.participants.set([land.france])
    assert not done(lambda: admit_member(admission=admission, actor=land.admin, at=NOW))


def test_members_come_from_the_participants_of_the_charter(land: Land, group: WorkingGroup) -> None:
    lead: dict[str, Any] = {"group": group, "actor": land.french_officer, "at": NOW}
    assert not done(lambda: propose_member(organisation=land.commission, **lead))
    assert not done(lambda: propose_member(user=land.curator, **lead))
    propose_member(organisation=land.border, **lead)
    assert not done(lambda: propose_member(organisation=land.border, **lead))


@pytest.mark.parametrize(
    ("who", "allowed"), [("french_officer", True), ("admin", True), ("curator", True), ("decider", False)]
)
def test_an_admission_is_refused_by_either_side(land: Land, group: WorkingGroup, who: str, allowed: bool) -> None:
    admission = propose_member(group=group, organisation=land.border, actor=land.french_officer, at=NOW)
    assert done(lambda: refuse_member(admission=admission, actor=getattr(land, who), at=NOW)) is allowed
    assert done(lambda: admit_member(admission=admission, actor=land.admin, at=NOW)) is not allowed


@pytest.mark.parametrize(
    ("who", "allowed"),
    [("french_officer", True), ("curator", True), ("admin", True), ("border_admin", True), ("french_admin", False),
     ("decider", False), ("superuser", False)],
)  # fmt: skip
def test_who_takes_a_member_out(land: Land, group: WorkingGroup, who: str, allowed: bool) -> None:
    admission = propose_member(group=group, organisation=land.border, actor=land.french_officer, at=NOW)
    admit_member(admission=admission, actor=land.admin, at=NOW)
    item = make_item(owner=land.police, state="restricted", marking="AMBER", recipients=[group])
    member = group.members.get()
    assert done(lambda: remove_member(member=member, reason="", actor=getattr(land, who), at=NOW)) is allowed
    assert reads(land.officer, item) is not allowed


def test_an_ended_group_opens_nothing_and_takes_nobody(land: Land, group: WorkingGroup) -> None:
    admission = propose_member(group=group, organisation=land.border, actor=land.french_officer, at=NOW)
    admit_member(admission=admission, actor=land.admin, at=NOW)
    propose_member(group=group, organisation=land.police, actor=land.admin, at=NOW)
    item = make_item(owner=land.police, state="restricted", marking="AMBER", recipients=[group])
    assert (reads(land.officer, item), present_members(group, NOW)) == (True, ((land.border.pk,), ()))
    end_group(group=group, reason="done", actor=land.curator, at=NOW)
    assert (reads(land.officer, item), present_members(group, NOW)) == (False, ((), ()))
    event = AuditEvent.objects.latest("pk")
    assert (event.event, event.details["organisations"]) == ("group_ended", [land.border.pk])
    assert list(group.admissions.order_by("pk").values_list("outcome", flat=True)) == [
        Outcome.ACCEPTED,
        Outcome.REFUSED,
    ]
    with pytest.raises(PermissionDenied):
        propose_member(group=group, organisation=land.border, actor=land.french_officer, at=NOW)


def test_present_members_only_are_stored_as_themselves(land: Land, group: WorkingGroup) -> None:
    for member in ({"organisation": land.border}, {"user": land.police_officer}):
        admission = propose_member(group=group, **member, actor=land.french_officer, at=NOW)
        admit_member(admission=admission, actor=land.admin, at=NOW)
    item = make_item(owner=land.france, state="restricted", marking="AMBER")
    data = QueryDict(mutable=True)
    data.update({"state": "restricted", "present_members": "on", "reason": "asked for", "groups": group.key})
    form = WidenForm(data, sharing=item, at=NOW)
    assert form.is_valid(), form.errors
    targets = {(target.kind, target.target_id) for target in form.chosen_targets("EW", NOW)}
    assert targets == {("organisation", land.border.pk), ("user", land.police_officer.pk)}
    data.pop("present_members")
    plain = WidenForm(data, sharing=item, at=NOW)
    assert plain.is_valid()
    assert [(target.kind, target.target_id) for target in plain.chosen_targets("EW", NOW)] == [("group", group.pk)]


def test_ended_groups_and_merged_organisations_are_not_offered(land: Land, group: WorkingGroup) -> None:
    item = make_item(owner=land.france, state="restricted", marking="AMBER")

    def offered() -> set[str]:
        fields: Any = WidenForm(None, sharing=item, at=NOW).fields
        places = {key for _name, options in fields["organisations"].choices for key, _label in options}
        return places | {key for key, _label in fields["groups"].choices}

    before = offered()
    end_group(group=group, reason="done", actor=land.curator, at=NOW)
    Organisation.objects.filter(pk=land.coast.pk).update(merged_into=land.border)
    assert before - offered() == {"sea-routes", "coast"}
