"""The application's clock is wrong, or those of two application servers differ: each server answers by its own clock,
as the oracle does at that instant; what somebody took away on one of them is gone on both; nothing is lost."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from cms.audit.sealing import seal
from cms.audit.verifying import verify
from cms.core.clocks import clock_state
from cms.core.health import OK
from cms.core.instants import current_instant
from cms.notifications.draining import drain
from cms.notifications.models import Notice
from cms.organisations.enums import Role
from cms.sharing.models import Sharing
from cms.sharing.services import Target, refresh_due
from cms.users.models import User
from tests.documents.making import make_file, write
from tests.factories import make_item, make_organisation, make_participant, make_person, sign_in
from tests.permissions.surfaces import ANSWERING, ITEM_BY_ITEM, Viewer, by_oracle, by_site
from tests.proof.conftest import EVERYTHING
from tests.proof.test_faults_worker import tell

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
# how far each of two servers' clocks is from the database's
SKEWS = {
    "both right": (0 * HOUR, 0 * HOUR),
    "one far ahead": (26 * HOUR, 0 * HOUR),
    "one far behind": (-26 * HOUR, 0 * HOUR),
    "apart by minutes": (-HOUR / 40, HOUR / 40),
}
ASKED = SKEWS if EVERYTHING else {name: SKEWS[name] for name in ("one far ahead", "apart by minutes")}


@dataclass(frozen=True, slots=True)
class Server:
    """An application server with a clock of its own, which stands still."""

    clock: datetime

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Have everything done by this server."""
        with time_machine.travel(self.clock, tick=False):
            yield

    def post(self, user: User, address: str, **data: Any) -> int:
        """Have the person post there, with the second yes where it is asked for; return the last answer's status."""
        with self.at_work():
            client = sign_in(Client(), user)
            answer = client.post(address, data)
            difference = (answer.context or {}).get("difference") if answer.status_code == 200 else None
            seal = {} if difference is None else {"seal": difference.seal}
            return client.post(address, data | seal).status_code if seal else answer.status_code


@dataclass(frozen=True, slots=True)
class Scene:
    """Items whose dates lie around the true instant, and who may read some of them."""

    decider: User
    approver: User
    people: list[Viewer]
    items: dict[str, Sharing]


@pytest.fixture
def scene() -> Scene:
    now = datetime.now(UTC)
    owner, readers = make_organisation(), make_participant()
    dates: dict[str, dict[str, Any]] = {
        "ends soon": {"valid_until": now + HOUR},
        "ended": {"valid_until": now - HOUR},
        "begins soon": {"valid_from": now + HOUR},
        "for a day": {"valid_from": now - 12 * HOUR, "valid_until": now + 12 * HOUR},
        "without end": {},
    }
    items = {
        name: make_item(
            owner=owner,
            state="restricted",
            marking="AMBER",
            recipients=[Target(kind="organisation", target_id=readers.pk, **span)],
            at=now,
        )
        for name, span in dates.items()
    }
    items["network"] = make_item(owner=owner, state="network", marking="GREEN", at=now)
    for item in items.values():
        write(item, make_file(item), publish=True)
    decider, approver = (make_person(owner, role) for role in (Role.DECIDER, Role.APPROVER))
    people: list[Viewer] = [make_person(readers), decider, None]
    return Scene(decider, approver, people, items)


def agree(scene: Scene, servers: Iterable[Server]) -> None:
    """See that each server answers as the oracle does at the server's own instant, on every surface."""
    for server in servers:
        rows = list(Sharing.objects.filter(pk__in=[item.pk for item in scene.items.values()]).with_facts())
        with server.at_work():
            for viewer in scene.people:
                seen = by_oracle(viewer, rows, server.clock)
                for name, surface in {**ANSWERING, **ITEM_BY_ITEM}.items():
                    assert surface(viewer, rows, server.clock) == seen, name
        reader = scene.people[0]
        assert by_site(reader, rows, server.clock) == by_oracle(reader, rows, server.clock)


def readers_of(scene: Scene, name: str, servers: Iterable[Server]) -> list[bool]:
    """Return for each server whether the reader sees the item there."""
    row = Sharing.objects.with_facts().get(pk=scene.items[name].pk)
    return [bool(by_oracle(scene.people[0], [row], server.clock)) for server in servers]


@pytest.mark.parametrize("skews", ASKED.values(), ids=ASKED)
def test_two_servers_with_clocks_of_their_own(scene: Scene, skews: tuple[timedelta, timedelta]) -> None:
    now = datetime.now(UTC)
    servers = one, other = Server(now + skews[0]), Server(now + skews[1])
    agree(scene, servers)
    for server in servers:
        # the tokens are those of one clock; the other one judges from the facts
        refresh_due(at=server.clock)
    agree(scene, servers)
    refresh_due(at=one.clock)
    assert readers_of(scene, "without end", servers) == [True, True]
    recipient = scene.items["without end"].recipients.get()
    from_page = f"/cms/sharing/{scene.items['without end'].uuid}/"
    assert one.post(scene.approver, f"{from_page}withdraw/", reason="over") == 302
    assert readers_of(scene, "without end", servers) == [False, False]
    assert other.post(scene.decider, f"{from_page}widen/", state="restricted", reason="asked for") == 302
    assert readers_of(scene, "without end", servers) == [True, True]
    network = f"/cms/sharing/{scene.items['network'].uuid}/"
    assert other.post(scene.approver, f"{network}quarantine/", reason="a name") == 302
    assert readers_of(scene, "network", servers) == [False, False]
    assert one.post(scene.approver, f"{network}end-quarantine/", reason="checked") == 302
    assert readers_of(scene, "network", servers) == [True, True]
    assert recipient.valid_from is None
    agree(scene, servers)
    with one.at_work():
        seal(at=one.clock)
    with other.at_work():
        seal(at=other.clock)
    assert verify().rows > 0


@pytest.mark.parametrize("skews", ASKED.values(), ids=ASKED)
def test_what_one_server_put_into_the_outbox_another_ones_worker_does(
    scene: Scene, skews: tuple[timedelta, timedelta]
) -> None:
    now = datetime.now(UTC)
    one, other = Server(now + skews[0]), Server(now + skews[1])
    reader: Any = scene.people[0]
    with one.at_work():
        tell(scene.items["network"], reader)
    with other.at_work():
        drain()
    # a worker that is behind comes to it when its own clock says so
    later = Server(max(one.clock, other.clock) + HOUR)
    with later.at_work():
        drain()
    assert Notice.objects.get(user=reader).mailed_at is not None
    assert [message.to for message in mail.outbox] == [[reader.email]]


def test_a_clock_that_is_wrong_shows() -> None:
    now = datetime.now(UTC)
    assert clock_state(now) == OK
    with time_machine.travel(now + HOUR, tick=True):
        assert clock_state(current_instant()).endswith(" seconds ahead of the database")
    with time_machine.travel(now - HOUR, tick=True):
        assert clock_state(current_instant()).startswith("36")
        assert clock_state(current_instant()).endswith(" seconds behind the database")
