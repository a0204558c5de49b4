"""Acts of sharing on live items: what each changes, who may, what is refused, and the one event that each leaves."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cms.audit.models import AuditEvent
from cms.organisations.models import Organisation
from cms.sharing import services
from cms.sharing.exceptions import AboveCeiling, NotAllowed
from cms.sharing.models import Recipient, Sharing
from cms.sharing.signals import items_changed
from cms.users.models import User
from tests.factories import make_group, make_organisation, make_participant, make_person, publish_sharing
from tests.factories.items import Named, target
from tests.factories.rows import make_bare_item
from tests.sharing.looking import LATER, events, exact, fresh, refused

pytestmark = pytest.mark.django_db


# ---------------------------------------------------------------- narrower


def test_revoking_holds_at_once_and_is_done_once(owner: Organisation, approver: User) -> None:
    friend = make_participant()
    row = make_bare_item(owner=owner, state="restricted", marking="AMBER", recipients=[friend])
    recipient = row.recipients.get()
    services.revoke(recipient=recipient, actor=approver, at=LATER, reason="no longer needed")
    recipient.refresh_from_db()
    assert (recipient.revoked_at, recipient.revoked_by, recipient.revoked_reason) == (
        LATER,
        approver,
        "no longer needed",
    )
    assert f"EW:o{friend.pk}" not in fresh(row).audience
    assert events() == [("recipient_revoked", approver.pk, "sharing.narrow", "no longer needed")]
    refused(ValidationError, services.revoke, recipient=recipient, actor=approver)


def test_revoking_takes_one_recipient_of_one_item(owner: Organisation, approver: User) -> None:
    friends = [make_participant(), make_participant()]
    rows = [make_bare_item(owner=owner, state="restricted", marking="AMBER", recipients=friends) for _ in range(2)]
    services.revoke(recipient=rows[0].recipients.get(organisation=friends[0]), actor=approver, at=LATER)
    standing = Recipient.objects.filter(revoked_at=None).values_list("sharing", "organisation")
    assert set(standing) == {(rows[0].pk, friends[1].pk), (rows[1].pk, friends[0].pk), (rows[1].pk, friends[1].pk)}


ORDER = ["withdrawn", "owner", "restricted", "network", "public"]


@pytest.mark.parametrize("before", ORDER)
@pytest.mark.parametrize("after", ORDER)
def test_narrowing_goes_down_and_widening_up(
    owner: Organisation, approver: User, decider: User, before: str, after: str
) -> None:
    rows = [make_bare_item(owner=owner, state=before) for _ in range(2)]
    down = ORDER.index(after) < ORDER.index(before)
    up = after != "public" and ORDER.index(after) >= ORDER.index(before)
    assert done_at_all(services.narrow, sharing=rows[0], state=after, actor=approver) is down
    assert done_at_all(services.widen, sharing=rows[1], state=after, actor=decider, reason="asked for") is up
    assert [fresh(row).state for row in rows] == [after if down else before, after if up else before]
    assert [exact(fresh(row)) for row in rows] == [True, True]


def done_at_all(service: Callable[..., None], **arguments: Any) -> bool:
    """Tell whether the act is done, and not refused as going the wrong way."""
    try:
        service(at=LATER, **arguments)
    except ValidationError:
        return False
    return True


def test_narrowing_and_withdrawing_are_told_apart(owner: Organisation, approver: User) -> None:
    row = make_bare_item(owner=owner, state="network")
    services.narrow(sharing=row, state="restricted", actor=approver, at=LATER)
    services.withdraw(sharing=row, actor=approver, at=LATER, reason="wrong figures")
    assert fresh(row).state == "withdrawn"
    assert fresh(row).page.live
    assert events() == [
        ("state_narrowed", approver.pk, "sharing.narrow", ""),
        ("withdrawn", approver.pk, "sharing.withdraw", "wrong figures"),
    ]
    details = AuditEvent.objects.exclude(item=None).order_by("pk").values_list("details", flat=True)
    assert list(details) == [{"from": "network", "to": "restricted"}, {"from": "restricted", "to": "withdrawn"}]


# ---------------------------------------------------------------- wider


def test_widening_is_the_deciders_with_a_reason(owner: Organisation, approver: User, decider: User) -> None:
    friend = make_participant()
    row = make_bare_item(owner=owner, marking="AMBER")
    wish: dict[str, Any] = {"sharing": row, "state": "restricted", "targets": [target(friend)]}
    refused(NotAllowed, services.widen, actor=approver, reason="asked for", **wish)
    refused(ValidationError, services.widen, actor=decider, reason=" ", **wish)
    services.widen(actor=decider, reason="asked for", at=LATER, **wish)
    assert (fresh(row).state, f"EW:o{friend.pk}" in fresh(row).audience) == ("restricted", True)
    assert fresh(row).recipients.get().granted_by == decider
    assert events() == [("state_widened", decider.pk, "sharing.widen", "asked for")]


def test_widening_names_nobody_above_the_marking(owner: Organisation, decider: User) -> None:
    row = make_bare_item(owner=owner, marking="RED", state="restricted")
    wish: dict[str, Any] = {"sharing": row, "state": "restricted", "actor": decider, "reason": "asked for"}
    refused(AboveCeiling, services.widen, targets=[target(make_participant())], **wish)
    services.widen(targets=[target(decider)], at=LATER, **wish)
    assert f"EW:u{decider.pk}" in fresh(row).audience


def test_a_draft_is_not_widened(owner: Organisation, decider: User) -> None:
    row = make_bare_item(owner=owner, live=False)
    refused(ValidationError, services.widen, sharing=row, state="network", actor=decider, reason="asked for")


# ---------------------------------------------------------------- markings

# state before · marking before → after · state after (policy, section 2)
TIGHTENED = [
    ("public", "CLEAR", "GREEN", "network"),
    ("public", "CLEAR", "AMBER", "restricted"),
    ("network", "CLEAR", "GREEN", "network"),
    ("network", "GREEN", "AMBER+STRICT", "restricted"),
    ("network", "GREEN", "RED", "restricted"),
    ("restricted", "AMBER", "RED", "restricted"),
    ("owner", "CLEAR", "RED", "owner"),
    ("withdrawn", "CLEAR", "RED", "withdrawn"),
]


@pytest.mark.parametrize("line", TIGHTENED)
def test_tightening_lowers_the_state(owner: Organisation, approver: User, line: tuple[str, str, str, str]) -> None:
    state, before, after, lowered = line
    row = make_bare_item(owner=owner, state=state, marking=before)
    services.change_marking(sharing=row, marking=after, actor=approver, at=LATER)
    assert (fresh(row).state, fresh(row).marking, exact(fresh(row))) == (lowered, after, True)
    assert events() == [("marking_tightened", approver.pk, "sharing.tighten_marking", "")]


@pytest.mark.parametrize(
    ("marking", "left"),
    [("GREEN", {"organisation", "group", "user"}), ("AMBER", {"organisation", "group", "user"}),
     ("AMBER+STRICT", {"organisation", "user"}), ("RED", {"user"})],
)  # fmt: skip
def test_tightening_revokes_unfit_recipients(owner: Organisation, approver: User, marking: str, left: set[str]) -> None:
    friend = make_participant()
    named: list[Named] = [friend, make_group(friend), make_person(friend)]
    row = make_bare_item(owner=owner, state="restricted", recipients=named)
    other = make_bare_item(owner=owner, state="restricted", recipients=named)
    services.change_marking(sharing=row, marking=marking, actor=approver, at=LATER)
    assert set(row.recipients.filter(revoked_at=None).values_list("kind", flat=True)) == left
    assert set(row.recipients.values_list("marking", flat=True)) == {marking}
    assert other.recipients.filter(revoked_at=None).count() == 3
    assert exact(fresh(row))


def test_loosening_is_the_deciders_with_a_reason_and_brings_nobody_back(
    owner: Organisation, approver: User, decider: User
) -> None:
    friend = make_participant()
    row = make_bare_item(owner=owner, state="restricted", marking="AMBER", recipients=[friend])
    services.change_marking(sharing=row, marking="RED", actor=approver, at=LATER)
    loosened: dict[str, Any] = {"sharing": fresh(row), "marking": "AMBER"}
    refused(NotAllowed, services.change_marking, actor=approver, reason="mistaken", **loosened)
    refused(ValidationError, services.change_marking, actor=decider, **loosened)
    services.change_marking(actor=decider, reason="mistaken", at=LATER, **loosened)
    assert (fresh(row).marking, f"EW:o{friend.pk}" in fresh(row).audience) == ("AMBER", False)
    assert events()[-1] == ("marking_loosened", decider.pk, "sharing.loosen_marking", "mistaken")


def test_a_marking_changed_meanwhile_is_looked_at_again(owner: Organisation, decider: User) -> None:
    """Tightening what is stricter by now would be loosening, without the decider's reason."""
    stale = make_bare_item(owner=owner, marking="CLEAR")
    services.change_marking(sharing=fresh(stale), marking="RED", actor=decider, at=LATER)
    refused(ValidationError, services.change_marking, sharing=stale, marking="AMBER", actor=decider)
    refused(ValidationError, services.change_marking, sharing=stale, marking="RED", actor=decider)


def test_the_same_marking_is_no_change_and_the_deciders_to_ask_for(
    owner: Organisation, approver: User, decider: User
) -> None:
    wish: dict[str, Any] = {"sharing": make_bare_item(owner=owner, marking="AMBER"), "marking": "AMBER", "reason": "r"}
    refused(NotAllowed, services.change_marking, actor=approver, **wish)
    refused(ValidationError, services.change_marking, actor=decider, **wish)


# ---------------------------------------------------------------- quarantine


def test_quarantine_hides_and_its_end_restores(owner: Organisation, approver: User) -> None:
    row = make_bare_item(owner=owner, state="network")
    before = row.audience
    refused(ValidationError, services.quarantine, sharing=row, actor=approver, reason="")
    services.quarantine(sharing=row, actor=approver, at=LATER, reason="a name")
    hidden = fresh(row)
    assert set(hidden.audience) == {
        f"EW:{letter}{suffix}" for letter in (f"s{owner.pk}", f"q{approver.pk}") for suffix in ("", ":*")
    }
    assert (hidden.quarantined, hidden.quarantined_by, hidden.quarantine_reason) == (True, approver, "a name")
    refused(ValidationError, services.quarantine, sharing=row, actor=approver, reason="again")
    refused(NotAllowed, services.end_quarantine, sharing=row, actor=make_person(owner, "approver"))
    services.end_quarantine(sharing=row, actor=approver, at=LATER, reason="taken out")
    ended = fresh(row)
    assert (ended.audience, ended.quarantined, ended.quarantined_by, ended.quarantine_reason) == (
        before,
        False,
        None,
        "",
    )
    assert events() == [
        ("quarantined", approver.pk, "sharing.quarantine", "a name"),
        ("quarantine_ended", approver.pk, "sharing.end_quarantine", "taken out"),
    ]


def test_only_what_is_published_goes_into_quarantine_and_only_what_is_there_comes_out(
    owner: Organisation, approver: User
) -> None:
    auditor = make_person(owner.parent, "auditor")  # type: ignore[arg-type]
    draft, row = make_bare_item(owner=owner, live=False), make_bare_item(owner=owner)
    refused(ValidationError, services.quarantine, sharing=draft, actor=approver, reason="a name")
    refused(ValidationError, services.end_quarantine, sharing=row, actor=auditor)


# ---------------------------------------------------------------- what every act has in common


def every_act(owner: Organisation) -> dict[str, tuple[Callable[..., None], dict[str, Any]]]:
    """Return every act that the owner's decider or approver does on a live item, with its arguments."""
    row = make_bare_item(owner=owner, state="restricted", marking="AMBER", recipients=[make_participant()])
    hidden = make_bare_item(owner=owner, quarantined=True)
    return {
        "revoke": (services.revoke, {"recipient": row.recipients.get()}),
        "narrow": (services.narrow, {"sharing": row, "state": "owner"}),
        "withdraw": (services.withdraw, {"sharing": row}),
        "widen": (services.widen, {"sharing": row, "state": "restricted", "reason": "r"}),
        "tighten": (services.change_marking, {"sharing": row, "marking": "RED"}),
        "loosen": (services.change_marking, {"sharing": row, "marking": "GREEN", "reason": "r"}),
        "quarantine": (services.quarantine, {"sharing": row, "reason": "r"}),
        "end quarantine": (services.end_quarantine, {"sharing": hidden}),
        "publish": (publish_sharing, {"sharing": row}),
    }


ACTS = ["revoke", "narrow", "withdraw", "widen", "tighten", "loosen", "quarantine", "end quarantine", "publish"]


@pytest.mark.parametrize("name", ACTS)
def test_strangers_and_nobody_do_nothing(owner: Organisation, name: str) -> None:
    service, arguments = every_act(owner)[name]
    for actor in (make_person(make_organisation(), "decider"), make_person(owner, "officer"), None):
        refused(NotAllowed, service, actor=actor, **arguments)


@pytest.mark.parametrize("name", [name for name in ACTS if name != "end quarantine"])
def test_an_act_raises_the_version_and_tells_others_once(owner: Organisation, decider: User, name: str) -> None:
    service, arguments = every_act(owner)[name]
    row = next(row for row in Sharing.objects.filter(quarantined=False))
    heard: list[list[int]] = []

    def listen(sharing_ids: list[int], **_signal: Any) -> None:
        heard.append(sharing_ids)

    items_changed.connect(listen)
    service(actor=decider, at=LATER, **arguments)
    items_changed.disconnect(listen)
    assert (heard, fresh(row).version, exact(fresh(row))) == ([[row.pk]], row.version + 1, True)
