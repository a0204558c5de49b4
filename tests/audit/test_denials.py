"""What is refused is on record, hidden or absent, on every surface; and nothing is answered without its row."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from cms.audit.enums import Decision, Event
from cms.audit.models import AuditEvent
from cms.organisations.enums import Role
from cms.sharing.models import Sharing
from tests.audit.test_trail import BREAK
from tests.factories import make_item, make_organisation, make_participant, make_person, sign_in
from tests.factories.items import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def hidden() -> Sharing:
    """An item that its owner keeps."""
    return make_item(owner=make_organisation(), title="zyxcanary")


@pytest.fixture
def reader() -> Client:
    """Somebody else's officer."""
    return sign_in(Client(), make_person(make_participant()))


def denied() -> AuditEvent:
    """Return the one row about a refusal."""
    return AuditEvent.objects.get(event=Event.ACT_DENIED)


@pytest.mark.parametrize("address", ["/i/{}/", "/i/{}/print/", "/api/v1/items/{}"])
def test_asking_for_a_hidden_item_is_on_record(hidden: Sharing, reader: Client, address: str) -> None:
    assert reader.get(address.format(hidden.uuid)).status_code == 404
    row = denied()
    assert (row.item, row.owner_id, row.marking) == (hidden.uuid, hidden.owner_id, hidden.marking)
    assert (row.decision, row.details["status"]) == (Decision.DENIED, 404)
    assert row.rule.startswith("GET ")
    assert len(row.organisations) == 1
    assert row.session


@pytest.mark.parametrize("address", ["/i/{}/", "/i/{}/print/", "/api/v1/items/{}"])
def test_asking_for_an_absent_one_costs_and_leaves_the_same(
    hidden: Sharing, reader: Client, address: str, django_assert_num_queries: Callable[..., object]
) -> None:
    with django_assert_num_queries(count(reader, address.format(hidden.uuid))):  # type: ignore[attr-defined]
        reader.get(address.format(uuid4()))
    one, other = AuditEvent.objects.filter(event=Event.ACT_DENIED).order_by("pk").values("rule", "details", "decision")
    assert one == other


def count(client: Client, address: str) -> int:
    """Return how many statements the answer takes."""
    connection.force_debug_cursor = True
    before = len(connection.queries_log)
    client.get(address)
    connection.force_debug_cursor = False
    return len(connection.queries_log) - before


def test_a_visitor_leaves_a_row_by_an_identifier_alone(hidden: Sharing) -> None:
    client = Client()
    client.get("/no/such/place/")
    client.get("/i/nonsense/")
    assert not AuditEvent.objects.filter(event=Event.ACT_DENIED).exists()
    client.get(f"/i/{hidden.uuid}/")
    assert (denied().actor_id, denied().item) == (None, hidden.uuid)


def test_the_editing_interface_closed_to_somebody_is_on_record(reader: Client) -> None:
    assert reader.get("/cms/").status_code == 404
    assert denied().rule == "GET /cms/"


def test_an_act_that_was_refused_with_a_message_is_on_record() -> None:
    owner = make_organisation()
    approver = make_person(owner, Role.APPROVER)
    item = make_item(owner=owner, author=approver, live=False)
    client = sign_in(Client(), approver)
    client.post(f"/cms/bulletins/{item.uuid}/submit/")
    revision = page_of(item).latest_revision_id
    client.post(f"/cms/bulletins/{item.uuid}/approve/", {"revision": revision})
    assert not page_of(item).live
    row = denied()
    assert (row.item, row.decision) == (item.uuid, Decision.DENIED)
    assert row.rule == "POST cms/bulletins/<str:identifier>/approve/"


# ---------------------------------------------------------------- no answer without its row


@pytest.fixture
def own() -> tuple[Sharing, Client]:
    """An item, and its owner's decider."""
    owner = make_organisation()
    item = make_item(owner=owner, title="zyxcanary", body="zyxcanary", state="network", marking="GREEN")
    client = sign_in(Client(raise_request_exception=False), make_person(owner, Role.DECIDER))
    return item, client


def break_the_trail() -> None:
    """Let the database refuse every new row of the trail, until the test ends."""
    with connection.cursor() as cursor:
        cursor.execute(BREAK)


@pytest.mark.parametrize(
    "address", ["/i/{}/", "/i/{}/print/", "/search/?q=zyxcanary", "/api/v1/search?q=zyxcanary", "/api/v1/items/{}"]
)
def test_nothing_is_read_when_the_trail_cannot_be_written(own: tuple[Sharing, Client], address: str) -> None:
    item, client = own
    assert "zyxcanary" in client.get(address.format(item.uuid)).content.decode()
    break_the_trail()
    answer = client.get(address.format(item.uuid))
    assert (answer.status_code, "zyxcanary" in answer.content.decode()) == (500, False)


def test_nothing_is_done_when_the_trail_cannot_be_written(own: tuple[Sharing, Client]) -> None:
    item, client = own
    break_the_trail()
    assert client.post(f"/cms/sharing/{item.uuid}/withdraw/", {"reason": "because"}).status_code == 500
    assert Sharing.objects.get(pk=item.pk).state == "network"


def test_a_refusal_that_cannot_be_recorded_is_no_answer_either(hidden: Sharing, reader: Client) -> None:
    break_the_trail()
    reader.raise_request_exception = False
    assert reader.get(f"/i/{hidden.uuid}/").status_code == 500
