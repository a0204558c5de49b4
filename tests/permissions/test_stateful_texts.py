"""Any order of acts, with those of the desk: texts are written, handed in, approved, put back to an older version,
published and ended by the clock, moved. Who sees an item changes by its first publication and by its end alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from cms.audit.models import AuditEvent
from cms.documents.models import File
from cms.organisations.models import Organisation
from cms.sharing.services import Target, propose, undo_publication
from cms.users.models import User
from content_types.drafts import save_draft
from content_types.models import ElementPage, TopicPage
from tests.documents.making import blocks, make_file, write
from tests.factories import NOW, make_item
from tests.permissions.profiles import examples
from tests.permissions.test_stateful import (
    APPROVER,
    DECIDER,
    EDITOR,
    HOURS,
    Base,
    Network,
    Readers,
    anything,
    narrower,
    same,
    wider,
)
from tests.permissions.test_stateful import base as base  # noqa: PLC0414 - the fixture
from tests.workflows.scenes import page_of
from workflows import services, versions
from workflows.clock import run_due
from workflows.plans import set_plan
from workflows.upkeep import move

pytestmark = pytest.mark.django_db
# two published items and a draft
ITEMS = st.integers(0, 2)
PEOPLE = st.sampled_from([EDITOR, APPROVER, DECIDER, "curator", "recipient"])


@pytest.fixture
def desk(base: Base) -> Base:
    """The world of `base` with a topic, and with a draft that is to be shared with one organisation."""
    ElementPage.objects.get(element__code="EW").add_child(instance=TopicPage(title="Sea routes", slug="sea-routes"))
    owner, author = Organisation.objects.get(pk=base.writing_for), User.objects.get(pk=base.people[EDITOR])
    draft = make_item(owner=owner, author=author, live=False)
    write(draft, make_file(draft), publish=False)
    wish = [Target(kind="organisation", target_id=base.targets["organisation"][1])]
    propose(sharing=draft, marking="AMBER", state="restricted", targets=wish, actor=author, at=NOW)
    base.items.append(draft.pk)
    return base


class Desk(Network):
    """The same world, with its desk at work."""

    def attempt(self, relation: Callable[[Readers, Readers], bool], act: Callable[..., object], **wish: Any) -> bool:
        """Do it: done, the relation holds and it is on record; refused, it leaves nothing."""
        events = AuditEvent.objects.count()
        try:
            with transaction.atomic():
                act(at=self.at, **wish)
        except (ValidationError, PermissionDenied):
            assert AuditEvent.objects.count() == events
            self.check(same)
            return False
        self.check(relation)
        return True

    def newest(self, number: int) -> int | None:
        newest: int | None = page_of(self.item(number)).latest_revision_id
        return newest

    @rule(number=ITEMS, who=PEOPLE, words=st.sampled_from(["one", "two"]), whole=st.booleans())
    def write(self, number: int, who: str, words: str, whole: bool) -> None:
        """Write another version, which shows another of the item's pictures, or lacks its summary."""
        item = self.item(number)
        pictures = list(File.objects.filter(sharing=item).order_by("pk"))
        page: Any = page_of(item).get_latest_revision_as_object()
        page.sharing, page.title, page.summary = item, words, words if whole else ""
        page.body = page._meta.get_field("body").to_python(blocks(pictures[len(words) % len(pictures)]))
        wish = {"page": page, "opened": self.newest(number), "facts": None, "audience": None}
        self.attempt(same, save_draft, actor=self.person(who), **wish)

    @rule(number=ITEMS, who=PEOPLE)
    def submit(self, number: int, who: str) -> None:
        self.attempt(same, services.submit, page=page_of(self.item(number)), actor=self.person(who))

    @rule(number=ITEMS, who=PEOPLE)
    def take_back(self, number: int, who: str) -> None:
        self.attempt(same, services.take_back, page=page_of(self.item(number)), actor=self.person(who))

    @rule(number=ITEMS, who=PEOPLE)
    def send_back(self, number: int, who: str) -> None:
        wish = {"page": page_of(self.item(number)), "reason": "say when"}
        self.attempt(same, services.return_to_author, actor=self.person(who), **wish)

    @rule(number=ITEMS, who=PEOPLE)
    def approve(self, number: int, who: str) -> None:
        newest = page_of(self.item(number)).latest_revision
        first = self.item(number).first_shared_at is None
        wish = {"page": page_of(self.item(number)), "revision_id": newest.pk}
        done = self.attempt(wider if first else same, services.approve, actor=self.person(who), **wish)
        assert not (done and newest.user_id == self.person(who).pk)

    @rule(number=ITEMS, who=PEOPLE)
    def undo(self, number: int, who: str) -> None:
        self.attempt(narrower, undo_publication, sharing=self.item(number), actor=self.person(who))

    @rule(number=ITEMS, who=PEOPLE, version=st.integers(0, 3))
    def go_back(self, number: int, who: str, version: int) -> None:
        item = self.item(number)
        older = list(versions.revisions_of(item).order_by("created_at", "pk"))
        wish = {"to": older[version % len(older)].pk, "opened": self.newest(number)}
        self.attempt(same, versions.revert, sharing=item, actor=self.person(who), **wish)

    @rule(number=ITEMS, who=PEOPLE)
    def discard(self, number: int, who: str) -> None:
        wish = {"sharing": self.item(number), "opened": self.newest(number)}
        self.attempt(same, versions.discard_changes, actor=self.person(who), **wish)

    @rule(number=ITEMS, who=PEOPLE, begin=HOURS, end=HOURS)
    def say_when(self, number: int, who: str, begin: int | None, end: int | None) -> None:
        publish_at, expire_at = (None if hours is None else self.at + timedelta(hours=hours) for hours in (begin, end))
        wish = {"publish_at": publish_at, "expire_at": expire_at}
        self.attempt(same, set_plan, sharing=self.item(number), actor=self.person(who), **wish)

    @rule()
    def the_clock_runs(self) -> None:
        run_due(at=self.at)
        self.check(anything)
        assert run_due(at=self.at) == 0
        self.check(same)

    @rule(number=ITEMS, who=PEOPLE, under=st.booleans())
    def move_to_a_topic(self, number: int, who: str, under: bool) -> None:
        topic = TopicPage.objects.get(slug="sea-routes") if under else None
        self.attempt(same, move, sharing=self.item(number), topic=topic, actor=self.person(who))

    @rule(ceiling=st.sampled_from(["owner", "network"]))
    def the_owner_limits_itself(self, ceiling: str) -> None:
        """What was proposed, or approved for later, is judged by the rules of its publication."""
        Organisation.objects.filter(pk=self.base.writing_for).update(ceiling=ceiling)
        self.check(same)


def test_any_order_of_acts_on_texts(desk: Base) -> None:
    run: Callable[..., None] = run_state_machine_as_test
    run(lambda: Desk(desk), settings=settings(examples(4), stateful_step_count=20))
