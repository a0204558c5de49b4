"""Who of many people may see an item: asked before anybody is told of it."""

from uuid import uuid4

import pytest

from cms.organisations.models import Organisation
from cms.sharing.seers import own_seeing_memberships, seers_of_draft, seers_of_live, those_who_may
from cms.users.models import User
from tests.factories import NOW, make_membership, make_organisation, make_participant, make_person
from tests.factories.rows import make_bare_item

pytestmark = pytest.mark.django_db


def test_who_sees_a_live_version_and_by_which_membership(owner: Organisation) -> None:
    friend, elsewhere = make_participant(), make_participant()
    reader, colleague, stranger = make_person(friend), make_person(owner), make_person(elsewhere)
    make_membership(reader, elsewhere)
    row, draft = (
        make_bare_item(owner=owner, state="restricted", recipients=[friend], live=live) for live in (True, False)
    )
    assert seers_of_live(row.uuid, None, NOW) == {reader.pk, colleague.pk}
    assert seers_of_live(row.uuid, [reader.pk, stranger.pk], NOW) == {reader.pk}
    assert [seers_of_live(item, None, NOW) for item in (draft.uuid, uuid4())] == [frozenset()] * 2
    assert [reach.organisation_id for reach in own_seeing_memberships(row, reader, NOW)] == [friend.pk]
    assert own_seeing_memberships(draft, colleague, NOW) == []
    public = make_bare_item(owner=owner, state="public")
    assert seers_of_live(public.uuid, [stranger.pk], NOW) == {stranger.pk}


def test_who_may_do_what_with_an_item(owner: Organisation, author: User, approver: User, decider: User) -> None:
    row, hidden = make_bare_item(owner=owner), make_bare_item(owner=owner, quarantined=True)
    make_bare_item(owner=make_organisation())
    supervising = {approver.pk, decider.pk}
    assert seers_of_draft(row.uuid, None, NOW) == supervising | {author.pk}
    assert seers_of_draft(row.uuid, [author.pk, make_person(owner).pk], NOW) == {author.pk}
    assert seers_of_draft(uuid4(), None, NOW) == frozenset()
    # in quarantine the text is for those whom the audience names, and other rights stay as they are
    assert seers_of_draft(hidden.uuid, None, NOW) == supervising
    assert seers_of_draft(hidden.uuid, [approver.pk, author.pk], NOW) == {approver.pk}
    assert those_who_may("see_readers", hidden.uuid, None, NOW) == supervising | {author.pk}
