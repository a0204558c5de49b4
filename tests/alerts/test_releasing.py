"""An alert goes out: each participant's chain is fixed, contact points acknowledge, or it goes further by the clock."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db.models import F
from django.test import Client

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.core.instants import current_instant
from cms.notifications.draining import drain
from cms.notifications.models import Notice
from cms.organisations.enums import Role
from cms.organisations.models import Membership
from cms.sharing.audience_templates import Audience
from cms.sharing.exceptions import NotAllowed
from cms.sharing.services import Target
from tests.alerts.network import Network, make_alert, make_draft, receipt_of
from tests.factories.organisations import element
from tests.factories.people import make_person, sign_in
from workflows.alerts.enums import Function, Step
from workflows.alerts.models import Absence, Duty, Receipt, Release
from workflows.alerts.releasing import ring_due
from workflows.alerts.selectors import board, to_acknowledge
from workflows.alerts.services import acknowledge, report_action


def test_each_other_participant_that_can_see_it_is_asked(network: Network) -> None:
    sharing = make_alert(network)
    asked = set(Receipt.objects.values_list("participant__key", flat=True))
    assert asked == {"france", "finland", "commission"}
    receipt = receipt_of(sharing, network.france)
    assert receipt.chain == [[network.french.pk], [], [], [network.curator.pk]]
    assert receipt.release.answer_by == receipt.release.released_at + timedelta(minutes=30)


def test_whoever_cannot_see_it_is_not_asked_and_not_told(network: Network) -> None:
    target = Target(kind="organisation", target_id=network.france.pk)
    make_alert(network, audience=Audience(marking="AMBER", state="restricted", targets=(target,)))
    drain()
    assert list(Receipt.objects.values_list("participant__key", flat=True)) == ["france"]
    assert not Notice.objects.filter(user__in=[network.finnish, network.curator]).exists()


def test_contact_points_are_told_to_acknowledge_and_others_that_it_is_there(network: Network) -> None:
    officer = make_person(network.france)
    sharing = make_alert(network)
    drain()
    kinds = dict(Notice.objects.filter(item=sharing.uuid).values_list("user", "kind"))
    assert kinds[network.french.pk] == "alert_acknowledge"
    assert kinds[officer.pk] == "alert_released"
    assert kinds[network.author.pk] == "alert_released"
    addresses = [address for message in mail.outbox for address in message.to]
    assert {network.french.email, officer.email} <= set(addresses)
    assert len(addresses) == len(set(addresses))
    assert all("boats" not in str(message.message()).lower() for message in mail.outbox)


def test_the_contact_point_acknowledges_and_the_clock_stops(network: Network) -> None:
    sharing = make_alert(network)
    at = current_instant()
    acknowledge(sharing=sharing, actor=network.french, at=at, answer="action", note="Patrol sent")
    receipt = receipt_of(sharing, network.france)
    assert (receipt.answer, receipt.acknowledged_by, receipt.rings_at) == ("action", network.french, None)
    assert AuditEvent.objects.filter(event=Event.ALERT_ACKNOWLEDGED, actor_id=network.french.pk).count() == 1
    assert list(to_acknowledge(network.french, at)) == []
    report_action(sharing=sharing, actor=network.french, at=at, note="Two boats stopped")
    rows = {row.receipt.participant.key: row for row in board(Release.objects.get(), at)}
    assert rows["france"].receipt.acted_note == "Two boats stopped"
    assert rows["finland"].receipt.acknowledged_at is None


@pytest.mark.parametrize("who", ["author", "approver", "curator"])
def test_nobody_else_acknowledges(network: Network, who: str) -> None:
    sharing = make_alert(network)
    with pytest.raises(NotAllowed):
        acknowledge(sharing=sharing, actor=getattr(network, who), at=current_instant(), answer="noted")


def test_an_officer_of_the_state_does_not_acknowledge(network: Network) -> None:
    sharing = make_alert(network)
    with pytest.raises(NotAllowed):
        acknowledge(sharing=sharing, actor=make_person(network.france), at=current_instant(), answer="noted")


def test_without_an_answer_it_goes_to_contact_point_deputy_head_and_desk(network: Network) -> None:
    deputy = make_person(network.france, Role.APPROVER, name="Denis Example")
    head = make_person(network.france, Role.DECIDER, name="Hélène Example")
    for user, function in ((network.french, 1), (deputy, 2), (head, 3)):
        Duty.objects.create(participant=network.france, element=element(), function=function, user=user)
    sharing = make_alert(network)
    start = receipt_of(sharing, network.france).release.released_at
    Receipt.objects.exclude(participant=network.france).delete()
    told = []
    for minutes in (29, 30, 45, 60, 75, 90):
        before = Notice.objects.count()
        with time_machine.travel(start + timedelta(minutes=minutes, seconds=1), tick=False):
            ring_due(at=current_instant())
            drain()
        told.append((receipt_of(sharing, network.france).step, Notice.objects.count() > before))
    assert [step for step, _told in told] == [Step.SENT, Step.REMINDED, Step.DEPUTY, Step.HEAD, Step.DESK, Step.DESK]
    overdue = set(Notice.objects.filter(kind="alert_overdue").values_list("user", flat=True))
    assert {deputy.pk, head.pk, network.curator.pk, network.approver.pk} <= overdue
    assert Notice.objects.filter(kind="alert_reminder", user=network.french).exists()
    assert receipt_of(sharing, network.france).escalations.count() == 4


def test_rights_are_asked_again_at_each_step(network: Network) -> None:
    sharing = make_alert(network)
    drain()
    Membership.objects.filter(user=network.french).delete()
    with time_machine.travel(current_instant() + timedelta(minutes=31), tick=False):
        ring_due(at=current_instant())
        drain()
    assert receipt_of(sharing, network.france).step == Step.REMINDED
    assert not Notice.objects.filter(kind="alert_reminder", user=network.french).exists()


def test_a_state_without_a_contact_point_goes_further_at_once(network: Network) -> None:
    Membership.objects.filter(user=network.french).update(role=Role.OFFICER)
    sharing = make_alert(network)
    ring_due(at=current_instant())
    receipt = receipt_of(sharing, network.france)
    assert (receipt.chain[0], receipt.step) == ([], Step.DESK)


def test_whoever_stands_in_is_told_for_whoever_is_away(network: Network) -> None:
    deputy = make_person(network.france, Role.APPROVER)
    element_id = make_draft(network).element_id
    Duty.objects.create(participant=network.france, element_id=element_id, function=1, user=network.french)
    Duty.objects.create(participant=network.france, element_id=element_id, function=Function.DEPUTY, user=deputy)
    Absence.objects.create(user=network.french, from_at=current_instant() - timedelta(days=1))
    sharing = make_alert(network)
    assert receipt_of(sharing, network.france).chain[0] == [deputy.pk]


def test_the_commission_sets_the_clocks(network: Network, client: Client) -> None:
    sign_in(client, network.curator)
    posted = {
        f"{code}-{urgency}": "" for code in ("EW", "LO", "VB", "RE") for urgency in ("flash", "urgent", "routine")
    }
    assert client.post("/alerts/clocks/", {**posted, "EW-flash": "10"}).status_code == 302
    sharing = make_alert(network)
    release = receipt_of(sharing, network.france).release
    assert release.answer_by == release.released_at + timedelta(minutes=10)
    sign_in(client, network.french)
    assert client.get("/alerts/clocks/").status_code == 404


def test_times_are_recorded_as_they_were(network: Network, client: Client) -> None:
    # a version keeps milliseconds
    at = current_instant().replace(microsecond=0)
    sharing = make_alert(network, aware_at=at, detected_at=at - timedelta(hours=3))
    drain()
    sign_in(client, network.french)
    page = client.get(f"/i/{sharing.uuid}/")
    assert b"For action" in page.content
    drain()
    receipt = receipt_of(sharing, network.france)
    assert receipt.opened_by == network.french
    answered = client.post(f"/alerts/{sharing.uuid}/acknowledge/", {"answer": "noted"})
    assert answered.status_code == 302
    (row,) = (row for row in board(receipt.release, current_instant()) if row.receipt.pk == receipt.pk)
    assert receipt.release.aware_at == at
    assert None not in (row.delivered_at, row.receipt.opened_at, row.receipt.acknowledged_at)
    assert Receipt.objects.filter(opened_at__lte=F("acknowledged_at")).exists()


def test_the_board_is_the_owners(network: Network, client: Client) -> None:
    sharing = make_alert(network)
    address = f"/alerts/{sharing.uuid}/board/"
    assert b"France" in sign_in(client, network.author).get(address).content
    assert sign_in(client, network.french).get(address).status_code == 404
