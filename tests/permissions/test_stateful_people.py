"""Any order of acts, those on people, organisations and groups included: every surface still answers as the oracle."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from cms.audit.models import AuditEvent
from cms.organisations.changes import propose_change
from cms.organisations.enums import ProposalKind, Role
from cms.organisations.groups import admit_member, end_group, propose_member, remove_member
from cms.organisations.models import Membership, Organisation, Suspension, WorkingGroup
from cms.organisations.people import Access, change_access, lift_suspension, suspend
from cms.sharing.enums import RecipientKind
from cms.sharing.services.succession import accept_proposal, effects_of
from tests.factories import element
from tests.permissions.profiles import examples
from tests.permissions.test_stateful import DECIDER, Base, Network, anything, base, narrower, same, wider

__all__ = ["base"]
pytestmark = pytest.mark.django_db
ADMINISTRATOR = "administrator"


class Administered(Network):
    """The same world, with those who administer it at work."""

    def attempt(self, act: Callable[[], object]) -> bool:
        """Do it: what is refused leaves nothing, no event either."""
        events = AuditEvent.objects.count()
        try:
            with transaction.atomic():
                act()
        except (ValidationError, PermissionDenied):
            assert AuditEvent.objects.count() == events
            return False
        assert AuditEvent.objects.count() > events
        return True

    @rule(kind=st.sampled_from([ProposalKind.MOVE, ProposalKind.MERGE]), data=st.data())
    def reorganise(self, kind: str, data: st.DataObject) -> None:
        what, where = (
            Organisation.objects.get(pk=data.draw(st.sampled_from(ids))) for ids in (self.base.units, self.base.parents)
        )
        found: list[object] = []
        self.attempt(
            lambda: found.append(
                propose_change(
                    kind=kind,
                    organisation=what,
                    target=where,
                    reason="reform",
                    actor=self.person(ADMINISTRATOR),
                    at=self.at,
                )
            )
        )
        self.check(same)
        for proposal in found:
            events = AuditEvent.objects.count()
            effects_of(proposal, self.at)  # type: ignore[arg-type]
            assert AuditEvent.objects.count() == events
            self.check(same)
            self.attempt(
                lambda proposal=proposal: accept_proposal(  # type: ignore[misc]
                    proposal=proposal, actor=self.person(DECIDER), at=self.at
                )
            )
            self.check(anything)

    @rule(who=st.sampled_from(["officer below", "officer beside", DECIDER, ADMINISTRATOR, "recipient"]))
    def suspend(self, who: str) -> None:
        person = self.person(who)
        self.attempt(lambda: suspend(user=person, reason="x", actor=self.person(ADMINISTRATOR), at=self.at))
        self.check(narrower)

    @rule()
    def lift(self) -> None:
        for row in Suspension.objects.filter(lifted_at__isnull=True):
            self.attempt(
                lambda row=row: lift_suspension(  # type: ignore[misc]
                    suspension=row, reason="x", actor=self.person(ADMINISTRATOR), at=self.at
                )
            )
        self.check(wider)

    @rule(
        who=st.sampled_from(["officer below", "officer beside", "recipient", DECIDER, ADMINISTRATOR]),
        role=st.sampled_from([Role.OFFICER, Role.AUTHOR, Role.APPROVER, Role.AUDITOR]),
        codes=st.sampled_from([["EW"], ["RE"], []]),
        countries=st.sampled_from([[], ["MA"], ["TN"]]),
        days=st.sampled_from([0, 1, 30]),
    )
    def give_selective_access(self, who: str, role: str, codes: list[str], countries: list[str], days: int) -> None:
        membership = Membership.objects.filter(user=self.person(who)).first()
        access = Access(
            role=role,
            competences={element(code): countries for code in codes},
            valid_until=(self.at + timedelta(days=days)).date(),
        )
        self.attempt(
            lambda: change_access(
                membership=membership,  # type: ignore[arg-type]
                access=access,
                reason="a new task",
                actor=self.person(ADMINISTRATOR),
                at=self.at,
            )
        )
        self.check(anything)

    def group(self) -> WorkingGroup:
        return WorkingGroup.objects.get(pk=self.base.targets[RecipientKind.GROUP][0])

    @rule(data=st.data())
    def admit(self, data: st.DataObject) -> None:
        WorkingGroup.objects.filter(pk=self.group().pk).update(leader=self.person("recipient"))
        place = Organisation.objects.get(pk=data.draw(st.sampled_from(self.base.parents)))
        leader, administrator = self.person("recipient"), self.person(ADMINISTRATOR)
        self.attempt(
            lambda: admit_member(
                admission=propose_member(group=self.group(), organisation=place, actor=leader, at=self.at),
                actor=administrator,
                at=self.at,
            )
        )
        self.check(wider)

    @rule()
    def take_out(self) -> None:
        curator = self.person("curator")
        for member in self.group().members.all()[:1]:
            self.attempt(lambda member=member: remove_member(member=member, reason="", actor=curator, at=self.at))  # type: ignore[misc]
        self.check(narrower)

    @rule()
    def end_the_group(self) -> None:
        self.attempt(lambda: end_group(group=self.group(), reason="x", actor=self.person("curator"), at=self.at))
        self.check(narrower)


def test_any_order_of_acts_on_people(base: Base) -> None:
    run: Callable[..., None] = run_state_machine_as_test
    run(lambda: Administered(base), settings=settings(examples(6), stateful_step_count=18))
