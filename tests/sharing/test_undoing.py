"""Undoing a publication within a minute, and saying that a newer item takes an older one's place."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Page, Revision

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.audit.services import Entry, record
from cms.organisations.models import Organisation
from cms.sharing import services
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing, Supersession
from cms.sharing.querysets import facts_of
from cms.users.models import User
from search.models import SearchEntry
from tests.factories import NOW, make_item, make_organisation, make_participant, make_person, publish_sharing
from tests.factories.items import page_of, target
from tests.factories.rows import make_bare_item
from tests.sharing.looking import events, exact, fresh, refused

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(seconds=60)
TOO_LATE = NOW + timedelta(seconds=60, microseconds=1)


@pytest.fixture
def author(owner: Organisation) -> User:
    """The owner's author."""
    return make_person(owner, "author")


def publish(row: Sharing, approver: User, text: str) -> None:
    """Publish a new version of the item, as its approval does."""
    page = page_of(row)
    page.title = text
    page.save_revision().publish(skip_permission_checks=True)
    publish_sharing(sharing=row, actor=approver, at=NOW)


@pytest.fixture
def first(owner: Organisation, author: User, approver: User) -> Sharing:
    """A draft that was published for the first time."""
    row = make_item(owner=owner, author=author, live=False)
    targets = [target(make_participant())]
    services.propose(
        sharing=row,
        marking="GREEN",
        state="restricted",
        targets=targets,
        actor=author,
        at=NOW,
        use_limits=["H1"],
        copies_allowed=False,
    )
    publish(row, approver, "one")
    return fresh(row)


def read(row: Sharing, person: User, *, at: Any = NOW) -> None:
    """Have the person read the item."""
    record(Entry(event=Event.ITEM_VIEWED, at=at, actor_id=person.pk, item=row.uuid))


def test_a_first_publication_becomes_a_draft_again(owner: Organisation, first: Sharing, approver: User) -> None:
    reader, version, other = make_person(owner), first.page.live_revision_id, make_item(owner=owner)
    read(first, reader)
    read(first, approver)
    assert (first.state, SearchEntry.objects.filter(uuid=first.uuid).exists()) == ("restricted", True)
    assert services.undo_publication(sharing=first, actor=approver, at=SOON) == 1
    undone = fresh(first)
    assert (undone.state, undone.marking, undone.use_limits, undone.first_shared_at, undone.page.live) == (
        "owner",
        "AMBER",
        [],
        None,
        False,
    )
    assert (undone.recipients.filter(revoked_at=None).count(), exact(undone, SOON)) == (0, True)
    assert not SearchEntry.objects.filter(uuid=first.uuid).exists()
    assert (undone.page.first_published_at, undone.copies_allowed) == (None, True)
    assert fresh(other).page.first_published_at is not None
    assert events()[-1] == ("publication_undone", approver.pk, "sharing.undo_publication", "")
    assert AuditEvent.objects.latest("pk").details == {
        "first": True,
        "undone": version,
        "opened_by": 1,
    }


def test_what_was_proposed_applies_again_at_the_next_publication(first: Sharing, approver: User) -> None:
    before = facts_of(first)
    services.undo_publication(sharing=first, actor=approver, at=SOON)
    publish(first, approver, "one, corrected")
    assert facts_of(fresh(first)) == before
    assert fresh(first).use_limits == ["H1"]


def test_a_later_publication_gives_way_to_the_version_before_it(first: Sharing, approver: User) -> None:
    publish(first, approver, "two")
    before = facts_of(fresh(first))
    services.undo_publication(sharing=first, actor=approver, at=SOON)
    page = Page.objects.get(pk=first.page_id)
    assert (page.title, page.live, page.has_unpublished_changes, page.draft_title) == ("one", True, True, "two")
    assert (facts_of(fresh(first)), fresh(first).first_shared_at) == (before, NOW)
    assert SearchEntry.objects.get(uuid=first.uuid).title == "one"
    publish(first, approver, "three")
    services.undo_publication(sharing=first, actor=approver, at=SOON)
    assert Page.objects.get(pk=first.page_id).title == "one"


def test_it_is_said_where_the_version_before_is_not_there_any_more(first: Sharing, approver: User) -> None:
    before = first.page.live_revision_id
    publish(first, approver, "two")
    Revision.objects.filter(pk=before).delete()
    with pytest.raises(ValidationError, match="not there any more"):
        services.undo_publication(sharing=first, actor=approver, at=SOON)


def test_it_can_be_undone_within_a_minute_and_once(first: Sharing, approver: User) -> None:
    assert [services.undoable(first, at) is not None for at in (NOW, SOON, TOO_LATE)] == [True, True, False]
    with pytest.raises(ValidationError, match="within a minute"):
        services.undo_publication(sharing=first, actor=approver, at=TOO_LATE)
    services.undo_publication(sharing=first, actor=approver, at=SOON)
    refused(ValidationError, services.undo_publication, sharing=first, actor=approver)


def test_only_those_undo_who_publish(owner: Organisation, first: Sharing, author: User, decider: User) -> None:
    for person in (author, decider, make_person(make_organisation(), "approver")):
        with pytest.raises(NotAllowed):
            services.undo_publication(sharing=first, actor=person, at=SOON)


def test_what_was_not_published_here_is_not_undone(owner: Organisation, approver: User) -> None:
    row = make_item(owner=owner)
    assert services.undoable(row, NOW) is None


# ---------------------------------------------------------------- superseding


def test_a_newer_item_takes_the_older_ones_place(owner: Organisation, approver: User) -> None:
    older, newer = make_bare_item(owner=owner, state="network"), make_bare_item(owner=owner)
    services.supersede(sharing=older, newer=newer, actor=approver, at=NOW, reason="new figures")
    link = Supersession.objects.get()
    assert (link.older, link.newer, link.made_by, link.made_at) == (older, newer, approver, NOW)
    assert (fresh(older).audience, fresh(older).version) == (older.audience, older.version)
    assert events() == [("superseded", approver.pk, "sharing.supersede", "new figures")]
    assert AuditEvent.objects.latest("pk").details == {"newer": str(newer.uuid)}
    refused(ValidationError, services.supersede, sharing=older, newer=newer, actor=approver)


def test_what_does_not_take_its_place(owner: Organisation, approver: User) -> None:
    older = make_bare_item(owner=owner)
    elses = make_bare_item(owner=make_organisation())
    wish: dict[str, Any] = {"sharing": older, "actor": approver}
    refused(NotAllowed, services.supersede, newer=elses, **wish)
    refused(NotAllowed, services.supersede, newer=older, sharing=elses, actor=approver)
    refused(ValidationError, services.supersede, newer=older, **wish)
    refused(ValidationError, services.supersede, newer=make_bare_item(owner=owner, live=False), **wish)
    state = make_participant()
    rows = [make_bare_item(owner=make_organisation(parent=state)) for _ in range(2)]
    above = make_person(state, "approver")
    refused(ValidationError, services.supersede, newer=rows[1], sharing=rows[0], actor=above)
    for person in (make_person(owner, "author"), make_person(owner)):
        refused(NotAllowed, services.supersede, sharing=older, newer=make_bare_item(owner=owner), actor=person)


def test_it_never_goes_in_a_circle(owner: Organisation, approver: User) -> None:
    rows = [make_bare_item(owner=owner) for _ in range(3)]
    for older, newer in ((rows[0], rows[1]), (rows[1], rows[2])):
        services.supersede(sharing=older, newer=newer, actor=approver, at=NOW)
    refused(ValidationError, services.supersede, sharing=rows[2], newer=rows[0], actor=approver)
