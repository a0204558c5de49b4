"""Any order of acts: after each step every surface answers as the oracle does, and nothing widened that must not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import eq, ge, le
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from wagtail.models import Page

from cms.audit.models import AuditEvent
from cms.documents.selectors import readable_file
from cms.organisations.enums import Role
from cms.organisations.models import Membership, Organisation
from cms.organisations.services import change_role, create_membership, end_membership, move_organisation
from cms.sharing import services
from cms.sharing.enums import Marking, RecipientKind, SharingState, strictness
from cms.sharing.models import Recipient, Sharing
from cms.sharing.oracle import decide
from cms.sharing.querysets import facts_of
from cms.sharing.rules import allowed
from cms.sharing.selectors import network_facts, person_facts
from cms.sharing.services import Target
from cms.users.models import User
from tests.documents.making import give_pictures, make_file
from tests.factories import NOW, make_group, make_item, make_organisation, make_participant, make_person
from tests.factories.items import page_of, publish_sharing
from tests.permissions.profiles import THOROUGH, examples
from tests.permissions.surfaces import ANSWERING, ITEM_BY_ITEM, Viewer, by_site, writes_for

pytestmark = pytest.mark.django_db

Readers = dict[int, set[int]]
ITEMS = st.integers(0, 1)
HOURS = st.sampled_from([None, -24, -1, 0, 1, 12, 24, 48])
# who has the right to each kind of act on the items of this world
DECIDER, APPROVER, EDITOR = "decider", "approver", "author"
# after each step everybody looks closer, or one of them in turn; and one at the site itself, or after some steps
STEPS_BETWEEN_LOOKS = 1 if THOROUGH else 9


def turns(step: int, number: int) -> list[int]:
    """Return whose turn it is to look closer after a step, of so many people."""
    return [(step + turn) % number for turn in range(number if THOROUGH else 1)]


def same(before: Readers, after: Readers) -> bool:
    """Nobody gains or loses."""
    return _each(eq, before, after)


def narrower(before: Readers, after: Readers) -> bool:
    """Nobody gains."""
    return _each(ge, before, after)


def wider(before: Readers, after: Readers) -> bool:
    """Nobody loses."""
    return _each(le, before, after)


def anything(_before: Readers, _after: Readers) -> bool:
    """Time or people change what people see."""
    return True


def _each(compare: Callable[[set[int], set[int]], bool], before: Readers, after: Readers) -> bool:
    return all(compare(before[key], after[key]) for key in after)


@dataclass(slots=True)
class Base:
    """What stands at the beginning of each run, by ids."""

    items: list[int]
    unattached: UUID
    writing_for: int
    people: dict[str, int]
    targets: dict[str, list[int]]
    units: list[int]
    parents: list[int]


@pytest.fixture
def base(db: None) -> Base:
    """Two participants and the Commission, people of all kinds, two items of one owner with pictures."""
    state, other = make_participant(), make_participant()
    owner, sibling = make_organisation(parent=state), make_organisation(parent=state)
    recipient = make_organisation(parent=other)
    unit, recipient_unit = make_organisation("unit", owner), make_organisation("unit", recipient)
    commission = make_organisation("commission")
    places = {
        DECIDER: (state, Role.DECIDER),
        APPROVER: (owner, Role.APPROVER),
        EDITOR: (owner, Role.AUTHOR),
        "officer below": (unit, Role.OFFICER),
        "officer beside": (sibling, Role.OFFICER),
        "recipient": (recipient, Role.OFFICER),
        "recipient's unit": (recipient_unit, Role.OFFICER),
        "recipient's approver": (other, Role.APPROVER),
        "curator": (commission, Role.CURATOR),
        "administrator": (state, Role.NATIONAL_ADMIN),
    }
    people = {name: make_person(organisation, role) for name, (organisation, role) in places.items()}
    group = make_group(recipient, people["curator"])
    items = [
        make_item(owner=owner, author=people[EDITOR], marking="AMBER", state="restricted", recipients=[recipient]),
        make_item(owner=unit, author=people[EDITOR], marking="CLEAR", state="network", countries=["MA"]),
    ]
    give_pictures(items)
    return Base(
        items=[item.pk for item in items],
        unattached=make_file(owner).uuid,
        writing_for=owner.pk,
        people={name: user.pk for name, user in people.items()},
        targets={
            RecipientKind.ORGANISATION: [other.pk, recipient.pk, recipient_unit.pk, sibling.pk],
            RecipientKind.GROUP: [group.pk],
            RecipientKind.USER: [people["recipient's unit"].pk, people["officer beside"].pk],
        },
        units=[unit.pk, recipient_unit.pk, recipient.pk],
        parents=[state.pk, owner.pk, sibling.pk, other.pk, recipient.pk],
    )


class Network(RuleBasedStateMachine):
    """The world of `base`, changed by any act; each run is undone at its end."""

    def __init__(self, base: Base) -> None:
        super().__init__()
        self.base = base
        self.at: datetime = NOW
        self.run = transaction.atomic()
        self.run.__enter__()
        self.readers: Readers = {}
        self.steps = 0
        self.check(anything)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.run.__exit__(None, None, None)

    # --- what is looked at ---

    def person(self, name: str) -> User:
        return User.objects.get(pk=self.base.people[name])

    def item(self, number: int) -> Sharing:
        return Sharing.objects.get(pk=self.base.items[number])

    def check(self, relation: Callable[[Readers, Readers], bool]) -> None:
        """Compare all surfaces with the oracle, and what people see now with what they saw before."""
        people = [*User.objects.filter(pk__in=self.base.people.values()), None]
        rows = list(Sharing.objects.filter(pk__in=self.base.items).with_facts())
        seen = self.by_oracle(people, rows)
        for name, surface in ANSWERING.items():
            assert {viewer: surface(viewer, rows, self.at) for viewer in people} == seen, name
        self.steps += 1
        self.look_closer([people[number] for number in turns(self.steps, len(people))], rows, seen)
        after = {
            key: {viewer.pk if viewer else 0 for viewer in people if key in seen[viewer]} for key in self.base.items
        }
        assert relation(self.readers or after, after)
        self.readers = after

    def look_closer(self, people: Sequence[Viewer], rows: Sequence[Sharing], seen: dict[Viewer, set[int]]) -> None:
        """Ask what costs more, for those whose turn it is: files and notices, and now and then the site itself."""
        network, uuid, organisation = network_facts(), self.base.unattached, self.base.writing_for
        for viewer in people:
            for name, surface in ITEM_BY_ITEM.items():
                assert surface(viewer, rows, self.at) == seen[viewer], name
            # a file that no version shows yet is for those who write for its organisation
            writes = writes_for(person_facts(viewer, self.at), organisation, network, self.at)
            assert (readable_file(viewer, uuid, self.at) is not None) == writes
        if self.steps % STEPS_BETWEEN_LOOKS == 0:
            assert by_site(people[0], rows, self.at) == seen[people[0]]

    def by_oracle(self, people: Sequence[Viewer], rows: Sequence[Sharing]) -> dict[Viewer, set[int]]:
        items, network = {row.pk: facts_of(row) for row in rows}, network_facts()
        facts = {viewer: person_facts(viewer, self.at) for viewer in people}
        return {
            viewer: {key for key, item in items.items() if decide(item, facts[viewer], network, self.at).allowed}
            for viewer in people
        }

    def act(
        self, relation: Callable[[Readers, Readers], bool], service: Callable[..., object], **arguments: object
    ) -> bool:
        """Call the service: done, it leaves one event and the relation holds; refused, it leaves nothing at all."""
        events, versions = AuditEvent.objects.count(), self.versions()
        try:
            service(at=self.at, **arguments)
        except (ValidationError, PermissionDenied):
            assert (AuditEvent.objects.count(), self.versions()) == (events, versions)
            self.check(same)
            return False
        assert AuditEvent.objects.count() == events + 1
        self.check(relation)
        return True

    def versions(self) -> list[int]:
        return list(Sharing.objects.filter(pk__in=self.base.items).order_by("pk").values_list("version", flat=True))

    # --- time ---

    @rule(hours=st.sampled_from([1, 12, 24, 30]))
    def time_passes(self, hours: int) -> None:
        self.at += timedelta(hours=hours)
        self.check(anything)

    @rule()
    def the_worker_runs(self) -> None:
        services.refresh_due(at=self.at)
        assert services.refresh_due(at=self.at) == 0
        self.check(same)

    # --- the owner's acts ---

    @rule(
        number=ITEMS,
        state=st.sampled_from(SharingState.values),
        kind=st.sampled_from(RecipientKind.values),
        data=st.data(),
    )
    def share(self, number: int, state: str, kind: str, data: st.DataObject) -> None:
        target = self.draw_target(kind, data)
        self.act(
            wider,
            services.widen,
            sharing=self.item(number),
            state=state,
            targets=[target],
            actor=self.person(DECIDER),
            reason="asked for",
        )

    def draw_target(self, kind: str, data: st.DataObject) -> Target:
        begin, length = data.draw(HOURS), data.draw(st.sampled_from([None, 1, 12, 24]))
        start = self.at + timedelta(hours=begin or 0)
        return Target(
            kind=kind,
            target_id=data.draw(st.sampled_from(self.base.targets[kind])),
            valid_from=None if begin is None else start,
            valid_until=None if length is None else start + timedelta(hours=length),
        )

    @rule(number=ITEMS, data=st.data())
    def revoke(self, number: int, data: st.DataObject) -> None:
        standing = list(Recipient.objects.filter(sharing=self.item(number), revoked_at=None).order_by("pk"))
        if standing:
            recipient = data.draw(st.sampled_from(standing))
            done = self.act(narrower, services.revoke, recipient=recipient, actor=self.person(APPROVER))
            # the owner may have moved away from below the approver: then nothing is done
            assert done <= (Recipient.objects.get(pk=recipient.pk).revoked_at is not None)
            assert not self.act(same, services.revoke, recipient=recipient, actor=self.person(APPROVER))

    @rule(number=ITEMS, state=st.sampled_from(SharingState.values))
    def narrow(self, number: int, state: str) -> None:
        self.act(narrower, services.narrow, sharing=self.item(number), state=state, actor=self.person(APPROVER))

    @rule(number=ITEMS)
    def withdraw(self, number: int) -> None:
        done = self.act(narrower, services.withdraw, sharing=self.item(number), actor=self.person(DECIDER))
        # the decider may have become something else by now: then nothing is done
        assert done <= (self.item(number).state == SharingState.WITHDRAWN)

    @rule(number=ITEMS, marking=st.sampled_from(Marking.values))
    def mark(self, number: int, marking: str) -> None:
        item = self.item(number)
        relation = narrower if strictness(marking) < strictness(item.marking) else wider
        self.act(
            relation, services.change_marking, sharing=item, marking=marking, actor=self.person(DECIDER), reason="new"
        )

    @rule(number=ITEMS, who=st.sampled_from([DECIDER, APPROVER, "curator"]))
    def quarantine(self, number: int, who: str) -> None:
        self.act(narrower, services.quarantine, sharing=self.item(number), actor=self.person(who), reason="a name")

    @rule(number=ITEMS, who=st.sampled_from([DECIDER, APPROVER, "curator"]))
    def end_quarantine(self, number: int, who: str) -> None:
        self.act(wider, services.end_quarantine, sharing=self.item(number), actor=self.person(who))

    # --- acts without the right ---

    @rule(number=ITEMS, who=st.sampled_from([APPROVER, EDITOR, "recipient's approver", "curator", "administrator"]))
    def somebody_else_widens(self, number: int, who: str) -> None:
        item = self.item(number)
        Membership.objects.filter(user=self.person(who), role=Role.DECIDER).update(role=Role.OFFICER)
        self.check(anything)
        for state in (item.state, SharingState.NETWORK):
            assert not self.act(
                same, services.widen, sharing=item, state=state, actor=self.person(who), reason="please"
            )
        assert not self.act(
            same, services.change_marking, sharing=item, marking="CLEAR", actor=self.person(who), reason="x"
        )

    @rule(number=ITEMS, who=st.sampled_from(["recipient", "officer beside", "administrator", EDITOR]))
    def a_reader_withdraws(self, number: int, who: str) -> None:
        Membership.objects.filter(user=self.person(who)).exclude(role=Role.NATIONAL_ADMIN).update(role=Role.OFFICER)
        self.check(anything)
        assert not self.act(same, services.withdraw, sharing=self.item(number), actor=self.person(who))

    # --- texts: never a change of who sees ---

    @rule(number=ITEMS, who=st.sampled_from([EDITOR, APPROVER]), words=st.sampled_from(["one", "two"]))
    def edit_and_publish_again(self, number: int, who: str, words: str) -> None:
        page = page_of(self.item(number))
        page.title = words
        revision = page.save_revision(user=self.person(who))
        assert not allowed(self.person(who), "approve", self.item(number), self.at)
        revision.publish(user=self.person(APPROVER), skip_permission_checks=True)
        self.publication_applied(number)

    @rule(number=ITEMS, version=st.integers(0, 2))
    def go_back_to_an_older_version(self, number: int, version: int) -> None:
        older = page_of(self.item(number)).revisions.order_by("created_at", "pk")[version]
        older.publish(user=self.person(APPROVER), skip_permission_checks=True)
        self.publication_applied(number)

    def publication_applied(self, number: int) -> None:
        self.check(same)
        self.act(same, publish_sharing, sharing=self.item(number), actor=self.person(APPROVER))

    @rule(number=ITEMS)
    def move_the_page(self, number: int) -> None:
        page = page_of(self.item(number))
        page.move(page.get_parent(), pos="first-child")
        self.check(same)

    @rule(number=ITEMS)
    def copy_the_page(self, number: int) -> None:
        copied = page_of(self.item(number)).copy(update_attrs={"slug": f"copy-{Page.objects.count()}"})
        assert not Sharing.objects.filter(page_id=copied.pk).exists()
        self.check(same)

    # --- people and organisations ---

    @rule(data=st.data())
    def move_an_organisation(self, data: st.DataObject) -> None:
        moved, parent = (
            Organisation.objects.get(pk=data.draw(st.sampled_from(ids))) for ids in (self.base.units, self.base.parents)
        )
        self.act(anything, move_organisation, organisation=moved, parent=parent, actor=None, reason="reform")

    @rule(
        who=st.sampled_from([DECIDER, "officer below", "recipient", "recipient's unit", "curator"]),
        role=st.sampled_from(Role.values),
    )
    def change_a_role(self, who: str, role: str) -> None:
        membership = Membership.objects.filter(user=self.person(who)).first()
        if membership is not None:
            self.act(anything, change_role, membership=membership, role=role, actor=None)
            assert not self.act(same, change_role, membership=membership, role=role, actor=self.person(who))

    @rule(
        who=st.sampled_from(["officer below", "recipient", "recipient's approver", "curator"]), days=st.integers(-1, 1)
    )
    def end_a_membership(self, who: str, days: int) -> None:
        membership = Membership.objects.filter(user=self.person(who)).first()
        if membership is not None:
            last_day = (self.at + timedelta(days=days)).date()
            self.act(narrower, end_membership, membership=membership, last_day=last_day, actor=None)

    @rule(who=st.sampled_from(["officer beside", "recipient", "recipient's unit"]))
    def suspend_and_restore(self, who: str) -> None:
        person = self.person(who)
        person.is_active = not person.is_active
        person.save()
        self.check(wider if person.is_active else narrower)

    @rule(who=st.sampled_from([APPROVER, "recipient", "administrator"]))
    def nobody_gives_themselves_a_membership(self, who: str) -> None:
        person = self.person(who)
        organisation = Organisation.objects.get(pk=self.base.parents[0])
        assert not self.act(
            same,
            create_membership,
            user=person,
            organisation=organisation,
            role=Role.DECIDER,
            competences={},
            actor=person,
        )


def test_any_order_of_acts(base: Base) -> None:
    run: Callable[..., None] = run_state_machine_as_test
    run(lambda: Network(base), settings=settings(examples(10), stateful_step_count=18))
