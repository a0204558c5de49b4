"""The sealed trail: what is proved, and that whatever somebody does to it behind the application's back is named."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction

from cms.audit.apps import LONGEST_WAIT, seal_state
from cms.audit.canonical import canonical, row_hash
from cms.audit.checkpoints import note, read_note
from cms.audit.enums import Event
from cms.audit.keys import keyed_hash, row_mac, row_macs
from cms.audit.models import AuditEvent, Checkpoint, Leaf
from cms.audit.sealing import seal
from cms.audit.services import Entry, record, record_many
from cms.audit.tasks import seal_trail
from cms.audit.verifying import NotProved, prove_row, statement_of, verify
from cms.core import health
from tests.factories import NOW, make_membership, make_organisation, make_user
from tests.sharing.connections import apart, elsewhere

pytestmark = pytest.mark.django_db


def write(*reasons: str) -> None:
    """Write a row for each reason."""
    record_many([Entry(event=Event.SEARCHED, at=NOW, actor_id=None, reason=reason) for reason in reasons])


def tamper(sql: str) -> None:
    """Do what only somebody with all rights in the database can do."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")


def told(*arguments: str) -> str:
    """Return what the command says."""
    out = StringIO()
    call_command("verify_audit", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def sealed() -> list[UUID]:
    """Seven rows under two checkpoints; their names in order of place."""
    write("0", "1", "2", "3")
    seal(at=NOW)
    write("4", "5", "6")
    seal(at=NOW + timedelta(minutes=1))
    places = dict(Leaf.objects.values_list("event_id", "place"))
    return sorted(AuditEvent.objects.values_list("key", flat=True), key=lambda key: places[number(key)])


def number(key: UUID) -> int:
    """Return the number of the row with this name."""
    return AuditEvent.objects.values_list("pk", flat=True).get(key=key)


# ---------------------------------------------------------------- rows


def test_a_row_is_hashed_as_it_comes_back() -> None:
    user, unit = make_user(), make_organisation()
    make_membership(user, unit)
    record(
        Entry(
            event=Event.ITEM_VIEWED,
            at=NOW,
            actor_id=user.pk,
            item=uuid4(),
            reason="Žluťoučký “kůň”",
            details={"z": [1, {"é": None}], "a": "x\ty", "n": 10**20},
        )
    )
    row = AuditEvent.objects.values().latest("pk")
    assert row["organisations"] == [unit.pk]
    assert bytes(row["hash"]) == row_hash(row)
    assert bytes(row["mac"]) == row_mac(row_hash(row))
    assert canonical(row).startswith(b'{"actor_id":')


def test_the_organisation_for_which_somebody_acts_stands_alone() -> None:
    user, unit, other = make_user(), make_organisation(), make_organisation()
    make_membership(user, unit)
    make_membership(user, other)
    record(Entry(event=Event.SEARCHED, at=NOW, actor_id=user.pk))
    record(Entry(event=Event.SEARCHED, at=NOW, actor_id=user.pk, organisation_id=other.pk))
    named = AuditEvent.objects.filter(event="searched").order_by("pk").values_list("organisations", flat=True)
    assert list(named) == [sorted([unit.pk, other.pk]), [other.pk]]


def test_a_number_with_a_fraction_is_refused() -> None:
    with pytest.raises(TypeError, match="whole numbers"):
        record(Entry(event=Event.SEARCHED, at=NOW, actor_id=None, details={"seconds": 0.5}))


def test_a_query_is_kept_as_a_hash_that_needs_the_key(settings: pytest.FixtureRequest) -> None:
    before = keyed_hash("search.query", "boats")
    assert keyed_hash("search.query", "boats") == before != keyed_hash("another", "boats")
    settings.AUDIT_KEY = "another key"  # type: ignore[attr-defined]
    assert keyed_hash("search.query", "boats") != before


def test_with_the_key_of_earlier_times_what_it_marked_is_verified(settings: pytest.FixtureRequest) -> None:
    write("old")
    seal(at=NOW)
    old = settings.AUDIT_KEY  # type: ignore[attr-defined]
    settings.AUDIT_KEY = "another key"  # type: ignore[attr-defined]
    with pytest.raises(NotProved, match="signature"):
        verify()
    settings.AUDIT_OLD_KEYS = [old]  # type: ignore[attr-defined]
    write("new")
    seal(at=NOW)
    assert verify().rows == Leaf.objects.count()
    assert len(row_macs(b"x")) == 2


# ---------------------------------------------------------------- sealing


def test_sealing_gives_places_without_gaps_and_proves_them(sealed: list[UUID]) -> None:
    assert list(Leaf.objects.order_by("place").values_list("place", flat=True)) == list(range(len(sealed)))
    proof = verify()
    assert (proof.rows, proof.checkpoints, proof.unsealed) == (len(sealed), 2, 0)
    assert seal(at=NOW) == 0
    assert Checkpoint.objects.count() == 2


def test_the_task_seals_and_the_health_page_tells_when_it_does_not() -> None:
    write("one")
    assert seal_state(NOW + LONGEST_WAIT) == health.OK
    assert seal_state(NOW + LONGEST_WAIT + timedelta(seconds=1)) != health.OK
    seal_trail.enqueue()
    assert seal_state(NOW + LONGEST_WAIT + timedelta(seconds=1)) == health.OK
    assert verify().unsealed == 0


@pytest.mark.parametrize("table", ["audit_leaf", "audit_checkpoint"])
@pytest.mark.parametrize("sql", ["DELETE FROM {}", "TRUNCATE {}", "UPDATE {} SET {}"])
def test_places_and_checkpoints_are_append_only(sealed: list[UUID], table: str, sql: str) -> None:
    column = {"audit_leaf": "place = place + 100", "audit_checkpoint": "size = size + 100"}[table]
    with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(table, column))


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_ends_late_gets_later_places() -> None:
    """Rows get their numbers in one order and are committed in another; sealing misses none and moves none."""

    def write_and_seal() -> int:
        write("second, committed first")
        return seal(at=NOW)

    with elsewhere() as pool, transaction.atomic():
        write("first, committed last")
        meanwhile = pool.submit(apart, write_and_seal).result(20)
    assert meanwhile >= 1
    assert seal(at=NOW) == 1
    order = Leaf.objects.order_by("place").values_list("event_id", flat=True)
    reasons = dict(AuditEvent.objects.values_list("pk", "reason"))
    assert [reasons[pk] for pk in order][-2:] == ["second, committed first", "first, committed last"]
    assert list(order)[-2] > list(order)[-1]
    assert verify().unsealed == 0


@pytest.mark.django_db(transaction=True)
def test_two_that_seal_at_once_seal_each_row_once() -> None:
    write(*map(str, range(50)))
    with elsewhere() as pool:
        both = [pool.submit(apart, lambda: seal(at=NOW)) for _one in range(4)]
        assert sum(done.result(20) for done in both) == AuditEvent.objects.count()
    assert verify().checkpoints == 1


def test_rows_restored_from_another_server_are_sealed() -> None:
    write("one")
    seal(at=NOW)
    # the other server had counted further than this one
    tamper("UPDATE audit_checkpoint SET seen_until = 9000000000000000")
    write("two")
    assert seal(at=NOW) == 1
    assert verify().unsealed == 0


def test_rows_of_before_the_hash_are_sealed_as_they_are_and_later_ones_are_not_believed(sealed: list[UUID]) -> None:
    assert verify().rows == len(sealed)
    tamper("ALTER TABLE audit_auditevent DROP CONSTRAINT audit_row_is_hashed")
    tamper("DELETE FROM audit_leaf; DELETE FROM audit_checkpoint; UPDATE audit_auditevent SET hash = '', mac = ''")
    seal(at=NOW)
    assert verify().rows == len(sealed)
    write("later")
    tamper("UPDATE audit_auditevent SET hash = '', mac = '' WHERE reason = 'later'")
    with pytest.raises(NotProved, match="that waits to be sealed was changed"):
        verify()


# ---------------------------------------------------------------- tampering


def at_place(sealed: list[UUID], place: int) -> str:
    """Return the condition that picks the row at the place."""
    return f"id = {number(sealed[place])}"


CHANGES: dict[str, Callable[[str], str]] = {
    "actor": lambda row: f"UPDATE audit_auditevent SET actor_id = 4711 WHERE {row}",
    "instant": lambda row: f"UPDATE audit_auditevent SET at = at + interval '1 microsecond' WHERE {row}",
    "reason": lambda row: f"UPDATE audit_auditevent SET reason = 'x' WHERE {row}",
    "details": lambda row: f"UPDATE audit_auditevent SET details = '{{\"a\": 1}}' WHERE {row}",
    "decision": lambda row: f"UPDATE audit_auditevent SET decision = 'denied' WHERE {row}",
    "organisations": lambda row: f"UPDATE audit_auditevent SET organisations = '{{1}}' WHERE {row}",
    "session": lambda row: f"UPDATE audit_auditevent SET session = 'x' WHERE {row}",
    "name": lambda row: f"UPDATE audit_auditevent SET key = gen_random_uuid() WHERE {row}",
    "hash": lambda row: f"UPDATE audit_auditevent SET hash = sha256('x') WHERE {row}",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_row_is_named(sealed: list[UUID], change: str) -> None:
    tamper(CHANGES[change](at_place(sealed, 5)))
    tamper(CHANGES[change](at_place(sealed, 6)))
    with pytest.raises(NotProved, match=r"at place 5 was changed"):
        verify()


def test_a_removed_row_is_named(sealed: list[UUID]) -> None:
    removed = number(sealed[2])
    tamper(f"DELETE FROM audit_auditevent WHERE id = {removed}")
    with pytest.raises(NotProved, match=f"at place 2 was removed: it had the number {removed}"):
        verify()


@pytest.mark.parametrize("place", [0, 3, 6])
def test_a_row_removed_with_its_place_is_named(sealed: list[UUID], place: int) -> None:
    tamper(
        f"DELETE FROM audit_auditevent WHERE {at_place(sealed, place)}; DELETE FROM audit_leaf WHERE place = {place}"
    )
    with pytest.raises(NotProved, match=f"The row at place {place} was removed"):
        verify()


def test_places_moved_up_over_a_removed_row_do_not_hold(sealed: list[UUID]) -> None:
    tamper(
        f"DELETE FROM audit_auditevent WHERE {at_place(sealed, 1)}; DELETE FROM audit_leaf WHERE place = 1;"
        "UPDATE audit_leaf SET place = -place WHERE place > 1; UPDATE audit_leaf SET place = -place - 1 WHERE place < 0"
    )
    with pytest.raises(NotProved, match="A row up to place 3 was removed"):
        verify()


def test_a_row_written_by_somebody_else_is_named(sealed: list[UUID]) -> None:
    forge("forged")
    with pytest.raises(NotProved, match="that waits to be sealed was inserted"):
        verify()
    # sealing does not make it true
    seal(at=NOW)
    with pytest.raises(NotProved, match="at place 7 was inserted"):
        verify()


def forge(reason: str) -> None:
    """Insert a row with a true hash and without the key."""
    row = AuditEvent(at=NOW, event="searched", reason=reason, mac=b"0" * 32, transaction_id=2**62)
    row.hash = row_hash({name: getattr(row, name) for name in vars(row)})
    row.save()


def test_a_copy_of_a_row_is_named(sealed: list[UUID]) -> None:
    tamper("ALTER TABLE audit_auditevent DROP CONSTRAINT audit_auditevent_key_uniq")
    columns = [field.attname for field in AuditEvent._meta.fields if field.attname != "id"]
    names = ", ".join(columns)
    tamper(f"INSERT INTO audit_auditevent ({names}) SELECT {names} FROM audit_auditevent WHERE {at_place(sealed, 4)}")
    with pytest.raises(NotProved, match=f"row {sealed[4]} was inserted once more"):
        verify()


def test_a_row_put_into_a_place_is_named(sealed: list[UUID]) -> None:
    forge("forged")
    forged = AuditEvent.objects.get(reason="forged")
    tamper(f"UPDATE audit_leaf SET event_id = {forged.pk} WHERE place = 3")
    with pytest.raises(NotProved, match="at place 3 was changed"):
        verify()


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("UPDATE audit_checkpoint SET root = sha256('x') WHERE size = 4", "of 4 rows does not carry our signature"),
        ("UPDATE audit_checkpoint SET at = at - interval '1 day' WHERE size = 4", "does not carry our signature"),
        ("UPDATE audit_checkpoint SET peaks = sha256('x') WHERE size = 4", "of 4 rows was changed"),
        ("DELETE FROM audit_checkpoint WHERE size = 7", "lies beyond the last checkpoint"),
        ("UPDATE audit_leaf SET hash = sha256('x') WHERE place = 3", "at place 3 was changed"),
    ],
)
def test_a_changed_checkpoint_or_place_is_named(sealed: list[UUID], sql: str, message: str) -> None:
    tamper(sql)
    with pytest.raises(NotProved, match=message):
        verify()


def test_rows_rewritten_with_their_seals_do_not_continue_a_checkpoint_kept_elsewhere(
    sealed: list[UUID], tmp_path: Path
) -> None:
    """Whoever has database and key can rewrite everything; what an auditor kept tells."""
    kept = tmp_path / "checkpoint"
    kept.write_text(told("--print-checkpoint"), encoding="utf-8")
    assert "continues the checkpoint of 7 rows" in told("--checkpoint", str(kept))
    tamper("DELETE FROM audit_leaf; DELETE FROM audit_checkpoint;")
    tamper(f"DELETE FROM audit_auditevent WHERE {at_place(sealed, 6)}")
    write("instead")
    seal(at=NOW)
    assert verify().rows == len(sealed)
    with pytest.raises(CommandError, match="first 7 rows are not those of the checkpoint"):
        told("--checkpoint", str(kept))


def test_a_shorter_trail_does_not_continue_a_checkpoint(sealed: list[UUID], tmp_path: Path) -> None:
    kept = tmp_path / "checkpoint"
    kept.write_text(told("--print-checkpoint"), encoding="utf-8")
    tamper("DELETE FROM audit_leaf WHERE place > 3; DELETE FROM audit_checkpoint WHERE size > 4")
    with pytest.raises(CommandError, match="had 7 rows"):
        told("--checkpoint", str(kept))


# ---------------------------------------------------------------- the command


def test_a_range_is_proved_from_checkpoint_to_checkpoint(sealed: list[UUID]) -> None:
    tamper(CHANGES["reason"](at_place(sealed, 1)))
    assert "3 rows proved (places 4 to 6), 1 checkpoints" in told("--from", later())
    with pytest.raises(CommandError, match="at place 1 was changed"):
        told("--to", NOW.isoformat())


def later() -> str:
    """Return an instant between the two checkpoints."""
    return (NOW + timedelta(seconds=30)).isoformat()


def test_one_row_is_proved_by_its_path(sealed: list[UUID]) -> None:
    said = told("--row", str(sealed[5]))
    assert f"row {sealed[5]}" in said
    assert "place 5 of 7" in said
    assert len(prove_row(sealed[5]).path) == said.count("sibling")
    tamper(CHANGES["actor"](at_place(sealed, 5)))
    with pytest.raises(CommandError, match="at place 5 was changed"):
        told("--row", str(sealed[5]))


def test_a_row_that_is_absent_or_waits_is_not_proved(sealed: list[UUID]) -> None:
    with pytest.raises(CommandError, match="There is no row"):
        told("--row", str(uuid4()))
    write("waiting")
    with pytest.raises(CommandError, match="waits to be sealed"):
        told("--row", str(AuditEvent.objects.get(reason="waiting").key))


def test_a_note_comes_back_and_another_trails_is_refused(sealed: list[UUID]) -> None:
    last = Checkpoint.objects.latest("size")
    text = note(statement_of(last), bytes(last.signature))
    assert read_note(text) == (statement_of(last), bytes(last.signature))
    with pytest.raises(ValueError, match="no checkpoint"):
        read_note("nonsense")
    with pytest.raises(ValueError, match="is of other/log"):
        read_note(text.replace("iconet/audit\n", "other/log\n", 1))
    assert told("--public-keys").startswith("iconet/audit+")


def test_without_a_seal_there_is_no_checkpoint_to_print() -> None:
    with pytest.raises(CommandError, match="Nothing is sealed yet"):
        told("--print-checkpoint")
    out = StringIO()
    write("one")
    call_command("seal_audit", stdout=out)
    assert "rows sealed" in out.getvalue()
