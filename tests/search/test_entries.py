"""The read model follows every act in the act's own transaction, and can be written anew and compared."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.migrations import Migration
from django.test.utils import CaptureQueriesContext

from cms.organisations.enums import Role
from cms.sharing import services
from cms.sharing.models import Sharing
from search.models import SearchEntry
from search.reading import compare
from search.receivers import renew_entries
from search.services import index_items, rebuild
from tests.factories import NOW, hours, make_item, make_organisation, make_participant, make_person
from tests.search.worlds import rewrite

pytestmark = pytest.mark.django_db


def lexemes(sharing, column="audience"):
    """Return the lexemes of one of the entry's vectors."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT tsvector_to_array({column}) FROM search_searchentry WHERE sharing_id = %s", [sharing.pk]
        )
        return cursor.fetchone()[0]


def test_an_entry_says_what_the_item_says():
    owner = make_organisation()
    item = make_item(
        owner=owner, element="RE", countries=["MA", "DZ"], state="network", title="Title", body="Some text"
    )
    rewrite(item, language="de", level="tactical")
    entry = SearchEntry.objects.get(pk=item.pk)
    page = item.page.specific
    assert (entry.uuid, entry.type_key, entry.title, entry.summary) == (item.uuid, "bulletin", "Title", page.summary)
    assert (entry.language, entry.level, entry.body, entry.owner) == ("de", "tactical", "Some text", owner)
    assert (entry.element.key, entry.countries, entry.marking, entry.state) == (
        "return",
        ["DZ", "MA"],
        "CLEAR",
        "network",
    )
    assert (entry.published_at, entry.year, entry.information_date) == (NOW, 2026, page.information_date)
    assert (entry.audience_since, entry.next_change) == (None, None)
    assert lexemes(item) == sorted(item.audience)


def test_acts_are_followed():
    owner = make_participant()
    decider = make_person(owner, Role.DECIDER)
    item = make_item(owner=owner, state="restricted", recipients=[make_participant()])
    services.revoke(recipient=item.recipients.get(), actor=decider, at=NOW + hours(1))
    item.refresh_from_db()
    assert lexemes(item) == sorted(item.audience)
    services.withdraw(sharing=item, actor=decider, at=NOW + hours(2))
    item.refresh_from_db()
    entry = SearchEntry.objects.get(pk=item.pk)
    assert (entry.state, entry.version) == ("withdrawn", item.version)
    assert compare().differing == ()


def fail_late(item):
    """Change the item in a transaction that fails afterwards."""
    with transaction.atomic():
        rewrite(item, title="After")
        raise RuntimeError("late")


def test_an_act_that_fails_leaves_the_entry():
    item = make_item(owner=make_organisation(), title="Before")
    with pytest.raises(RuntimeError, match="late"):
        fail_late(item)
    assert SearchEntry.objects.get(pk=item.pk).title == "Before"
    assert compare().differing == ()


def test_spans_are_copied():
    target = services.Target(
        kind="organisation", target_id=make_participant().pk, valid_from=NOW - hours(1), valid_until=NOW + hours(1)
    )
    item = make_item(owner=make_organisation(), state="restricted", recipients=[target])
    entry = SearchEntry.objects.get(pk=item.pk)
    assert (entry.audience_since, entry.next_change) == (NOW - hours(1), NOW + hours(1))
    services.refresh_due(at=NOW + hours(2))
    entry.refresh_from_db()
    assert (entry.audience_since, entry.next_change) == (NOW + hours(1), None)


def test_a_draft_has_none():
    item = make_item(owner=make_organisation(), live=False)
    assert not SearchEntry.objects.filter(pk=item.pk).exists()


def test_an_item_taken_offline_loses_it():
    item = make_item(owner=make_organisation())
    item.page.specific.unpublish()
    assert not SearchEntry.objects.exists()


def test_a_deleted_item_loses_it():
    item = make_item(owner=make_organisation())
    item.page.delete()
    assert not SearchEntry.objects.exists()


def test_writing_takes_the_same_statements_whatever_the_number():
    owner = make_organisation()
    ids = [make_item(owner=owner).pk for _ in range(6)]
    with CaptureQueriesContext(connection) as one:
        index_items(ids[:1])
    with CaptureQueriesContext(connection) as all_of_them:
        assert index_items(ids) == 6
    assert len(all_of_them) == len(one) <= 8


@pytest.mark.parametrize("body", ["word " * 300_000, "ж" * 300_000, " ".join(f"w{n}" for n in range(60_000))])
def test_a_huge_text_is_indexed(body):
    item = make_item(owner=make_organisation(), title="Huge")
    rewrite(item, body=[("text", f"<p>{body}</p>")])
    assert lexemes(item, "title_text")[-1] == "huge"
    assert compare().differing == ()


def test_comparison_finds_what_was_changed_behind_its_back():
    owner = make_organisation()
    items = [make_item(owner=owner, title=f"Item {n}") for n in range(4)]
    SearchEntry.objects.filter(pk=items[0].pk).update(title="Other")
    SearchEntry.objects.filter(pk=items[1].pk).delete()
    SearchEntry.objects.filter(pk=items[2].pk).update(audience="public")
    found = compare()
    assert set(found.differing) == {item.uuid for item in items[:3]}
    assert (found.items, found.entries, found.stray) == (4, 3, ())
    type(items[3].page)._base_manager.filter(pk=items[3].page_id).update(live=False)
    assert compare().stray == (items[3].uuid,)


def test_rebuilding_mends_everything():
    owner = make_organisation()
    items = [make_item(owner=owner, title=f"Item {n}") for n in range(3)]
    SearchEntry.objects.filter(pk=items[0].pk).update(title="Other")
    SearchEntry.objects.filter(pk=items[1].pk).delete()
    type(items[2].page)._base_manager.filter(pk=items[2].page_id).update(live=False)
    assert rebuild() == 2
    found = compare()
    assert (found.differing, found.stray, found.entries) == ((), (), 2)


def test_after_a_migration_entries_of_an_older_analysis_are_written_anew():
    old, other = (make_item(owner=make_organisation(), title=title) for title in ("Old", "Other"))
    SearchEntry.objects.update(title="Wrong")
    SearchEntry.objects.filter(pk=old.pk).update(analysis=0)
    renew_entries(plan=[(Migration("0002", "sharing"), False), (Migration("0010", "search"), True)])
    assert set(compare().differing) == {old.uuid, other.uuid}
    renew_entries(plan=[(Migration("0010", "search"), False)])
    assert compare().differing == (other.uuid,)


def test_the_commands_say_what_they_found():
    item = make_item(owner=make_organisation())
    out = StringIO()
    call_command("rebuild_index", stdout=out)
    assert out.getvalue().startswith("1 entries written: ")
    call_command("check_index", stdout=out)
    assert "1 live items, 1 entries: no difference." in out.getvalue()
    SearchEntry.objects.update(title="Other")
    errors = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("check_index", stdout=out, stderr=errors)
    assert left.value.code == 1
    assert str(item.uuid) in errors.getvalue()


def test_the_benchmark_refuses_senseless_numbers():
    with pytest.raises(CommandError, match="at least"):
        call_command("benchmark_search", items=0)


def test_the_index_serves_words_and_audience_together():
    make_item(owner=make_organisation())
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'search_text_and_audience'")
        assert "gin (text, audience, title_text)" in cursor.fetchone()[0]
        cursor.execute("SELECT reloptions FROM pg_class WHERE oid = %s::regclass", [SearchEntry._meta.db_table])
        assert cursor.fetchone()[0] == ["toast_tuple_target=512"]
    assert Sharing.objects.count() == 1
