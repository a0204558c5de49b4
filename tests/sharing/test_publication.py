"""From a new item to its first publication: what is proposed, and what publication applies."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cms.elements.enums import Ceiling
from cms.organisations.models import Organisation
from cms.sharing import services
from cms.sharing.exceptions import AboveCeiling, NotAllowed
from cms.sharing.models import Sharing
from cms.users.models import User
from tests.factories import NOW, element, make_item, make_organisation, make_participant, make_person, publish_sharing
from tests.factories.items import target
from tests.factories.rows import make_bare_item
from tests.sharing.looking import LATER, events, exact, fresh, refused

pytestmark = pytest.mark.django_db


def test_a_new_item_is_the_owners_alone(owner: Organisation) -> None:
    author = make_person(owner, "author")
    row = make_item(owner=owner, author=author, live=False)
    created = fresh(row)
    assert (created.state, created.quarantined, created.first_shared_at) == ("owner", False, None)
    assert events() == [("item_created", author.pk, "", "")]
    assert created.proposal.recipients.count() == 0


def test_facts_of_a_draft_are_changed_by_its_editor_within_competence(owner: Organisation) -> None:
    author = make_person(owner, "author", competences={"EW": [], "RE": ["MA"]})
    row = make_bare_item(owner=owner, live=False)
    changed: dict[str, Any] = {"sharing": row, "owner": owner, "actor": author}
    services.change_draft_facts(element=element("RE"), countries=["MA"], at=LATER, **changed)
    assert (fresh(row).element.code, fresh(row).countries, exact(fresh(row))) == ("RE", ["MA"], True)
    assert events() == [("facts_changed", author.pk, "sharing.edit", "")]
    refused(NotAllowed, services.change_draft_facts, element=element("RE"), countries=["TN"], **changed)
    refused(NotAllowed, services.change_draft_facts, element=element("VB"), countries=[], **changed)
    refused(
        NotAllowed,
        services.change_draft_facts,
        element=element("RE"),
        countries=["MA"],
        **(changed | {"owner": make_organisation()}),
    )


def test_facts_of_a_published_item_are_not_changed_by_its_editor(owner: Organisation) -> None:
    row = make_bare_item(owner=owner)
    author = make_person(owner, "author")
    refused(
        NotAllowed,
        services.change_draft_facts,
        sharing=row,
        owner=owner,
        element=element("RE"),
        countries=[],
        actor=author,
    )


def proposal(row: Sharing, actor: User, **terms: Any) -> dict[str, Any]:
    """Return the arguments of a proposal."""
    return {"sharing": row, "actor": actor, "marking": "AMBER", "state": "restricted", "targets": []} | terms


def test_a_proposal_changes_nothing_until_it_is_applied(owner: Organisation, approver: User) -> None:
    author, friend = make_person(owner, "author"), make_participant()
    row = make_item(owner=owner, author=author, live=False)
    before = fresh(row).audience
    named = target(friend)
    services.propose(at=LATER, use_limits=["H2"], copies_allowed=False, **proposal(row, author, targets=[named]))
    assert (fresh(row).audience, fresh(row).state, fresh(row).recipients.count()) == (before, "owner", 0)
    publish_sharing(sharing=row, actor=approver, at=LATER)
    applied = fresh(row)
    assert (applied.state, applied.marking, applied.use_limits, applied.copies_allowed, applied.first_shared_at) == (
        "restricted",
        "AMBER",
        ["H2"],
        False,
        LATER,
    )
    recipient = applied.recipients.get()
    assert (recipient.organisation, recipient.granted_at) == (friend, LATER)
    assert (recipient.granted_by, recipient.confirmed_by) == (author, approver)
    assert f"EW:o{friend.pk}" in applied.audience
    assert events()[1:] == [
        ("proposal_changed", author.pk, "sharing.propose_sharing", ""),
        ("item_published", approver.pk, "sharing.set_audience", ""),
    ]


def test_the_last_proposal_counts(owner: Organisation, approver: User) -> None:
    row = make_item(owner=owner, live=False)
    first, second = target(make_participant()), target(make_participant())
    services.propose(at=LATER, **proposal(row, approver, targets=[first]))
    services.propose(at=LATER, **proposal(row, approver, targets=[second]))
    publish_sharing(sharing=row, actor=approver, at=LATER)
    assert [named.target_id for named in fresh(row).recipients.all()] == [second.target_id]
    assert fresh(row).copies_allowed


def test_later_publications_leave_the_sharing_as_it_is(owner: Organisation, approver: User) -> None:
    row = make_item(owner=owner, state="withdrawn", marking="RED")
    services.propose(at=LATER, **proposal(row, approver, marking="CLEAR", state="network", targets=[]))
    publish_sharing(sharing=row, actor=approver, at=LATER)
    assert (fresh(row).state, fresh(row).marking, fresh(row).first_shared_at) == ("withdrawn", "RED", NOW)


@pytest.mark.parametrize("role", ["officer", "author", "liaison_officer", "national_admin"])
def test_only_approver_and_decider_publish(owner: Organisation, role: str) -> None:
    row = make_item(owner=owner, live=False)
    refused(NotAllowed, publish_sharing, sharing=row, actor=make_person(owner, role))


def test_a_curator_publishes_what_the_commission_owns_alone(owner: Organisation) -> None:
    commission = make_organisation("commission")
    curator = make_person(commission, "curator")
    own = make_item(owner=make_organisation("unit", commission), live=False)
    publish_sharing(sharing=own, actor=curator, at=LATER)
    assert fresh(own).first_shared_at == LATER
    refused(NotAllowed, publish_sharing, sharing=make_item(owner=owner, live=False), actor=curator)


@pytest.mark.parametrize(
    ("marking", "state", "kinds"),
    [
        ("RED", "network", []), ("AMBER+STRICT", "network", []), ("AMBER", "network", []),
        ("RED", "public", []), ("AMBER+STRICT", "public", []), ("AMBER", "public", []), ("GREEN", "public", []),
        ("RED", "restricted", ["organisation"]), ("RED", "restricted", ["group"]),
        ("AMBER+STRICT", "restricted", ["group"]),
    ],
)  # fmt: skip
def test_nothing_above_the_marking_is_proposed(
    owner: Organisation, approver: User, marking: str, state: str, kinds: list[str]
) -> None:
    row = make_item(owner=owner, live=False)
    targets = [services.Target(kind=kind, target_id=owner.pk) for kind in kinds]
    refused(AboveCeiling, services.propose, **proposal(row, approver, marking=marking, state=state, targets=targets))


def test_public_needs_two_deciders(owner: Organisation, approver: User, decider: User) -> None:
    Organisation.objects.update(ceiling=Ceiling.PUBLIC)
    row = make_item(owner=owner, live=False)
    services.propose(at=LATER, **proposal(row, approver, marking="CLEAR", state="public"))
    refused(ValidationError, publish_sharing, sharing=row, actor=approver)
    live = make_item(owner=owner, marking="CLEAR", state="network")
    refused(ValidationError, services.widen, sharing=live, state="public", actor=decider, reason="asked for")


# whose ceiling · ceiling · highest state that publication may reach with CLEAR
CEILINGS = [
    ("nobody's", Ceiling.NETWORK, "network"),
    ("owner", Ceiling.RESTRICTED, "restricted"),
    ("owner", Ceiling.OWNER, "owner"),
    ("above", Ceiling.RESTRICTED, "restricted"),
    ("element", Ceiling.RESTRICTED, "restricted"),
    ("element", Ceiling.OWNER, "owner"),
]
STATES = ["owner", "restricted", "network"]


@pytest.mark.parametrize("line", CEILINGS)
@pytest.mark.parametrize("state", STATES)
def test_the_strictest_ceiling_holds(
    owner: Organisation, approver: User, decider: User, line: tuple[str, str, str], state: str
) -> None:
    whose, ceiling, highest = line
    rows: dict[str, list[Any]] = {"owner": [owner], "above": [owner.parent], "element": [element("EW")]}
    for row in rows.get(whose, []):
        row.ceiling = ceiling
        row.save()
    draft = make_item(owner=owner, live=False)
    services.propose(at=LATER, **proposal(draft, approver, marking="CLEAR", state=state))
    live = make_bare_item(owner=owner, marking="CLEAR")
    acts: list[Callable[[], None]] = [
        lambda: publish_sharing(sharing=draft, actor=approver, at=LATER),
        lambda: services.widen(sharing=live, state=state, actor=decider, at=LATER, reason="asked for"),
    ]
    assert [done(act) for act in acts] == [STATES.index(state) <= STATES.index(highest)] * 2


def done(act: Callable[[], None]) -> bool:
    """Tell whether the act is done, and not refused for lying above the ceiling."""
    try:
        act()
    except AboveCeiling:
        return False
    return True
