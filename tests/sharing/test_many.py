"""The same act on many items: all of them or none, and the same number of queries whatever their number."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.audit.models import AuditEvent
from cms.elements.enums import Ceiling
from cms.organisations.models import Organisation
from cms.sharing import services
from cms.sharing.models import Recipient, Sharing
from cms.sharing.services import ManyRefused
from cms.sharing.signals import items_changed
from cms.users.models import User
from tests.factories import make_group, make_organisation, make_participant, make_person
from tests.factories.items import target
from tests.factories.rows import Row, make_bare_item, make_bare_pages, make_rows
from tests.sharing.looking import LATER, events, exact, fresh, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def friend() -> Organisation:
    """A participant that the items name."""
    return make_participant()


@pytest.fixture
def rows(owner: Organisation, friend: Organisation) -> list[Sharing]:
    """Three items of one owner."""
    return [
        make_bare_item(owner=owner, state="restricted", marking="AMBER", recipients=[friend, make_participant()])
        for _ in range(3)
    ]


def ids(rows: list[Sharing]) -> list[int]:
    """Return the rows' ids, against their order."""
    return [row.pk for row in reversed(rows)]


def test_many_are_narrowed(rows: list[Sharing], approver: User) -> None:
    services.narrow_many(sharing_ids=ids(rows), state="owner", actor=approver, at=LATER, reason="season over")
    assert [(fresh(row).state, exact(fresh(row)), fresh(row).version) for row in rows] == [
        ("owner", True, row.version + 1) for row in rows
    ]
    assert events() == [("state_narrowed", approver.pk, "sharing.narrow", "season over")] * 3
    last = AuditEvent.objects.latest("pk")
    assert (last.item, last.details) == (rows[2].uuid, {"from": "restricted", "to": "owner", "among": 3})
    assert [row.history.count() for row in rows] == [2, 2, 2]


def test_many_are_withdrawn(rows: list[Sharing], approver: User) -> None:
    services.narrow_many(sharing_ids=ids(rows), state="withdrawn", actor=approver, at=LATER)
    assert [(event, rule) for event, _who, rule, _why in events()] == [("withdrawn", "sharing.withdraw")] * 3


def test_one_recipient_is_revoked_from_many(rows: list[Sharing], approver: User, friend: Organisation) -> None:
    other = make_bare_item(owner=make_organisation(), state="restricted", recipients=[friend])
    services.revoke_many(sharing_ids=ids(rows), target=target(friend), actor=approver, at=LATER, reason="left")
    assert Recipient.objects.get(organisation=friend, revoked_at=None).sharing == other
    assert Recipient.objects.filter(revoked_at=None).count() == 4
    assert [f"EW:o{friend.pk}" in fresh(row).audience for row in rows] == [False] * 3
    assert [exact(fresh(row)) for row in rows] == [True] * 3
    assert {event for event, *_rest in events()} == {"recipient_revoked"}


def test_many_are_shared_again(owner: Organisation, rows: list[Sharing], decider: User) -> None:
    newcomer = make_participant()
    withdrawn = make_bare_item(owner=owner, state="withdrawn", marking="GREEN")
    wide = make_bare_item(owner=owner, state="network", marking="GREEN")
    services.share_many(
        sharing_ids=ids([*rows, withdrawn, wide]), targets=[target(newcomer)], actor=decider, at=LATER, reason="season"
    )
    assert [fresh(row).state for row in (*rows, withdrawn, wide)] == ["restricted"] * 4 + ["network"]
    assert [f"EW:o{newcomer.pk}" in fresh(row).audience for row in (*rows, withdrawn, wide)] == [True] * 4 + [False]
    assert Recipient.objects.filter(organisation=newcomer, granted_by=decider, granted_at=LATER).count() == 5


def unfit(owner: Organisation, friend: Organisation) -> dict[str, Sharing]:
    """Return an item for each reason why it does not go with the others."""
    strict = make_organisation(parent=owner.parent)
    strict.ceiling = Ceiling.OWNER
    strict.save()
    return {
        "elses": make_bare_item(owner=make_organisation(), state="restricted", recipients=[friend]),
        "narrow already": make_bare_item(owner=owner, state="owner"),
        "marked": make_bare_item(owner=owner, state="restricted", marking="RED"),
        "quarantined": make_bare_item(owner=owner, state="restricted", quarantined=True, recipients=[friend]),
        "draft": make_bare_item(owner=owner, live=False, marking="AMBER"),
        "capped": make_bare_item(owner=strict, marking="AMBER"),
        "revoked": make_rows(
            [Row(owner_id=owner.pk, state="restricted", marking="AMBER", revoked=[target(friend)])], make_bare_pages(1)
        )[0],
    }


@pytest.mark.parametrize(
    ("act", "reasons"),
    [
        ("narrow", ["elses", "narrow already"]),
        ("revoke", ["elses", "narrow already", "marked", "revoked"]),
        ("share", ["elses", "marked", "quarantined", "draft", "capped"]),
    ],
)
def test_where_one_does_not_fit_nothing_is_done_and_each_is_named(
    owner: Organisation, friend: Organisation, rows: list[Sharing], act: str, reasons: list[str]
) -> None:
    actor = make_person(owner.parent, {"share": "decider"}.get(act, "approver"))  # type: ignore[arg-type]
    others = [row for name, row in unfit(owner, friend).items() if name in reasons]
    calls: dict[str, tuple[Any, dict[str, Any]]] = {
        "narrow": (services.narrow_many, {"state": "owner"}),
        "revoke": (services.revoke_many, {"target": target(friend)}),
        "share": (services.share_many, {"targets": [target(friend)], "reason": "asked for"}),
    }
    service, arguments = calls[act]
    with pytest.raises(ManyRefused) as caught:
        service(sharing_ids=ids([*rows, *others]), actor=actor, at=LATER, **arguments)
    assert set(caught.value.problems) == {row.pk for row in others}
    refused(ManyRefused, service, sharing_ids=ids([*rows, *others]), actor=actor, **arguments)
    service(sharing_ids=ids(rows), actor=actor, at=LATER, **arguments)


def test_a_group_is_refused_where_the_marking_names_organisations_alone(owner: Organisation, decider: User) -> None:
    row = make_bare_item(owner=owner, marking="AMBER+STRICT")
    group = target(make_group(make_participant()))
    refused(ManyRefused, services.share_many, sharing_ids=[row.pk], targets=[group], actor=decider, reason="asked for")


def test_nothing_ticked_nobody_named_no_reason_or_too_many(rows: list[Sharing], decider: User, approver: User) -> None:
    refused(ValidationError, services.narrow_many, sharing_ids=[], state="owner", actor=approver)
    refused(ValidationError, services.narrow_many, sharing_ids=range(-201, 0), state="owner", actor=approver)
    services.narrow_many(sharing_ids=range(-200, 0), state="owner", actor=approver, at=LATER)
    wish: dict[str, Any] = {"sharing_ids": ids(rows), "actor": decider}
    refused(ValidationError, services.share_many, targets=[], reason="asked for", **wish)
    refused(ValidationError, services.share_many, targets=[target(make_participant())], reason=" ", **wish)


def test_others_hear_of_all_at_once(rows: list[Sharing], approver: User) -> None:
    heard: list[list[int]] = []

    def listen(sharing_ids: list[int], **_signal: Any) -> None:
        heard.append(sharing_ids)

    items_changed.connect(listen)
    services.narrow_many(sharing_ids=ids(rows), state="owner", actor=approver, at=LATER)
    items_changed.disconnect(listen)
    assert heard == [[row.pk for row in rows]]


def test_queries_do_not_grow_with_the_items(owner: Organisation, rows: list[Sharing], approver: User) -> None:
    more = [make_bare_item(owner=owner, state="network") for _ in range(12)]
    counts = []
    for chosen in (rows, more):
        with CaptureQueriesContext(connection) as queries:
            services.narrow_many(sharing_ids=ids(chosen), state="owner", actor=approver, at=LATER)
        counts.append(len([query for query in queries if "audit_auditevent" not in str(query["sql"])]))
    assert counts[1] <= counts[0]


def test_a_rehearsal_says_what_the_act_does_and_leaves_nothing(rows: list[Sharing], approver: User) -> None:
    wish: dict[str, Any] = {"sharing_ids": ids(rows), "state": "owner", "actor": approver, "at": LATER}
    before = list(Sharing.objects.order_by("pk").values())
    changes = services.rehearse(lambda: services.narrow_many(**wish), ids(rows))
    assert list(Sharing.objects.order_by("pk").values()) == before
    assert (events(), AuditEvent.objects.filter(item__isnull=False).count()) == ([], 0)
    assert [(change.before.state, change.after.state) for change in changes] == [("restricted", "owner")] * 3
