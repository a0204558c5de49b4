"""Grants to inspect: two people, one item, a stated time, the owner told, every opening on record, no other way."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from cms.administration.enums import InspectionKind
from cms.administration.models import InspectGrant
from cms.administration.rules import Asking, Inspection, may_ask, may_confirm, may_inspect, may_see_grant
from cms.administration.services import ask_to_inspect, confirm_inspection, end_inspection, inspect
from cms.audit.models import AuditEvent
from cms.notifications.models import OutboxRow
from cms.organisations.enums import Role
from cms.sharing.models import Sharing
from tests.admin.answers import seen
from tests.administration.asking import done, reads
from tests.administration.conftest import Land
from tests.factories import NOW, make_item, make_membership, make_person
from tests.permissions.surfaces import SURFACES

pytestmark = pytest.mark.django_db
CASE, GLASS = InspectionKind.CASE, InspectionKind.BREAK_GLASS
HOUR = timedelta(hours=1)


@pytest.fixture
def item(land: Land) -> Sharing:
    """An item of Spain's border authority that nobody else reads."""
    return make_item(owner=land.border, title="canary title", body="canary body")


def asking(land: Land, item: Sharing | None, who: str, kind: str = CASE, **changes: Any) -> Any:
    """Return an act that asks for a grant of four hours."""
    said: dict[str, Any] = {
        "kind": kind,
        "reference": item.reference if item else "EW-ES-2026-NONE",
        "case": "DPO-7",
        "reason": "complaint",
        "hours": 4,
        "actor": getattr(land, who),
        "at": NOW,
    }
    return lambda: ask_to_inspect(**(said | changes))


@pytest.mark.parametrize(
    ("who", "kind", "allowed"),
    [
        ("auditor", CASE, True),
        ("auditor", GLASS, False),
        ("operator", GLASS, True),
        ("operator", CASE, False),
        ("curator", CASE, False),
        ("admin", GLASS, False),
        ("approver", CASE, False),
        ("decider", GLASS, False),
        ("officer", CASE, False),
        ("superuser", CASE, False),
        ("superuser", GLASS, False),
        ("auditor", "anything", False),
    ],
)
def test_who_asks_for_what(land: Land, item: Sharing, who: str, kind: str, allowed: bool) -> None:
    assert done(asking(land, item, who, kind)) is allowed


@pytest.mark.parametrize(
    "changes", [{"hours": 0}, {"hours": 73}, {"case": " "}, {"reason": " "}, {"kind": GLASS, "hours": 9}]
)
def test_a_grant_has_case_reason_and_bounds(land: Land, item: Sharing, changes: dict[str, Any]) -> None:
    who = "operator" if "kind" in changes else "auditor"
    assert not done(asking(land, item, who, **({"kind": CASE} | changes)))


@pytest.mark.parametrize(
    ("kind", "asks", "confirms"),
    [
        (CASE, "auditor", {"second_auditor", "operator", "second_operator"}),
        (GLASS, "operator", {"second_operator"}),
    ],
)
def test_another_person_confirms(land: Land, item: Sharing, kind: str, asks: str, confirms: set[str]) -> None:
    people = ("auditor", "second_auditor", "operator", "second_operator", "curator", "decider", "admin", "superuser")
    found = set()
    for who in people:
        grant = asking(land, item, asks, kind)()
        actor = getattr(land, who)
        if done(lambda grant=grant, actor=actor: confirm_inspection(grant=grant, actor=actor, at=NOW)):  # type: ignore[misc]
            found.add(who)
    assert found == confirms


def test_the_database_refuses_that_the_grantee_confirms(land: Land, item: Sharing) -> None:
    grant = asking(land, item, "operator", GLASS)()
    with pytest.raises(IntegrityError), transaction.atomic():
        InspectGrant.objects.filter(pk=grant.pk).update(
            confirmed_by=land.operator, confirmed_at=NOW, counts_until=NOW + HOUR
        )


def opens(grant: InspectGrant, land: Land, who: str, at: datetime = NOW) -> bool:
    """Tell whether the person opens the item of the grant."""
    return inspect(grant=grant, actor=getattr(land, who), at=at) is not None


def test_it_opens_for_the_grantee_alone_in_its_time_alone(land: Land, item: Sharing) -> None:
    grant = asking(land, item, "auditor")()
    assert not opens(grant, land, "auditor")
    confirm_inspection(grant=grant, actor=land.second_auditor, at=NOW + HOUR)
    times = [NOW, NOW + HOUR, NOW + 5 * HOUR - timedelta(seconds=1), NOW + 5 * HOUR]
    assert [opens(grant, land, "auditor", at) for at in times] == [False, True, True, False]
    for who in ("second_auditor", "operator", "officer", "curator", "superuser"):
        assert not opens(grant, land, who, NOW + 2 * HOUR)
    assert AuditEvent.objects.filter(event="item_inspected", item=item.uuid, actor_id=land.auditor.pk).count() == 2
    end_inspection(grant=grant, actor=land.second_auditor, at=NOW + 2 * HOUR)
    assert not opens(grant, land, "auditor", NOW + 3 * HOUR)


def test_a_lost_role_closes_it(land: Land, item: Sharing) -> None:
    grant = asking(land, item, "auditor")()
    confirm_inspection(grant=grant, actor=land.operator, at=NOW)
    land.auditor.memberships.update(valid_until=NOW.date() - timedelta(days=1))
    assert not opens(grant, land, "auditor")


def test_the_owner_is_told_at_once(land: Land, item: Sharing) -> None:
    grant = asking(land, item, "operator", GLASS)()
    before = OutboxRow.objects.filter(kind="notify").count()
    confirm_inspection(grant=grant, actor=land.second_operator, at=NOW)
    rows = OutboxRow.objects.filter(kind="notify").order_by("-pk")
    assert rows.count() == before + 1
    assert rows[0].payload["kind"] == "inspected"
    assert set(rows[0].payload["users"]) == {land.approver.pk, land.decider.pk, land.second_decider.pk}
    assert "canary" not in str(rows[0].payload)


def test_no_other_surface_opens_by_it(land: Land, item: Sharing) -> None:
    grant = asking(land, item, "auditor")()
    confirm_inspection(grant=grant, actor=land.second_auditor, at=NOW)
    assert opens(grant, land, "auditor")
    seen_by_surface = [surface(land.auditor, [item], NOW) for surface in SURFACES.values()]
    assert seen_by_surface == [set()] * len(SURFACES)
    assert not reads(land.auditor, item)


def test_an_absent_reference_looks_like_any_other_until_it_is_opened(land: Land, item: Sharing) -> None:
    grants = [asking(land, named, "auditor")() for named in (item, None)]
    for grant in grants:
        confirm_inspection(grant=grant, actor=land.second_auditor, at=NOW)
    assert [opens(grant, land, "auditor") for grant in grants] == [True, False]


@pytest.mark.parametrize("stranger", [None, AnonymousUser(), 7, "admin"])
def test_predicates_answer_strangers(land: Land, stranger: Any) -> None:
    grant = InspectGrant(kind=CASE)
    for predicate in (may_confirm, may_inspect, may_see_grant):
        assert predicate(stranger, Inspection(grant, NOW)) is False
        assert predicate(land.auditor, stranger) is False
    assert may_ask(stranger, Asking(CASE, NOW)) is False
    assert may_ask(land.auditor, stranger) is False


def test_an_auditor_of_a_participant_inspects_and_confirms_there_alone(land: Land, item: Sharing) -> None:
    spanish, french = (make_person(place, Role.AUDITOR) for place in (land.spain, land.france))
    for auditor, allowed in ((spanish, True), (french, False)):
        grant = asking(land, item, "auditor", actor=auditor)()
        assert not may_see_grant(land.french_admin, Inspection(grant, NOW))
        confirm_inspection(grant=grant, actor=land.auditor, at=NOW)
        assert (inspect(grant=grant, actor=auditor, at=NOW) is not None) is allowed
    ours = asking(land, item, "auditor")()
    theirs = asking(land, item, "auditor", actor=spanish)()
    seen_by_french = [may_see_grant(french, Inspection(grant, NOW)) for grant in (ours, theirs)]
    assert seen_by_french == [False, False]
    assert may_confirm(make_person(land.spain, Role.AUDITOR), Inspection(theirs, NOW))


# ---------------------------------------------------------------- pages


@pytest.fixture
def at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.usefixtures("at_noon")
def test_break_glass_by_the_pages(land: Land, item: Sharing) -> None:
    first, second = land.client("operator"), land.client("second_operator")
    fields = {"kind": GLASS, "reference": item.reference.lower(), "case": "INC-1", "hours": 2, "reason": "data lost"}
    assert first.post(reverse("inspections:ask"), fields).status_code == 302
    grant = InspectGrant.objects.get()
    confirm, opened = (reverse(f"inspections:{name}", args=args) for name, args in (
        ("answer", [grant.handle, "confirm"]), ("open", [grant.handle]),
    ))  # fmt: skip
    text = first.get(reverse("inspections:index")).content.decode()
    assert confirm not in text
    assert opened not in text
    assert first.post(opened).status_code == 404
    first.post(confirm)
    assert first.post(opened).status_code == 404
    second.post(confirm)
    assert second.post(opened).status_code == 404
    page = first.post(opened)
    assert "canary body" in page.content.decode()
    assert first.get(reverse("item", args=[item.uuid])).status_code == 404
    assert first.get(opened).status_code in {404, 405}
    assert first.post(reverse("inspections:answer", args=[grant.handle, "end"])).status_code == 302
    assert first.post(opened).status_code == 404


@pytest.mark.usefixtures("at_noon")
def test_grants_are_absent_for_everybody_else(land: Land, item: Sharing) -> None:
    grant = asking(land, item, "operator", GLASS)()
    addresses = [
        reverse("inspections:open", args=[grant.handle]),
        reverse("inspections:answer", args=[grant.handle, "end"]),
    ]
    for who in ("admin", "decider", "curator", "auditor"):
        client = land.client(who)
        absent = seen(client.post("/no/such/address/"))
        assert [seen(client.post(address)) for address in addresses] == [absent, absent]
    assert item.reference not in land.client("auditor").get(reverse("inspections:index")).content.decode()


@pytest.mark.usefixtures("at_noon")
def test_an_auditor_who_reads_too_still_needs_no_grant_for_the_own_items(land: Land, item: Sharing) -> None:
    make_membership(land.auditor, land.border, Role.OFFICER)
    assert land.client("auditor").get(reverse("item", args=[item.uuid])).status_code == 200


def test_visitors_are_led_to_the_sign_in(db: None) -> None:
    assert Client().get(reverse("inspections:index")).status_code == 302
