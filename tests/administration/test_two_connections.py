"""A merger beside acts on the same items: afterwards the tokens are those of the facts, and nothing was lost."""

import pytest
from django.core.exceptions import ValidationError

from cms.organisations.changes import propose_change
from cms.organisations.enums import ProposalKind
from cms.organisations.models import OrganisationProposal
from cms.sharing import services
from cms.sharing.audience_templates import Audience
from cms.sharing.models import Sharing
from cms.sharing.querysets import facts_of
from cms.sharing.services.succession import accept_proposal
from cms.sharing.tokens import audience
from cms.users.models import User
from content_types.drafts import DraftFacts, create_draft
from content_types.models import Bulletin
from tests.administration.conftest import Land
from tests.factories import NOW, make_item, make_membership, make_person, make_user
from tests.factories.items import target
from tests.factories.organisations import element
from tests.sharing.connections import one_before_the_other

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def item(land: Land) -> Sharing:
    """An item that the border authority owns."""
    return make_item(owner=land.border, state="restricted", marking="AMBER")


@pytest.fixture
def merger(land: Land) -> OrganisationProposal:
    """The border authority is to be merged into the police."""
    return propose_change(
        kind=ProposalKind.MERGE, organisation=land.border, target=land.police, reason="reform", actor=land.admin, at=NOW
    )


def is_exact(item: Sharing) -> bool:
    """Tell whether the stored tokens are those of the facts."""
    row = Sharing.objects.get(pk=item.pk)
    return set(row.audience) == set(audience(facts_of(row), NOW).tokens)


def grant(land: Land, item: Sharing) -> None:
    """Share the item with France."""
    services.widen(
        sharing=item, state="restricted", targets=[target(land.france)], actor=land.decider, at=NOW, reason="asked for"
    )


def test_a_grant_beside_a_merger(land: Land, item: Sharing, merger: OrganisationProposal) -> None:
    one_before_the_other(
        lambda: accept_proposal(proposal=merger, actor=land.second_decider, at=NOW), lambda: grant(land, item)
    )
    row = Sharing.objects.get(pk=item.pk)
    assert (row.owner, row.recipients.get().organisation, is_exact(item)) == (land.police, land.france, True)


def test_a_merger_beside_a_grant(land: Land, item: Sharing, merger: OrganisationProposal) -> None:
    one_before_the_other(
        lambda: grant(land, item), lambda: accept_proposal(proposal=merger, actor=land.second_decider, at=NOW)
    )
    row = Sharing.objects.get(pk=item.pk)
    assert (row.owner, row.recipients.get().organisation, is_exact(item)) == (land.police, land.france, True)


def test_two_decide_the_same_at_once(land: Land, item: Sharing, merger: OrganisationProposal) -> None:
    with pytest.raises(ValidationError, match="decided already"):
        one_before_the_other(
            lambda: accept_proposal(proposal=merger, actor=land.decider, at=NOW),
            lambda: accept_proposal(proposal=merger, actor=land.second_decider, at=NOW),
        )


def begin(land: Land, author: User) -> Sharing:
    """Have an author of the border authority begin an item."""
    at_border = DraftFacts(owner=land.border, element=element("EW"))
    proposed = Audience(marking="AMBER", state="owner")
    page = Bulletin(title="Begun", language="en")
    return create_draft(page=page, facts=at_border, audience=proposed, actor=author, at=NOW)


def test_an_item_begun_beside_a_merger_is_taken_over(land: Land, merger: OrganisationProposal) -> None:
    author = make_person(land.border, "author")
    one_before_the_other(
        lambda: begin(land, author), lambda: accept_proposal(proposal=merger, actor=land.decider, at=NOW)
    )
    row = Sharing.objects.get(page__draft_title="Begun")
    assert (row.owner, is_exact(row)) == (land.police, True)


def test_no_item_is_begun_for_what_is_being_merged(land: Land, merger: OrganisationProposal) -> None:
    author = make_person(land.border, "author")
    with pytest.raises(ValidationError, match="merged into another"):
        one_before_the_other(
            lambda: accept_proposal(proposal=merger, actor=land.decider, at=NOW), lambda: begin(land, author)
        )
    assert not Sharing.objects.filter(owner=land.border).exists()


def test_nobody_is_given_a_place_in_what_is_being_merged(land: Land, merger: OrganisationProposal) -> None:
    newcomer = make_user("Nina New")
    with pytest.raises(ValidationError, match="merged into another"):
        one_before_the_other(
            lambda: accept_proposal(proposal=merger, actor=land.decider, at=NOW),
            lambda: make_membership(newcomer, land.border),
        )
    assert not land.border.memberships.exists()


def test_an_item_transferred_beside_a_merger_of_its_receiver_is_taken_over(
    land: Land, merger: OrganisationProposal
) -> None:
    given, giver = make_item(owner=land.france), make_person(land.france, "decider")
    pending = services.propose_transfer(sharing=given, new_owner=land.border, actor=giver, at=NOW, reason="theirs")
    one_before_the_other(
        lambda: services.confirm(pending=pending, actor=land.second_decider, at=NOW),
        lambda: accept_proposal(proposal=merger, actor=land.decider, at=NOW),
    )
    row = Sharing.objects.get(pk=given.pk)
    assert (row.owner, is_exact(row)) == (land.police, True)
