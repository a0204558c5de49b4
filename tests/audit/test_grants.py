"""With an owner of its own the trail is out of the application's hands; all else stays in them."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from cms.audit.enums import Event
from cms.audit.models import AuditEvent, Leaf
from cms.audit.sealing import seal
from cms.audit.services import Entry, record
from cms.audit.verifying import verify
from cms.sharing.services import withdraw
from search.services import rebuild
from tests.factories import NOW, make_item, make_organisation, make_person

pytestmark = pytest.mark.django_db

TABLES = ("audit_auditevent", "audit_leaf", "audit_checkpoint")


def run(sql: str) -> None:
    """Run a statement as whoever we are."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def as_the_application(db: None) -> Iterator[None]:
    """Be the application's role, after the command; the roles go with the test's transaction."""
    record(Entry(event=Event.SEARCHED, at=NOW, actor_id=None))
    seal(at=NOW)
    run("CREATE ROLE trail_owner NOLOGIN; CREATE ROLE trail_application LOGIN")
    call_command("audit_grants", owner="trail_owner", application="trail_application", stdout=StringIO())
    run("SET LOCAL ROLE trail_application")
    yield
    run("RESET ROLE")


@pytest.mark.usefixtures("as_the_application")
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM {}",
        "TRUNCATE {}",
        "DROP TABLE {}",
        "ALTER TABLE {} DISABLE TRIGGER USER",
        "ALTER TABLE {} OWNER TO trail_application",
        "ALTER TABLE {} RENAME TO mine",
        "CREATE TRIGGER mine BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION audit_refuse_change()",
        "CREATE RULE mine AS ON INSERT TO {} DO INSTEAD NOTHING",
    ],
)
def test_the_application_cannot_touch_what_stands(table: str, sql: str) -> None:
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
        run(sql.format(table))


@pytest.mark.usefixtures("as_the_application")
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_auditevent SET reason = 'x'",
        "UPDATE audit_checkpoint SET at = now()",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "DROP FUNCTION audit_refuse_change() CASCADE",
        "DROP SCHEMA public CASCADE",
        "ALTER SEQUENCE audit_auditevent_id_seq RESTART",
    ],
)
def test_nor_what_keeps_it(sql: str) -> None:
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
        run(sql)


@pytest.mark.usefixtures("as_the_application")
def test_the_application_works_as_before() -> None:
    owner = make_organisation()
    item = make_item(owner=owner, state="network", marking="GREEN")
    withdraw(sharing=item, actor=make_person(owner, "decider"), at=NOW)
    assert AuditEvent.objects.latest("pk").event == Event.WITHDRAWN
    seal(at=NOW)
    assert Leaf.objects.count() == AuditEvent.objects.count()
    assert verify().unsealed == 0
    # which its own tables' upkeep takes part in
    assert rebuild() == 1
    run("CREATE TABLE later (id int)")


def test_the_statements_can_be_read_first() -> None:
    out = StringIO()
    call_command("audit_grants", "--print", owner="an_owner", application="an application", stdout=out)
    assert 'REVOKE ALL ON "audit_leaf" FROM PUBLIC, "an application";' in out.getvalue()


def test_roles_that_are_not_there_change_nothing() -> None:
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("audit_grants", owner="nobody_here", application="nobody_there", stdout=StringIO())
    with pytest.raises(CommandError, match="two roles"):
        call_command("audit_grants", owner="one", application="one", stdout=StringIO())
