"""Any order of acts, with those that need a second person, that undo, and that change facts: the same machine as in
`test_stateful`, and after each step the history says of every instant so far what decided then."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from cms.audit.models import AuditEvent
from cms.elements.enums import Ceiling
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.sharing import services
from cms.sharing.enums import PendingKind, PendingStatus, RecipientKind, SharingState
from cms.sharing.facts import ItemFacts
from cms.sharing.history import facts_at
from cms.sharing.models import PendingAct, Sharing
from cms.sharing.querysets import facts_of
from cms.sharing.services import Target
from tests.factories import element, make_person
from tests.factories.items import page_of
from tests.permissions.profiles import examples
from tests.permissions.test_stateful import (
    APPROVER,
    DECIDER,
    EDITOR,
    ITEMS,
    Base,
    Network,
    Readers,
    anything,
    narrower,
    same,
    wider,
)
from tests.permissions.test_stateful import base as base  # noqa: PLC0414 - the fixture

pytestmark = pytest.mark.django_db

SECOND, RECEIVING = "second decider", "receiving decider"


@pytest.fixture
def owners(base: Base) -> Base:
    """The world of `base` with two more deciders, and no organisation that sets a limit."""
    Organisation.objects.update(ceiling=Ceiling.PUBLIC)
    owner = Sharing.objects.get(pk=base.items[0]).owner
    receiver = Organisation.objects.get(pk=base.targets["organisation"][0])
    base.people[SECOND] = make_person(owner, Role.DECIDER).pk
    base.people[RECEIVING] = make_person(receiver, Role.DECIDER).pk
    return base


class Owners(Network):
    """Acts of two, undoing, changed facts, many at once."""

    def __init__(self, base: Base) -> None:
        self.known: dict[tuple[int, datetime], ItemFacts] = {}
        super().__init__(base)

    def check(self, relation: Callable[[Readers, Readers], bool]) -> None:
        super().check(relation)
        for row in Sharing.objects.filter(pk__in=self.base.items):
            self.known[row.pk, self.at] = comparable(facts_of(row))
        rows = Sharing.objects.in_bulk(self.base.items)
        for (key, at), facts in self.known.items():
            found = facts_at(rows[key], at)
            assert found is not None
            assert comparable(found) == facts

    def confirm(self, kind: str, who: str, relation: Callable[[Readers, Readers], bool]) -> None:
        pending = PendingAct.objects.filter(kind=kind, status=PendingStatus.OPEN).order_by("pk").last()
        if pending is None:
            return
        proposed_by = pending.proposed_by_id
        done = self.act(relation, services.confirm, pending=pending, actor=self.person(who))
        assert not (done and proposed_by == self.person(who).pk and kind in {"transfer", "public"})

    def act_on_all(
        self, relation: Callable[[Readers, Readers], bool], service: Callable[..., object], **arguments: object
    ) -> None:
        """Call the service for both items: done, it leaves an event for each; refused, nothing."""
        before = AuditEvent.objects.count()
        try:
            service(at=self.at, **arguments)
        except ValidationError:
            assert AuditEvent.objects.count() == before
            self.check(same)
        else:
            assert AuditEvent.objects.count() == before + len(self.base.items)
            self.check(relation)

    @rule(number=ITEMS, who=st.sampled_from([DECIDER, RECEIVING]), to=st.sampled_from([0, 1, 3]))
    def propose_a_transfer(self, number: int, who: str, to: int) -> None:
        receiver = Organisation.objects.get(pk=self.base.targets["organisation"][to])
        arguments = {"sharing": self.item(number), "new_owner": receiver, "actor": self.person(who)}
        self.act(same, services.propose_transfer, reason="reform", **arguments)

    @rule(who=st.sampled_from([DECIDER, SECOND, RECEIVING, APPROVER]))
    def confirm_a_transfer(self, who: str) -> None:
        self.confirm(PendingKind.TRANSFER, who, anything)

    @rule(
        number=ITEMS,
        service=st.sampled_from([services.propose_public, services.prepare_public]),
        who=st.sampled_from([DECIDER, SECOND, APPROVER, EDITOR]),
    )
    def propose_to_make_public(self, number: int, service: Callable[..., object], who: str) -> None:
        arguments = {"sharing": self.item(number), "actor": self.person(who)}
        self.act(same, service, reason="press release", **arguments)

    @rule(who=st.sampled_from([DECIDER, SECOND, APPROVER]))
    def take_up_to_make_public(self, who: str) -> None:
        self.confirm(PendingKind.PREPARE, who, same)

    @rule(who=st.sampled_from([DECIDER, SECOND, APPROVER, EDITOR]))
    def confirm_to_make_public(self, who: str) -> None:
        self.confirm(PendingKind.PUBLIC, who, wider)

    @rule(number=ITEMS, kind=st.sampled_from(["withdraw", "narrow", "tighten"]))
    def propose_less(self, number: int, kind: str) -> None:
        value = {"narrow": "owner", "tighten": "RED"}.get(kind, "")
        arguments = {"sharing": self.item(number), "kind": kind, "value": value, "actor": self.person(EDITOR)}
        self.act(same, services.propose_narrowing, reason="too wide", **arguments)

    @rule(number=ITEMS, who=st.sampled_from(["recipient", "officer below", EDITOR, "curator"]))
    def flag(self, number: int, who: str) -> None:
        self.act(same, services.flag, sharing=self.item(number), actor=self.person(who), reason="a name")

    @rule(
        kind=st.sampled_from(["withdraw", "narrow", "tighten", "flag"]),
        who=st.sampled_from([DECIDER, APPROVER, EDITOR]),
    )
    def accept_less(self, kind: str, who: str) -> None:
        self.confirm(kind, who, narrower)

    @rule(who=st.sampled_from([DECIDER, RECEIVING, EDITOR]), declined=st.booleans())
    def settle_undone(self, who: str, *, declined: bool) -> None:
        pending = PendingAct.objects.filter(status=PendingStatus.OPEN).order_by("pk").first()
        if pending is not None:
            arguments = {"pending": pending, "actor": self.person(who)}
            reason = {"reason": "needed"} if declined else {}
            self.act(same, services.decline if declined else services.take_back, **arguments, **reason)

    @rule(number=ITEMS, code=st.sampled_from(["EW", "RE"]), countries=st.sampled_from([[], ["MA"], ["MA", "TN"]]))
    def change_facts(self, number: int, code: str, countries: list[str]) -> None:
        arguments = {"sharing": self.item(number), "actor": self.person(DECIDER)}
        self.act(
            anything, services.change_facts, element=element(code), countries=countries, reason="misfiled", **arguments
        )

    @rule(number=ITEMS)
    def publish_and_undo(self, number: int) -> None:
        # what was published before may be what could not be undone
        words = f"three, at step {self.steps}"
        self.edit_and_publish_again(number, EDITOR, words)
        done = self.act(same, services.undo_publication, sharing=self.item(number), actor=self.person(APPROVER))
        assert done <= (page_of(self.item(number)).title != words)

    @rule(number=ITEMS, who=st.sampled_from([APPROVER, DECIDER, EDITOR, RECEIVING]))
    def supersede(self, number: int, who: str) -> None:
        arguments = {"sharing": self.item(number), "newer": self.item(1 - number), "actor": self.person(who)}
        self.act(same, services.supersede, reason="newer figures", **arguments)

    @rule(number=ITEMS, who=st.sampled_from([APPROVER, EDITOR, DECIDER, RECEIVING]))
    def end_supersession(self, number: int, who: str) -> None:
        self.act(same, services.end_supersession, sharing=self.item(number), actor=self.person(who))

    @rule(number=ITEMS, who=st.sampled_from([APPROVER, EDITOR, DECIDER]))
    def propose_a_correction(self, number: int, who: str) -> None:
        arguments = {"sharing": self.item(number), "actor": self.person(who)}
        self.act(same, services.propose_correction, text="Two boats, not three.", **arguments)

    @rule(who=st.sampled_from([APPROVER, EDITOR, RECEIVING]))
    def confirm_a_correction(self, who: str) -> None:
        self.confirm(PendingKind.CORRECT, who, same)

    @rule(kind=st.sampled_from(RecipientKind.values), who=st.sampled_from([DECIDER, APPROVER]), data=st.data())
    def share_all(self, kind: str, who: str, data: st.DataObject) -> None:
        arguments = {"sharing_ids": self.base.items, "targets": [self.draw_target(kind, data)]}
        self.act_on_all(wider, services.share_many, actor=self.person(who), reason="asked for", **arguments)

    @rule(kind=st.sampled_from(RecipientKind.values), who=st.sampled_from([APPROVER, EDITOR]), data=st.data())
    def revoke_in_all(self, kind: str, who: str, data: st.DataObject) -> None:
        target = Target(kind=kind, target_id=data.draw(st.sampled_from(self.base.targets[kind])))
        arguments = {"sharing_ids": self.base.items, "target": target}
        self.act_on_all(narrower, services.revoke_many, actor=self.person(who), **arguments)

    @rule(state=st.sampled_from([SharingState.WITHDRAWN, SharingState.OWNER, SharingState.RESTRICTED]))
    def rehearse_for_all(self, state: str) -> None:
        """What is only tried out leaves nothing; what is tried out is what is done."""
        wish: dict[str, Any] = {"sharing_ids": self.base.items, "actor": self.person(APPROVER), "at": self.at}
        self.act(same, refuse_after, act=lambda: services.narrow_many(state=state, **wish), ids=self.base.items)


class _Tried(services.ManyRefused):
    """What was tried out is refused after all."""


def refuse_after(*, act: Callable[[], None], ids: list[int], at: datetime) -> None:
    """Rehearse the act, see that it leaves the facts as they were, and refuse."""
    before = [comparable(facts_of(row)) for row in Sharing.objects.filter(pk__in=ids).order_by("pk")]
    services.rehearse(act, ids)
    assert [comparable(facts_of(row)) for row in Sharing.objects.filter(pk__in=ids).order_by("pk")] == before
    raise _Tried({})


def comparable(facts: ItemFacts) -> ItemFacts:
    """Return the facts with their recipients in one order."""
    return replace(facts, recipients=tuple(sorted(facts.recipients, key=str)))


def test_any_order_of_owners_acts(owners: Base) -> None:
    run: Callable[..., None] = run_state_machine_as_test
    run(lambda: Owners(owners), settings=settings(examples(6), stateful_step_count=14))
