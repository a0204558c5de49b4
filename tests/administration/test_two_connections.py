"""A merger beside acts on the same items: afterwards the tokens are those of the facts, and nothing was lost."""

import pytest
from django.core.exceptions import ValidationError

from cms.organisations.changes import propose_change
from cms.organisations.enums import ProposalKind
from cms.organisations.models import OrganisationProposal
from cms.sharing import services
from cms.sharing.models import Sharing
from cms.sharing.querysets import facts_of
from cms.sharing.services.succession import accept_proposal
from cms.sharing.tokens import audience
from tests.administration.conftest import Land
from tests.factories import NOW, make_item
from tests.factories.items import target
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
