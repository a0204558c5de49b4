"""Acts that wait, at their borders: what is the same, what comes too late, what is prepared, what the trail says."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cms.audit.models import AuditEvent
from cms.elements.enums import Ceiling
from cms.organisations.models import Organisation
from cms.sharing import services
from cms.sharing.confirming import AskPending, may_confirm, may_see, may_see_outcome, may_take_back
from cms.sharing.exceptions import AboveCeiling, NotAllowed
from cms.sharing.models import PendingAct, Sharing
from cms.users.models import User
from tests.factories import NOW, make_item, make_membership, make_participant, make_person
from tests.factories.items import page_of
from tests.factories.rows import make_bare_item
from tests.sharing.looking import LATER, fresh, refused, waiting

pytestmark = pytest.mark.django_db


def propose(row: Sharing, actor: User, kind: str, **more: Any) -> PendingAct:
    """Propose an act that narrows."""
    return services.propose_narrowing(sharing=row, kind=kind, actor=actor, at=NOW, reason="too wide", **more)


def last_details() -> dict[str, Any]:
    """Return what the trail says of the last act."""
    details: dict[str, Any] = AuditEvent.objects.latest("pk").details
    return details


# ---------------------------------------------------------------- what is the same, and what would change nothing


def test_only_the_same_act_on_the_same_item_waits_once(owner: Organisation, author: User, approver: User) -> None:
    friends = [make_participant(), make_participant()]
    rows = [make_bare_item(owner=owner, state="restricted", recipients=friends) for _ in range(2)]
    made = [
        *(propose(row, author, "withdraw") for row in rows),
        propose(rows[0], author, "narrow", value="owner"),
        *(propose(rows[0], author, "revoke", recipient=named) for named in rows[0].recipients.all()),
    ]
    services.decline(pending=made[0], actor=approver, at=LATER, reason="needed")
    assert set(PendingAct.objects.filter(status="open")) == set(made[1:])
    same: dict[str, Any] = {"actor": author, "reason": "too wide"}
    refused(ValidationError, services.propose_narrowing, sharing=rows[1], kind="withdraw", **same)


def test_only_what_this_item_still_grants_is_taken_away(owner: Organisation, author: User, approver: User) -> None:
    friends = [make_participant(), make_participant()]
    row, other = (make_bare_item(owner=owner, state="restricted", recipients=friends) for _ in range(2))
    gone, standing = row.recipients.all()
    services.revoke(recipient=gone, actor=approver, at=NOW)
    wish: dict[str, Any] = {"sharing": row, "kind": "revoke", "actor": author, "reason": "too wide"}
    for recipient in (gone, other.recipients.first()):
        refused(ValidationError, services.propose_narrowing, recipient=recipient, **wish)
    assert services.propose_narrowing(recipient=standing, at=NOW, **wish).recipient == standing


@pytest.mark.parametrize("marking", ["GREEN", "AMBER", "x"])
def test_only_a_stricter_marking_is_proposed(owner: Organisation, author: User, marking: str) -> None:
    wish: dict[str, Any] = {"kind": "tighten", "value": marking, "actor": author, "reason": "too wide"}
    refused(ValidationError, services.propose_narrowing, sharing=make_bare_item(owner=owner, marking="AMBER"), **wish)


@pytest.mark.usefixtures("open_to_all", "second", "receiving")
def test_nothing_is_proposed_for_a_draft_or_without_a_reason(
    owner: Organisation, decider: User, author: User, receiver: Organisation
) -> None:
    draft, row = make_item(owner=owner, live=False), make_item(owner=owner, state="network")
    make_person(owner, "approver")
    by: dict[str, Any] = {"actor": decider, "reason": "reform"}
    refused(ValidationError, services.propose_transfer, sharing=draft, new_owner=receiver, **by)
    refused(ValidationError, services.propose_correction, sharing=draft, text="41, not 14.", actor=author)
    refused(ValidationError, services.propose_public, sharing=row, actor=decider, reason=" ")
    refused(ValidationError, services.prepare_public, sharing=row, actor=author, reason="")
    refused(ValidationError, services.flag, sharing=row, actor=author, reason="")


# ---------------------------------------------------------------- what comes too late


def test_the_receivers_ceiling_is_asked_again(
    owner: Organisation, decider: User, receiver: Organisation, receiving: User
) -> None:
    row = make_bare_item(owner=owner, state="network")
    pending = services.propose_transfer(sharing=row, new_owner=receiver, actor=decider, at=NOW, reason="reform")
    Organisation.objects.filter(pk=receiver.pk).update(ceiling=Ceiling.RESTRICTED)
    refused(AboveCeiling, services.confirm, pending=pending, actor=receiving)
    assert fresh(row).owner == owner


def test_no_item_is_transferred_to_what_was_merged(
    owner: Organisation, decider: User, receiver: Organisation, receiving: User
) -> None:
    row = make_bare_item(owner=owner)
    pending = services.propose_transfer(sharing=row, new_owner=receiver, actor=decider, at=NOW, reason="reform")
    Organisation.objects.filter(pk=receiver.pk).update(merged_into=receiver.parent)
    refused(ValidationError, services.confirm, pending=pending, actor=receiving)


def test_a_transfer_leaves_what_was_decided_before_as_it_was(
    owner: Organisation, decider: User, approver: User, receiver: Organisation, receiving: User
) -> None:
    row = make_bare_item(owner=owner, state="network")
    before = propose(row, make_person(owner, "author"), "withdraw")
    services.decline(pending=before, actor=approver, at=NOW, reason="needed")
    pending = services.propose_transfer(sharing=row, new_owner=receiver, actor=decider, at=NOW, reason="reform")
    services.confirm(pending=pending, actor=receiving, at=LATER)
    settled = PendingAct.objects.order_by("proposed_at", "pk").values_list("status", "settled_by", "settled_reason")
    assert set(settled) == {("declined", approver.pk, "needed"), ("done", receiving.pk, "")}


# ---------------------------------------------------------------- prepared, taken up, confirmed; flagged and hidden


@pytest.mark.usefixtures("open_to_all")
def test_what_an_author_prepares_one_decider_takes_up_and_another_confirms(
    owner: Organisation, author: User, decider: User, second: User
) -> None:
    row = make_item(owner=owner, state="network", marking="CLEAR")
    prepared = services.prepare_public(sharing=row, actor=author, at=NOW, reason="press release")
    assert waiting(decider, second, author) == [["prepare"], ["prepare"], []]
    refused(NotAllowed, services.confirm, pending=prepared, actor=author)
    services.confirm(pending=prepared, actor=decider, at=LATER)
    assert (fresh(row).state, waiting(decider, second)) == ("network", [[], ["public"]])
    services.confirm(pending=PendingAct.objects.get(kind="public"), actor=second, at=LATER)
    assert fresh(row).state == "public"


def test_what_a_reader_flags_the_owner_hides(owner: Organisation, approver: User) -> None:
    row = make_item(owner=owner, state="network")
    reader = make_person(make_participant())
    flagged = services.flag(sharing=row, actor=reader, at=NOW, reason="a telephone number")
    assert (fresh(row).quarantined, waiting(approver, reader)) == (False, [["flag"], []])
    services.confirm(pending=flagged, actor=approver, at=LATER)
    assert (fresh(row).quarantined, fresh(row).quarantined_by) == (True, approver)
    assert last_details() == {"pending": str(flagged.handle), "kind": "flag", "proposed_by": reader.pk}


def test_what_is_in_quarantine_is_not_flagged_by_whoever_put_it_there(owner: Organisation, approver: User) -> None:
    row = make_item(owner=owner, state="network")
    make_membership(approver, owner, "author")
    services.quarantine(sharing=row, actor=approver, at=NOW, reason="a telephone number")
    make_person(owner, "approver")
    refused(ValidationError, services.flag, sharing=row, actor=approver, reason="again")


# ---------------------------------------------------------------- whom it concerns


def test_who_sees_what_waits_and_who_is_told_whom_it_concerns(owner: Organisation, receiver: Organisation) -> None:
    row = make_item(owner=owner, state="network")
    roles = ("author", "approver", "decider", "officer")
    people = {role: make_person(owner, role) for role in roles} | {"receiving": make_person(receiver, "decider")}
    waits = {
        "withdraw": propose(row, people["author"], "withdraw"),
        "transfer": services.propose_transfer(
            sharing=row, new_owner=receiver, actor=people["decider"], at=NOW, reason="reform"
        ),
        "flag": services.flag(sharing=row, actor=people["officer"], at=NOW, reason="a telephone number"),
    }
    found = {
        kind: [
            {name for name, person in people.items() if question(person, AskPending(pending, NOW))}
            for question in (may_confirm, may_take_back, may_see, may_see_outcome)
        ]
        for kind, pending in waits.items()
    }
    deciding, own = {"approver", "decider"}, {"author", "approver", "decider"}
    assert found == {
        "withdraw": [deciding, {"author"}, own, own],
        "transfer": [{"receiving"}, {"decider"}, deciding | {"receiving"}, deciding | {"receiving"}],
        # whoever flags what they read learns nothing of its other readers
        "flag": [deciding, {"officer"}, deciding | {"officer"}, deciding],
    }


def test_what_is_not_of_two_waits_for_whoever_proposed_or_wrote_it_too(owner: Organisation, author: User) -> None:
    row = make_item(owner=owner, state="network")
    make_membership(author, owner, "approver")
    page_of(row).save_revision(user=author)
    pending = propose(row, author, "withdraw")
    assert waiting(author) == [["withdraw"]]
    assert may_confirm(author, AskPending(pending, LATER))
    services.confirm(pending=pending, actor=author, at=LATER)
    assert fresh(row).state == "withdrawn"


# ---------------------------------------------------------------- what the trail says


@pytest.mark.usefixtures("receiving")
def test_the_trail_names_what_waits(owner: Organisation, decider: User, author: User, receiver: Organisation) -> None:
    row = make_bare_item(owner=owner, state="network")
    make_person(owner, "approver")
    pending = propose(row, author, "narrow", value="owner")
    origin = {"pending": str(pending.handle), "kind": "narrow", "proposed_by": author.pk}
    assert last_details() == origin | {"value": "owner"}
    services.take_back(pending=pending, actor=author, at=LATER)
    assert last_details() == origin
    offered = services.propose_transfer(sharing=row, new_owner=receiver, actor=decider, at=NOW, reason="reform")
    origin = {"pending": str(offered.handle), "kind": "transfer", "proposed_by": decider.pk}
    assert last_details() == origin | {"value": "", "new_owner": receiver.pk}
