"""A real worker and a real mail server: killed at any point, nothing is lost and nobody gets anything twice."""

import signal
import threading
from datetime import timedelta

import pytest
from django.db import connection

from cms.core.instants import current_instant
from cms.notifications.models import Notice, OutboxRow
from cms.organisations.models import Organisation
from tests.alerts.network import make_alert, make_network
from tests.alerts.worker import start_worker
from tests.factories.people import make_membership, make_users
from tests.notifications.mailbox import Mailbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

READERS = 12
# far beyond what a worker needs to start on a busy machine
PATIENCE_SECONDS = 180.0
LEASES = timedelta(minutes=10)


def _end_leases() -> None:
    """Let the leases of a killed worker end now instead of in some minutes."""
    past = current_instant() - LEASES
    OutboxRow.objects.filter(leased_until__isnull=False).update(leased_until=past)
    OutboxRow.objects.update(due=past)


def _readers(participant: Organisation) -> None:
    for user in make_users(f"Reader {number} Example" for number in range(READERS)):
        make_membership(user, participant)


@pytest.mark.parametrize("fatal", [1, 5])
def test_a_worker_killed_while_it_mails_loses_nothing_and_tells_nobody_twice(mailbox: Mailbox, fatal: int) -> None:
    network = make_network()
    _readers(network.france)
    make_alert(network)
    taken = threading.Event()
    mailbox.before_answer = lambda number: taken.set() if number == fatal else None
    first = start_worker(mailbox.port)
    assert taken.wait(PATIENCE_SECONDS)
    # the server has the mail and has not said so yet, or has just said so
    first.send_signal(signal.SIGKILL)
    first.wait()
    mailbox.before_answer = lambda number: None
    connection.close()
    _end_leases()
    second = start_worker(mailbox.port, "--once")
    assert second.wait(PATIENCE_SECONDS) == 0
    told = set(Notice.objects.values_list("user__email", flat=True))
    assert len(told) >= READERS + 3
    assert set(mailbox.by_person) == told
    different = {address: set(mails) for address, mails in mailbox.by_person.items()}
    assert Notice.objects.filter(mailed_at__isnull=True).count() == 0
    # one mail for each notice of a person: what was handed over again is the same mail, by its identifier
    assert sum(map(len, different.values())) == Notice.objects.count()
    assert sum(len(mails) for mails in mailbox.by_person.values()) <= Notice.objects.count() + 1
    assert not OutboxRow.objects.exists()


def test_a_flash_reaches_everybody_within_a_minute(mailbox: Mailbox) -> None:
    network = make_network()
    _readers(network.france)
    worker = start_worker(mailbox.port)
    all_there = threading.Event()
    mailbox.before_answer = lambda number: all_there.set() if number >= READERS + 4 else None
    try:
        make_alert(network)
        committed = current_instant()
        assert all_there.wait(PATIENCE_SECONDS)
        assert Notice.objects.earliest("told_at").told_at - committed < timedelta(seconds=PATIENCE_SECONDS)
    finally:
        worker.terminate()
        assert worker.wait(PATIENCE_SECONDS) in {0, -signal.SIGTERM, 128 + signal.SIGTERM}
