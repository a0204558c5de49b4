"""The database goes away in the middle of an act, or has no room: nothing is half done, nothing more is shown."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client

from cms.audit.models import AuditEvent
from cms.organisations.enums import Role
from cms.sharing.models import Recipient, Sharing
from tests.architecture.source import ROOT, python_files
from tests.factories import make_item, make_organisation, make_participant, make_person, sign_in
from tests.factories.items import page_of

FAULTS = {
    "the database goes away": "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5);",
    "the disk is full": "RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full';",
    "a statement takes too long": "RAISE EXCEPTION 'canceling' USING ERRCODE = 'query_canceled';",
    "two acts wait for each other": "RAISE EXCEPTION 'deadlock' USING ERRCODE = 'deadlock_detected';",
}
# what is written at different moments of an act: facts, the trail, the search entry
TABLES = ("sharing_sharing", "audit_auditevent", "search_searchentry")
WORD = "zyxcanary"


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture(params=FAULTS)
def fault(request: pytest.FixtureRequest) -> str:
    return FAULTS[request.param]


@pytest.fixture(params=TABLES)
def broken(request: pytest.FixtureRequest, transactional_db: None, fault: str) -> Iterator[str]:
    """A table at which the fault strikes when it is written, once the test has called `strike`."""
    run(f"CREATE FUNCTION strike() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {fault} RETURN NEW; END $$")
    yield request.param
    run("DROP FUNCTION strike() CASCADE")


def strike_at(table: str) -> None:
    run(f"CREATE TRIGGER strike BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION strike()")


def mend(table: str) -> None:
    run(f"DROP TRIGGER strike ON {table}")


def standing() -> list[object]:
    """Return all that an act changes."""
    rows = [list(model.objects.order_by("pk").values()) for model in (Sharing, Recipient)]
    return [*rows, AuditEvent.objects.count()]


def test_an_act_is_done_wholly_or_not_at_all(broken: str) -> None:
    owner = make_organisation()
    item = make_item(owner=owner, state="network", marking="GREEN")
    client = sign_in(Client(raise_request_exception=False), make_person(owner, Role.DECIDER))
    address = f"/cms/sharing/{item.uuid}/withdraw/"
    before = standing()
    strike_at(broken)
    answer = client.post(address, {"reason": "because"})
    assert answer.status_code == 500
    assert "could not answer" in answer.content.decode()
    mend(broken)
    assert standing() == before
    # the same act, asked again, is done
    assert client.post(address, {"reason": "because"}).status_code == 302
    assert Sharing.objects.get(pk=item.pk).state == "withdrawn"


def test_a_publication_is_done_wholly_or_not_at_all(broken: str) -> None:
    owner = make_organisation()
    item = make_item(owner=owner, author=make_person(owner, Role.AUTHOR), live=False)
    author = sign_in(Client(raise_request_exception=False), make_person(owner, Role.AUTHOR))
    approver = sign_in(Client(raise_request_exception=False), make_person(owner, Role.APPROVER))
    author.post(f"/cms/bulletins/{item.uuid}/submit/")
    before = standing()
    strike_at(broken)
    answer = approver.post(f"/cms/bulletins/{item.uuid}/approve/", {"revision": page_of(item).latest_revision_id})
    assert answer.status_code in {302, 500}
    mend(broken)
    assert (standing(), page_of(item).live) == (before, False)


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_recorded_is_not_shown(fault: str) -> None:
    item = make_item(owner=make_organisation(), state="network", marking="GREEN", title=WORD)
    client = sign_in(Client(raise_request_exception=False), make_person(make_participant()))
    run(f"CREATE FUNCTION strike() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {fault} RETURN NEW; END $$")
    strike_at("audit_auditevent")
    answers = [
        client.get(address) for address in (f"/i/{item.uuid}/", f"/api/v1/items/{item.uuid}", "/search/?q=boats")
    ]
    run("DROP FUNCTION strike() CASCADE")
    assert [answer.status_code for answer in answers] == [500, 500, 500]
    assert [WORD in answer.content.decode() for answer in answers] == [False, False, False]
    # and the same browser goes on when it is over
    assert client.get(f"/i/{item.uuid}/").status_code == 200


_DATABASE_CLOCK = re.compile(r"\b(now\(\)|current_timestamp|clock_timestamp|statement_timestamp|localtimestamp)", re.I)
_DECIDING = ("cms/sharing", "cms/organisations", "cms/documents", "cms/administration", "search/engines")


def test_no_decision_reads_the_databases_clock() -> None:
    """The application's clock alone decides, so a skew between the two machines moves nothing."""
    found = [
        f"{path.relative_to(ROOT)}: {text}"
        for path in [*python_files(*_DECIDING), ROOT / "search" / "visibility.py"]
        for text in _DATABASE_CLOCK.findall(path.read_text(encoding="utf-8"))
    ]
    assert found == []
