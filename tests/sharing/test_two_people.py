"""Acts that one proposes and another confirms: narrowing by authors, transfer, public by two, corrections."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cms.audit.models import AuditEvent
from cms.elements.enums import Ceiling
from cms.organisations.enums import Role
from cms.organisations.models import Membership, Organisation
from cms.sharing import services
from cms.sharing.confirming import AskPending, confirmers, may_confirm, may_see, may_see_outcome, may_take_back
from cms.sharing.exceptions import AboveCeiling, NotAllowed
from cms.sharing.models import PendingAct, Sharing
from cms.users.models import User
from tests.factories import NOW, hours, make_item, make_membership, make_organisation, make_participant, make_person
from tests.factories.items import page_of
from tests.factories.rows import make_bare_item
from tests.sharing.looking import LATER, events, exact, fresh, refused, waiting

pytestmark = pytest.mark.django_db


# ---------------------------------------------------------------- narrowing, proposed by those who may only propose


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("narrow", ("owner", "state_narrowed", ("owner", "GREEN", 1))),
        ("withdraw", ("", "withdrawn", ("withdrawn", "GREEN", 1))),
        ("tighten", ("RED", "marking_tightened", ("restricted", "RED", 0))),
        ("revoke", ("", "recipient_revoked", ("restricted", "GREEN", 0))),
    ],
)
def test_an_author_proposes_and_an_approver_accepts(
    owner: Organisation, author: User, approver: User, kind: str, line: tuple[str, str, tuple[str, str, int]]
) -> None:
    value, event, after = line
    row = make_bare_item(owner=owner, state="restricted", marking="GREEN", recipients=[make_participant()])
    recipient = row.recipients.get() if kind == "revoke" else None
    pending = services.propose_narrowing(
        sharing=row, kind=kind, value=value, recipient=recipient, actor=author, at=NOW, reason="too wide"
    )
    assert (fresh(row).state, fresh(row).marking) == ("restricted", "GREEN")
    assert waiting(approver, author) == [[kind], []]
    services.confirm(pending=pending, actor=approver, at=LATER)
    standing = row.recipients.filter(revoked_at=None).count()
    assert ((fresh(row).state, fresh(row).marking, standing), exact(fresh(row))) == (after, True)
    assert waiting(approver) == [[]]
    assert events()[1:] == [(event, approver.pk, events()[-1][2], "too wide")]
    details = AuditEvent.objects.latest("pk").details
    assert (details["proposed_by"], details["pending"]) == (author.pk, str(pending.handle))


def test_what_would_narrow_nothing_is_not_proposed(owner: Organisation, author: User) -> None:
    row = make_bare_item(owner=owner, state="owner", marking="AMBER")
    wish: dict[str, Any] = {"sharing": row, "actor": author, "reason": "too wide"}
    for kind, value in (("narrow", "network"), ("narrow", "owner"), ("narrow", "x"), ("tighten", "GREEN")):
        refused(ValidationError, services.propose_narrowing, kind=kind, value=value, **wish)
    refused(ValidationError, services.propose_narrowing, kind="revoke", **wish)
    refused(ValidationError, services.propose_narrowing, kind="public", **wish)
    refused(ValidationError, services.propose_narrowing, kind="withdraw", **(wish | {"reason": " "}))
    draft = make_bare_item(owner=owner, state="owner", live=False)
    refused(ValidationError, services.propose_narrowing, kind="withdraw", **(wish | {"sharing": draft}))


def test_the_same_is_proposed_once(owner: Organisation, author: User, approver: User) -> None:
    row = make_bare_item(owner=owner, state="network")
    wish: dict[str, Any] = {"sharing": row, "kind": "withdraw", "actor": author, "reason": "too wide"}
    pending = services.propose_narrowing(at=NOW, **wish)
    refused(ValidationError, services.propose_narrowing, **wish)
    services.decline(pending=pending, actor=approver, at=LATER, reason="needed")
    assert services.propose_narrowing(at=LATER, **wish).status == "open"


@pytest.mark.parametrize("role", ["officer", "approver", "decider", "national_admin"])
def test_only_authors_and_liaison_officers_propose(owner: Organisation, role: str) -> None:
    row = make_bare_item(owner=owner, state="network")
    person = make_person(owner, role)
    refused(NotAllowed, services.propose_narrowing, sharing=row, kind="withdraw", actor=person, reason="r")


def test_declining_needs_a_reason_and_changes_nothing(owner: Organisation, author: User, approver: User) -> None:
    row = make_bare_item(owner=owner, state="network")
    pending = services.propose_narrowing(sharing=row, kind="withdraw", actor=author, at=NOW, reason="r")
    refused(ValidationError, services.decline, pending=pending, actor=approver, reason="")
    refused(NotAllowed, services.decline, pending=pending, actor=author, reason="no")
    services.decline(pending=pending, actor=approver, at=LATER, reason="needed by the field")
    pending.refresh_from_db()
    assert (pending.status, pending.settled_by, pending.settled_reason) == ("declined", approver, "needed by the field")
    assert (fresh(row).state, waiting(approver)) == ("network", [[]])
    refused(ValidationError, services.confirm, pending=pending, actor=approver)
    refused(ValidationError, services.take_back, pending=pending, actor=author)


def test_a_proposal_is_taken_back_by_whoever_made_it(owner: Organisation, author: User, approver: User) -> None:
    row = make_bare_item(owner=owner, state="network")
    pending = services.propose_narrowing(sharing=row, kind="withdraw", actor=author, at=NOW, reason="r")
    refused(NotAllowed, services.take_back, pending=pending, actor=approver)
    services.take_back(pending=pending, actor=author, at=LATER)
    refused(ValidationError, services.confirm, pending=pending, actor=approver)
    assert events()[-1] == ("act_taken_back", author.pk, "sharing.confirm", "")


def test_a_proposal_that_came_too_late_is_refused_and_stays(owner: Organisation, author: User, approver: User) -> None:
    row = make_bare_item(owner=owner, state="network")
    pending = services.propose_narrowing(sharing=row, kind="narrow", value="owner", actor=author, at=NOW, reason="r")
    services.withdraw(sharing=row, actor=approver, at=NOW)
    refused(ValidationError, services.confirm, pending=pending, actor=approver)
    pending.refresh_from_db()
    assert pending.status == "open"


# ---------------------------------------------------------------- public by two


@pytest.mark.usefixtures("open_to_all")
def test_two_deciders_make_an_item_public(owner: Organisation, decider: User, second: User, approver: User) -> None:
    row = make_item(owner=owner, state="network", marking="CLEAR")
    pending = services.propose_public(sharing=row, actor=decider, at=NOW, reason="press release")
    assert (fresh(row).state, waiting(decider, second, approver)) == ("network", [[], ["public"], []])
    refused(NotAllowed, services.confirm, pending=pending, actor=decider)
    refused(NotAllowed, services.confirm, pending=pending, actor=approver)
    services.confirm(pending=pending, actor=second, at=LATER)
    assert (fresh(row).state, "public" in fresh(row).audience, exact(fresh(row))) == ("public", True, True)
    assert events()[-1] == ("made_public", second.pk, "sharing.make_public", "press release")
    assert AuditEvent.objects.latest("pk").details["proposed_by"] == decider.pk


@pytest.mark.usefixtures("open_to_all")
def test_without_a_second_decider_it_is_refused_with_that_reason(owner: Organisation, decider: User) -> None:
    row = make_item(owner=owner, state="network", marking="CLEAR")
    with pytest.raises(NotAllowed, match="Another person must confirm"):
        services.propose_public(sharing=row, actor=decider, at=NOW, reason="press release")
    assert not PendingAct.objects.exists()


@pytest.mark.usefixtures("open_to_all")
def test_whoever_edited_last_never_makes_it_public(owner: Organisation, decider: User, second: User) -> None:
    row = make_item(owner=owner, state="network", marking="CLEAR")
    third = make_person(owner, "decider")
    make_membership(third, owner, "author")
    pending = services.propose_public(sharing=row, actor=decider, at=NOW, reason="press release")
    assert confirmers(pending, LATER) == {second.pk, third.pk}
    page_of(row).save_revision(user=third)
    again = PendingAct.objects.select_related("sharing__page__latest_revision", "sharing__owner").get()
    assert confirmers(again, LATER) == {second.pk}
    assert waiting(third) == [[]]
    refused(NotAllowed, services.confirm, pending=pending, actor=third)


@pytest.mark.usefixtures("open_to_all")
def test_curators_make_the_commissions_items_public_by_two_and_nobody_elses(owner: Organisation) -> None:
    commission = make_organisation("commission")
    Organisation.objects.update(ceiling=Ceiling.PUBLIC)
    first, other = make_person(commission, "curator"), make_person(make_organisation("unit", commission), "curator")
    row = make_item(owner=commission, state="network", marking="CLEAR")
    pending = services.propose_public(sharing=row, actor=first, at=NOW, reason="press release")
    services.confirm(pending=pending, actor=other, at=LATER)
    assert fresh(row).state == "public"
    elses = make_item(owner=owner, state="network", marking="CLEAR")
    refused(NotAllowed, services.propose_public, sharing=elses, actor=first, reason="press release")


PUBLIC_CHANGED: dict[str, Callable[[Sharing, User], object]] = {
    "narrowed": lambda row, actor: services.narrow(sharing=row, state="owner", actor=actor, at=LATER),
    "quarantined": lambda row, actor: services.quarantine(sharing=row, actor=actor, at=LATER, reason="a name"),
    "tightened": lambda row, actor: services.change_marking(sharing=row, marking="GREEN", actor=actor, at=LATER),
    "published again": lambda row, actor: page_of(row).save_revision(user=None).publish(skip_permission_checks=True),
    "proposer left": lambda row, actor: Membership.objects.filter(user=actor).delete(),
    "ceiling lowered": lambda row, actor: Organisation.objects.update(ceiling=Ceiling.NETWORK),
}


@pytest.mark.usefixtures("open_to_all")
@pytest.mark.parametrize("change", PUBLIC_CHANGED)
def test_what_changed_since_is_not_made_public(owner: Organisation, decider: User, second: User, change: str) -> None:
    row = make_item(owner=owner, state="network", marking="CLEAR")
    pending = services.propose_public(sharing=row, actor=decider, at=NOW, reason="press release")
    PUBLIC_CHANGED[change](row, decider)
    refused(ValidationError, services.confirm, pending=pending, actor=second)
    assert fresh(row).state != "public"


@pytest.mark.usefixtures("open_to_all")
def test_what_cannot_be_public_is_not_proposed(owner: Organisation, decider: User, second: User) -> None:
    wish: dict[str, Any] = {"actor": decider, "reason": "press release"}
    refused(AboveCeiling, services.propose_public, sharing=make_item(owner=owner, marking="GREEN"), **wish)
    refused(ValidationError, services.propose_public, sharing=make_item(owner=owner, state="public"), **wish)
    refused(ValidationError, services.propose_public, sharing=make_item(owner=owner, quarantined=True), **wish)
    refused(ValidationError, services.propose_public, sharing=make_item(owner=owner, live=False), **wish)
    Organisation.objects.filter(pk=owner.pk).update(ceiling=Ceiling.NETWORK)
    refused(AboveCeiling, services.propose_public, sharing=make_item(owner=owner), **wish)


# ---------------------------------------------------------------- transfer by both deciders


def test_both_deciders_transfer_an_item(
    owner: Organisation, decider: User, approver: User, receiver: Organisation, receiving: User
) -> None:
    row = make_item(owner=owner, marking="AMBER")
    colleague = make_person(owner, "decider")
    pending = services.propose_transfer(sharing=row, new_owner=receiver, actor=decider, at=NOW, reason="reform")
    assert waiting(receiving, colleague, decider, approver) == [["transfer"], [], [], []]
    for person in (decider, colleague, approver):
        refused(NotAllowed, services.confirm, pending=pending, actor=person)
    services.confirm(pending=pending, actor=receiving, at=LATER)
    assert (fresh(row).owner, exact(fresh(row))) == (receiver, True)
    assert f"EW:o{owner.pk}" not in fresh(row).audience
    assert events()[-1] == ("ownership_transferred", receiving.pk, "sharing.transfer", "reform")
    assert row.history.filter(at=LATER).count() == 1


def test_a_transfer_needs_a_decider_there_and_fits_its_rules(
    owner: Organisation, decider: User, receiver: Organisation
) -> None:
    row = make_bare_item(owner=owner, state="network")
    wish: dict[str, Any] = {"sharing": row, "actor": decider, "reason": "reform"}
    refused(NotAllowed, services.propose_transfer, new_owner=receiver, **wish)
    make_person(receiver, "decider", competences={"RE": []})
    refused(NotAllowed, services.propose_transfer, new_owner=receiver, **wish)
    make_person(receiver.parent, "decider")  # type: ignore[arg-type]
    refused(ValidationError, services.propose_transfer, new_owner=owner, **wish)
    refused(ValidationError, services.propose_transfer, new_owner=receiver, **(wish | {"reason": ""}))
    Organisation.objects.filter(pk=receiver.pk).update(ceiling=Ceiling.RESTRICTED)
    refused(AboveCeiling, services.propose_transfer, new_owner=receiver, **wish)
    Organisation.objects.filter(pk=receiver.pk).update(ceiling=Ceiling.NETWORK)
    assert services.propose_transfer(new_owner=receiver, at=NOW, **wish).kind == "transfer"


def test_one_person_is_not_both_deciders(owner: Organisation, receiver: Organisation, decider: User) -> None:
    make_membership(decider, receiver, Role.DECIDER)
    row = make_bare_item(owner=owner)
    refused(NotAllowed, services.propose_transfer, sharing=row, new_owner=receiver, actor=decider, reason="reform")


def test_a_transfer_of_what_changed_since_is_refused(
    owner: Organisation, decider: User, approver: User, receiver: Organisation, receiving: User
) -> None:
    row = make_bare_item(owner=owner, state="network")
    pending = services.propose_transfer(sharing=row, new_owner=receiver, actor=decider, at=NOW, reason="reform")
    services.narrow(sharing=row, state="owner", actor=approver, at=NOW)
    refused(ValidationError, services.confirm, pending=pending, actor=receiving)
    assert fresh(row).owner == owner


def test_what_the_former_owners_people_proposed_does_not_wait_for_the_new_owners(
    owner: Organisation, decider: User, author: User, receiver: Organisation, receiving: User
) -> None:
    row = make_bare_item(owner=owner, state="network")
    services.propose_narrowing(sharing=row, kind="withdraw", actor=author, at=NOW, reason="our own reasons")
    pending = services.propose_transfer(sharing=row, new_owner=receiver, actor=decider, at=NOW, reason="reform")
    services.confirm(pending=pending, actor=receiving, at=LATER)
    assert waiting(receiving, make_person(receiver, "approver")) == [[], []]


# ---------------------------------------------------------------- corrections


def test_a_correction_is_confirmed_by_somebody_else(owner: Organisation, author: User, approver: User) -> None:
    row = make_item(owner=owner)
    pending = services.propose_correction(sharing=row, text=" 41, not 14. ", actor=author, at=NOW)
    assert not row.corrections.exists()
    services.confirm(pending=pending, actor=approver, at=LATER)
    notice = row.corrections.get()
    assert (notice.text, notice.at, notice.written_by, notice.confirmed_by) == ("41, not 14.", LATER, author, approver)
    assert events()[-1] == ("correction_noted", approver.pk, "sharing.confirm_correction", "")
    refused(ValidationError, services.propose_correction, sharing=row, text=" ", actor=author)


def test_nobody_confirms_the_own_correction(owner: Organisation, approver: User) -> None:
    row = make_item(owner=owner)
    make_person(owner, "approver")
    pending = services.propose_correction(sharing=row, text="41, not 14.", actor=approver, at=NOW)
    refused(NotAllowed, services.confirm, pending=pending, actor=approver)


# ---------------------------------------------------------------- the question itself


def test_the_question_is_answered_for_anything(owner: Organisation, author: User, approver: User) -> None:
    row = make_bare_item(owner=owner, state="network")
    pending = services.propose_narrowing(sharing=row, kind="withdraw", actor=author, at=NOW, reason="r")
    asks = [None, row, AskPending(None, NOW), AskPending(row, NOW), AskPending(PendingAct(), NOW)]  # type: ignore[arg-type]
    correction = services.propose_correction(sharing=make_item(owner=owner), text="41.", actor=author, at=NOW)
    for question in (may_confirm, may_take_back, may_see, may_see_outcome):
        assert [question(approver, ask) for ask in asks] == [False] * 5
        for waits in (pending, correction):
            assert [question(user, AskPending(waits, NOW)) for user in (None, "x", User())] == [False] * 3
    assert may_confirm(approver, AskPending(pending, NOW))
    assert approver.has_perm("sharing.confirm", AskPending(pending, NOW + hours(1)))
    services.decline(pending=pending, actor=approver, at=LATER, reason="needed")
    pending.refresh_from_db()
    for question in (may_confirm, may_take_back, may_see, may_see_outcome):
        assert [question(user, AskPending(pending, LATER)) for user in (approver, author)] == [False, False]
