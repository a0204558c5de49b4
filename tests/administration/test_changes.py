"""Changes of the tree and of ceilings: prepared by one, decided by another, and nobody gains by an own act."""

from typing import Any

import pytest

from cms.audit.models import AuditEvent
from cms.elements.enums import Ceiling
from cms.organisations import changes
from cms.organisations.enums import Outcome, ProposalKind, Role
from cms.organisations.models import GroupMember, Organisation, OrganisationProposal
from cms.sharing.ceilings import widest_allowed
from cms.sharing.models import AudienceTemplate, ProposedRecipient, Recipient, Sharing, TemplateRecipient
from cms.sharing.reach import may_write_for, reaches_of, writable_owners
from cms.sharing.services.succession import accept_proposal, effects_of
from tests.administration.asking import done, last_event, reads
from tests.administration.conftest import Land
from tests.factories import NOW, make_group, make_item, make_membership, make_organisation, make_person
from tests.factories.organisations import element

pytestmark = pytest.mark.django_db
MOVE, MERGE = ProposalKind.MOVE, ProposalKind.MERGE


def propose(land: Land, kind: str = MOVE, what: str = "coast", where: str = "police", who: str = "admin") -> Any:
    """Return an act that prepares a change."""
    return lambda: changes.propose_change(
        kind=kind,
        organisation=getattr(land, what),
        target=getattr(land, where),
        reason="reform",
        actor=getattr(land, who),
        at=NOW,
    )


@pytest.mark.parametrize(
    ("what", "where", "who", "allowed"),
    [
        ("coast", "police", "admin", True),
        ("coast", "spain", "admin", True),
        ("coast", "border", "admin", False),
        ("border", "coast", "admin", False),
        ("border", "border", "admin", False),
        ("spain", "border", "admin", False),
        ("coast", "france", "admin", False),
        ("coast", "police", "border_admin", False),
        ("coast", "police", "decider", False),
        ("coast", "police", "curator", False),
        ("coast", "police", "superuser", False),
    ],
)
def test_who_prepares_what(land: Land, what: str, where: str, who: str, allowed: bool) -> None:
    assert done(propose(land, MOVE, what, where, who)) is allowed


def test_what_is_prepared_changes_nothing_until_another_one_decides(land: Land) -> None:
    proposal = propose(land)()
    assert last_event() == ("organisation_proposed", land.admin.pk, land.coast.pk)
    assert Organisation.objects.get(pk=land.coast.pk).parent == land.border
    make_membership(land.admin, land.spain, Role.DECIDER)
    for who, allowed in (("admin", False), ("approver", False), ("curator", False), ("superuser", False)):
        actor = getattr(land, who)
        assert done(lambda actor=actor: accept_proposal(proposal=proposal, actor=actor, at=NOW)) is allowed  # type: ignore[misc]
    assert done(lambda: accept_proposal(proposal=proposal, actor=land.decider, at=NOW))
    assert Organisation.objects.get(pk=land.coast.pk).lineage == [land.spain.pk, land.police.pk, land.coast.pk]
    assert last_event() == ("organisation_changed", land.decider.pk, land.coast.pk)
    assert not done(lambda: accept_proposal(proposal=proposal, actor=land.second_decider, at=NOW))


def test_a_decider_of_one_side_alone_decides_nothing(land: Land) -> None:
    proposal = propose(land)()
    local = make_person(land.border, Role.DECIDER)
    assert not done(lambda: accept_proposal(proposal=proposal, actor=local, at=NOW))
    assert not done(lambda: changes.refuse_proposal(proposal=proposal, reason="", actor=local, at=NOW))
    assert done(lambda: changes.refuse_proposal(proposal=proposal, reason="", actor=land.decider, at=NOW))
    assert OrganisationProposal.objects.get().outcome == Outcome.REFUSED


def test_who_prepared_takes_it_back(land: Land) -> None:
    proposal = propose(land)()
    assert not done(lambda: changes.refuse_proposal(proposal=proposal, reason="", actor=land.second_admin, at=NOW))
    assert done(lambda: changes.refuse_proposal(proposal=proposal, reason="", actor=land.admin, at=NOW))


def test_nobody_decides_what_lets_them_read_more(land: Land) -> None:
    make_membership(land.decider, land.coast, Role.OFFICER)
    proposal = propose(land)()
    assert not done(lambda: accept_proposal(proposal=proposal, actor=land.decider, at=NOW))
    assert done(lambda: accept_proposal(proposal=proposal, actor=land.second_decider, at=NOW))


def test_gain_and_loss_are_told_by_organisation_and_nothing_is_changed(land: Land) -> None:
    head = make_person(land.border, Role.APPROVER)
    proposal = propose(land)()
    before = (AuditEvent.objects.count(), Organisation.objects.get(pk=land.coast.pk).lineage)
    effects = {row.organisation: (row.gaining, row.losing) for row in effects_of(proposal, NOW)}
    assert (AuditEvent.objects.count(), Organisation.objects.get(pk=land.coast.pk).lineage) == before
    # the unit reads what the police has and no more what the border authority has, whose approver no more reads its
    assert effects == {"Coast": (1, 1), "Border": (0, 1)}
    items = {place: make_item(owner=getattr(land, place)) for place in ("border", "police", "coast")}
    accept_proposal(proposal=proposal, actor=land.decider, at=NOW)
    assert [reads(land.coast_officer, items[place]) for place in ("border", "police", "coast")] == [False, True, True]
    assert not reads(head, items["coast"])


def test_a_successor_takes_over_everything_or_nothing(land: Land) -> None:
    group = make_group(land.border, land.police)
    other = make_group(land.border)
    own = make_item(owner=land.border, title="owned")
    given = make_item(owner=land.france, state="restricted", marking="AMBER+STRICT", recipients=[land.border])
    grouped = make_item(owner=land.france, state="restricted", marking="AMBER", recipients=[other])
    foreign = make_item(owner=land.police)
    proposal = propose(land, MERGE, "border", "police")()
    effects = {row.organisation: (row.gaining, row.losing) for row in effects_of(proposal, NOW)}
    assert effects == {"Border": (1, 0), "Coast": (1, 0), "Police": (1, 0)}
    assert not reads(land.police_officer, own)
    accept_proposal(proposal=proposal, actor=land.decider, at=NOW)
    assert Organisation.objects.get(pk=land.border.pk).merged_into == land.police
    assert Sharing.objects.get(pk=own.pk).owner == land.police
    assert land.officer.memberships.get().organisation == land.police
    for person in (land.officer, land.police_officer):
        assert [reads(person, item) for item in (own, given, grouped, foreign)] == [True, True, True, True]
    assert [reads(land.coast_officer, item) for item in (own, given, foreign)] == [True, False, True]
    rows = list(Recipient.objects.filter(sharing=given).order_by("pk").values_list("organisation", "revoked_at"))
    assert rows == [(land.border.pk, NOW), (land.police.pk, None)]
    members = GroupMember.objects.filter(group__in=[group, other]).values_list("group", "organisation")
    assert sorted(members) == sorted([(group.pk, land.police.pk), (other.pk, land.police.pk)])
    events = list(AuditEvent.objects.order_by("-pk").values_list("event", flat=True)[:3])
    assert sorted(events) == ["organisation_merged", "ownership_transferred", "recipient_added"]


def test_a_merged_organisation_has_no_future(land: Land) -> None:
    waiting = propose(land, MOVE, "border", "police")()
    accept_proposal(proposal=propose(land, MERGE, "border", "police")(), actor=land.decider, at=NOW)
    waiting.refresh_from_db()
    assert waiting.outcome == Outcome.REFUSED
    border = Organisation.objects.get(pk=land.border.pk)
    assert not done(lambda: changes.found_below(name="X", kind="unit", parent=border, actor=land.admin, at=NOW))
    assert not done(propose(land, MOVE, "coast", "border"))
    assert not done(propose(land, MERGE, "border", "spain"))


def test_drafts_and_templates_name_the_successor(land: Land) -> None:
    draft = make_item(owner=land.france, live=False)
    ProposedRecipient.objects.create(proposal=draft.proposal, kind="organisation", organisation=land.border)
    for place in (land.border, land.police):
        made = AudienceTemplate.objects.create(organisation=place, name="usual")
        TemplateRecipient.objects.create(template=made, kind="organisation", organisation=land.border)
    accept_proposal(proposal=propose(land, MERGE, "border", "police")(), actor=land.decider, at=NOW)
    assert draft.proposal.recipients.get().organisation == land.police
    assert set(TemplateRecipient.objects.values_list("organisation", flat=True)) == {land.police.pk}
    names = AudienceTemplate.objects.filter(organisation=land.police).values_list("name", flat=True)
    assert sorted(name.partition(" (")[0] for name in names) == ["usual", "usual"]


def test_nobody_writes_for_a_merged_organisation(land: Land) -> None:
    reaches = reaches_of(land.approver, NOW)
    before = [may_write_for(reaches, land.border, element("EW"), []), land.border in writable_owners(reaches)]
    accept_proposal(proposal=propose(land, MERGE, "border", "police")(), actor=land.decider, at=NOW)
    border, reaches = Organisation.objects.get(pk=land.border.pk), reaches_of(land.approver, NOW)
    after = [may_write_for(reaches, border, element("EW"), []), border in writable_owners(reaches)]
    assert (before, after) == ([True, True], [False, False])


def test_audiences_after_a_merger_are_what_they_would_be_computed_anew(land: Land) -> None:
    rows = [make_item(owner=land.border, state="network", marking="GREEN"), make_item(owner=land.coast)]
    accept_proposal(proposal=propose(land, MERGE, "border", "police")(), actor=land.decider, at=NOW)
    owned = Sharing.objects.get(pk=rows[0].pk)
    assert f"EW:o{land.police.pk}:*" in owned.audience
    assert f"EW:o{land.border.pk}:*" not in owned.audience


# ---------------------------------------------------------------- ceilings


def raising(land: Land, ceiling: str = Ceiling.PUBLIC, who: str = "decider", where: str = "border") -> Any:
    """Return an act that asks for a higher ceiling."""
    return lambda: changes.propose_higher_ceiling(
        organisation=getattr(land, where), ceiling=ceiling, reason="open data", actor=getattr(land, who), at=NOW
    )


def lowering(land: Land, ceiling: str, who: str = "decider") -> Any:
    """Return an act that lowers the ceiling of the border authority."""
    return lambda: changes.lower_ceiling(
        organisation=land.border, ceiling=ceiling, reason="leak", actor=getattr(land, who), at=NOW
    )


@pytest.mark.parametrize("who", ["admin", "approver", "officer", "curator", "french_admin", "superuser"])
def test_only_deciders_touch_ceilings(land: Land, who: str) -> None:
    assert [done(raising(land, who=who)), done(lowering(land, Ceiling.OWNER, who))] == [False, False]


def test_a_ceiling_is_lowered_at_once_and_what_is_shared_stays(land: Land) -> None:
    item = make_item(owner=land.border, state="network", marking="GREEN")
    assert [done(lowering(land, level)) for level in (Ceiling.PUBLIC, Ceiling.NETWORK, "sky")] == [False, False, False]
    assert done(lowering(land, Ceiling.RESTRICTED))
    assert last_event() == ("ceiling_changed", land.decider.pk, land.border.pk)
    coast = Organisation.objects.get(pk=land.coast.pk)
    assert widest_allowed("CLEAR", element("EW"), coast) == "restricted"
    assert (Sharing.objects.get(pk=item.pk).state, reads(land.french_officer, item)) == ("network", True)


def test_a_ceiling_is_raised_by_two(land: Land) -> None:
    assert [done(raising(land, level)) for level in (Ceiling.NETWORK, Ceiling.OWNER)] == [False, False]
    proposal = raising(land)()
    assert Organisation.objects.get(pk=land.border.pk).ceiling == Ceiling.NETWORK
    assert not done(lambda: accept_proposal(proposal=proposal, actor=land.decider, at=NOW))
    assert not done(lambda: accept_proposal(proposal=proposal, actor=land.approver, at=NOW))
    assert done(lambda: accept_proposal(proposal=proposal, actor=land.second_decider, at=NOW))
    assert Organisation.objects.get(pk=land.border.pk).ceiling == Ceiling.PUBLIC


def test_without_a_second_decider_it_is_refused(land: Land) -> None:
    lonely = make_person(land.france, Role.DECIDER)
    act = lambda: changes.propose_higher_ceiling(  # noqa: E731 - asked twice
        organisation=land.france, ceiling=Ceiling.PUBLIC, reason="open data", actor=lonely, at=NOW
    )
    assert not done(act)
    make_person(land.france, Role.DECIDER)
    assert done(act)


def test_a_ceiling_that_changed_meanwhile_is_looked_at_again(land: Land) -> None:
    proposal = raising(land)()
    assert not done(raising(land))
    Organisation.objects.filter(pk=land.border.pk).update(ceiling=Ceiling.PUBLIC)
    assert not done(lambda: accept_proposal(proposal=proposal, actor=land.second_decider, at=NOW))


# ---------------------------------------------------------------- founding and renaming


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("admin", True),
        ("border_admin", True),
        ("french_admin", False),
        ("decider", False),
        ("curator", False),
        ("superuser", False),
    ],
)
def test_founding_and_renaming_in_the_own_tree(land: Land, who: str, allowed: bool) -> None:
    by: dict[str, Any] = {"actor": getattr(land, who), "at": NOW}
    acts = [
        lambda: changes.found_below(name="New unit", kind="unit", parent=land.border, **by),
        lambda: changes.rename(organisation=land.coast, name="Coast guard", **by),
    ]
    assert [done(act) for act in acts] == [allowed, allowed]
    assert not done(lambda: changes.found_below(name="State", kind="member_state", parent=land.border, **by))


def test_two_units_of_one_name_have_two_keys(land: Land) -> None:
    rows = [
        changes.found_below(name="Unit", kind="unit", parent=land.border, actor=land.admin, at=NOW) for _time in "ab"
    ]
    assert len({row.key for row in rows}) == 2
    assert make_organisation(parent=land.spain).lineage[0] == rows[0].lineage[0]
