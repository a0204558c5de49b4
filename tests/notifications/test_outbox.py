"""The outbox: written with the act, done after commit, at least once, by several workers, whatever fails."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from pytest_django import DjangoDbBlocker

from cms.core.instants import current_instant
from cms.notifications import draining, outbox
from cms.notifications.companion import OutboxCompanion
from cms.notifications.draining import drain, drain_kind
from cms.notifications.models import OutboxRow
from cms.notifications.outbox import Handler, Row
from cms.notifications.selectors import outbox_state, set_aside

AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
Kinds = dict[str, Handler]


class Done:
    """Collects what a handler was given."""

    def __init__(self) -> None:
        self.batches: list[list[Row]] = []

    def __call__(self, rows: list[Row]) -> None:
        self.batches.append(rows)

    @property
    def numbers(self) -> list[int]:
        """The numbers in the payloads, in order."""
        return [row.payload["n"] for rows in self.batches for row in rows]


@pytest.fixture
def done(kinds: Kinds) -> Done:
    """Return what was done of the kind `test`."""
    collected = Done()
    outbox.handler("test", batch=2)(collected)
    return collected


def _put(number: int, key: str = "", due: datetime | None = None) -> None:
    outbox.put("test", payload={"n": number}, at=AT, key=key, due=due)


@pytest.mark.django_db
def test_rows_are_done_in_batches_in_order_and_gone(done: Done) -> None:
    for number in range(3):
        _put(number)
    assert drain(AT) == 3
    assert [[row.payload["n"] for row in rows] for rows in done.batches] == [[0, 1], [2]]
    assert not OutboxRow.objects.exists()


@pytest.mark.django_db
def test_a_row_is_not_done_before_it_is_due(done: Done) -> None:
    _put(1, due=AT + timedelta(hours=1))
    assert drain(AT) == 0
    assert drain(AT + timedelta(hours=1)) == 1


@pytest.mark.django_db
def test_nothing_is_done_for_what_is_rolled_back(done: Done) -> None:
    with transaction.atomic():
        _put(1)
        transaction.set_rollback(True)
    assert drain(AT) == 0


@pytest.mark.django_db
def test_rows_of_one_key_that_wait_are_one_with_the_newest_payload_and_the_earliest_time(done: Done) -> None:
    _put(1, key="a", due=AT + timedelta(hours=1))
    _put(2, key="a")
    _put(3, key="a", due=AT + timedelta(hours=2))
    _put(4, key="b")
    assert drain(AT) == 2
    assert done.numbers == [3, 4]


@pytest.mark.django_db
def test_a_row_that_a_worker_has_taken_is_not_coalesced(kinds: Kinds) -> None:
    again: list[Row] = []

    @outbox.handler("again")
    def put_once_more(rows: list[Row]) -> None:
        again.extend(rows)
        outbox.put("again", payload={}, at=AT, key="same", due=AT + timedelta(hours=len(again)))

    outbox.put("again", payload={}, at=AT, key="same")
    assert drain(AT) == 1
    assert OutboxRow.objects.get().due == AT + timedelta(hours=1)


@pytest.mark.django_db
def test_nothing_is_put_that_nobody_handles() -> None:
    with pytest.raises(ValueError, match="Nothing handles"):
        outbox.put("unheard of", payload={}, at=AT)


def test_a_kind_has_one_handler(kinds: Kinds, done: Done) -> None:
    with pytest.raises(ValueError, match="two handlers"):
        outbox.handler("test")(Done())


@pytest.mark.django_db
def test_one_bad_row_is_set_aside_and_the_others_of_its_batch_are_done(kinds: Kinds) -> None:
    good: list[int] = []

    @outbox.handler("picky", batch=10)
    def picky(rows: list[Row]) -> None:
        numbers = [10 // row.payload["n"] for row in rows]
        good.extend(numbers)

    for number in (1, 0, 2):
        outbox.put("picky", payload={"n": number}, at=AT)
    moments = [AT + timedelta(minutes=10 * round_) for round_ in range(draining.MOST_FAILURES + 2)]
    for moment in moments:
        drain(moment)
    assert sorted(good) == [5, 10]
    row = set_aside().get()
    assert (row.payload, row.failures) == ({"n": 0}, draining.MOST_FAILURES)
    assert row.last_error.startswith("ZeroDivisionError in ")
    assert "set aside: 1" in outbox_state(moments[-1])


@pytest.mark.django_db
def test_failures_are_tried_again_later_and_later(kinds: Kinds) -> None:
    @outbox.handler("failing")
    def failing(rows: list[Row]) -> None:
        raise RuntimeError("never told")

    outbox.put("failing", payload={}, at=AT)
    waits = []
    moment = AT
    for _ in range(5):
        drain(moment)
        due = OutboxRow.objects.get().due
        waits.append((due - moment).total_seconds())
        moment = due
    assert waits == [1, 2, 4, 8, 16]
    assert "never told" not in OutboxRow.objects.get().last_error


@pytest.mark.django_db
def test_rows_wait_for_a_far_side_that_does_not_answer_however_long(kinds: Kinds) -> None:
    answers: list[Row] = []
    down = [True]

    @outbox.handler("post", batch=2)
    def send(rows: list[Row]) -> None:
        if down[0]:
            raise outbox.Unavailable
        answers.extend(rows)

    for _ in range(5):
        outbox.put("post", payload={}, at=AT)
    for hour in range(3 * draining.MOST_FAILURES):
        drain(AT + timedelta(hours=hour))
    assert not set_aside().exists()
    assert "waiting for more than two minutes: post" in outbox_state(AT + timedelta(hours=24))
    down[0] = False
    drain(AT + timedelta(hours=25))
    assert len(answers) == 5


@pytest.mark.django_db
def test_a_row_left_by_a_worker_that_ended_is_taken_again_after_its_lease(kinds: Kinds) -> None:
    given: list[int] = []

    class Killed(BaseException):
        """Nothing catches it, as nothing catches a kill."""

    @outbox.handler("fragile", lease_seconds=30)
    def fragile(rows: list[Row]) -> None:
        given.append(rows[0].attempt)
        if len(given) == 1:
            raise Killed

    outbox.put("fragile", payload={}, at=AT)
    with pytest.raises(Killed):
        drain(AT)
    assert drain(AT + timedelta(seconds=29)) == 0
    assert drain(AT + timedelta(seconds=31)) == 1
    assert given == [1, 2]


@pytest.mark.django_db
def test_a_row_that_ends_every_worker_is_set_aside(kinds: Kinds) -> None:
    class Killed(BaseException):
        """Nothing catches it."""

    @outbox.handler("deadly")
    def deadly(rows: list[Row]) -> None:
        raise Killed

    outbox.put("deadly", payload={}, at=AT)
    for hour in range(draining.MOST_FAILURES):
        with pytest.raises(Killed):
            drain(AT + timedelta(hours=hour))
    assert drain(AT + timedelta(hours=draining.MOST_FAILURES)) == 0
    assert set_aside().count() == 1


@pytest.mark.django_db
def test_an_atomic_handler_changes_the_database_once(kinds: Kinds) -> None:
    @outbox.handler("atomic", atomic=True)
    def chain(rows: list[Row]) -> None:
        outbox.put("test-next", payload={}, at=AT, due=AT + timedelta(days=1))
        if rows[0].attempt == 1:
            raise RuntimeError

    outbox.handler("test-next")(Done())
    outbox.put("atomic", payload={}, at=AT)
    drain(AT)
    assert OutboxRow.objects.filter(kind="test-next").count() == 0
    drain(AT + timedelta(minutes=1))
    assert OutboxRow.objects.filter(kind="test-next").count() == 1


@pytest.mark.django_db(transaction=True)
def test_several_workers_do_each_row_once(kinds: Kinds, done: Done, django_db_blocker: DjangoDbBlocker) -> None:
    with transaction.atomic():
        for number in range(60):
            _put(number)

    def work() -> int:
        with django_db_blocker.unblock():
            try:
                return drain_kind(kinds["test"], clock=lambda: AT)
            finally:
                connections.close_all()

    with ThreadPoolExecutor(4) as workers:
        taken = [workers.submit(work) for _ in range(4)]
    assert sum(future.result() for future in taken) == 60
    assert sorted(done.numbers) == list(range(60))


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_a_row_within_a_third_of_a_second_of_commit(
    kinds: Kinds, django_db_blocker: DjangoDbBlocker
) -> None:
    seen: list[datetime] = []
    all_done = threading.Event()

    @outbox.handler("quick")
    def quick(rows: list[Row]) -> None:
        seen.append(current_instant())
        all_done.set()

    companion = OutboxCompanion()
    with django_db_blocker.unblock():
        companion.start()
        try:
            outbox.put("quick", payload={}, at=current_instant())
            committed = current_instant()
            assert all_done.wait(20)
        finally:
            companion.stop()
    # a third of a second on an idle machine; tests may run beside others
    assert seen[0] - committed < timedelta(seconds=2)
    assert not OutboxRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_worker_command_empties_the_outbox_and_leaves_a_sign_of_life(done: Done) -> None:
    _put(1)
    call_command("worker", once=True)
    assert done.numbers == [1]
    assert outbox_state(current_instant()) == "ok"


@pytest.mark.django_db
def test_operators_list_try_again_and_drop_what_was_set_aside(done: Done, capsys: pytest.CaptureFixture[str]) -> None:
    _put(1)
    _put(2)
    OutboxRow.objects.update(set_aside_at=AT, last_error="RuntimeError in x", attempts=9)
    first, second = OutboxRow.objects.order_by("pk")
    call_command("outbox")
    assert f"#{first.pk} set aside 2026-05-04 12:00:00: RuntimeError in x" in capsys.readouterr().out
    call_command("outbox", retry=[first.pk])
    call_command("outbox", drop=[second.pk])
    with pytest.raises(CommandError, match=f"Not set aside: {second.pk}. Nothing was done"):
        call_command("outbox", retry=[second.pk])
    drain()
    assert done.numbers == [1]
    assert not OutboxRow.objects.exists()
