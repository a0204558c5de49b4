"""At the end of its term nothing is left of an item, wherever anything was kept; but for a stub, and proof in the
trail."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.test import Client

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.audit.sealing import seal
from cms.audit.verifying import verify
from cms.documents import storage
from cms.notifications.draining import drain
from cms.notifications.models import Notice
from cms.organisations.enums import Role
from cms.sharing.models import Sharing
from cms.sharing.signals import item_erased
from cms.users.models import User
from tests.admin.answers import seen
from tests.admin.conftest import House
from tests.factories import NOW, make_item, make_organisation, make_person, set_facts, sign_in
from tests.factories.items import ItemFacts
from tests.retention.planting import NAMED_AFTER, Planted, files_with, plant, tables_with
from workflows.alerts.models import KeptForm
from workflows.retention.enums import Step
from workflows.retention.erasing import erase
from workflows.retention.models import ErasedItem
from workflows.retention.running import apply, plan

pytestmark = pytest.mark.django_db
OLD = NOW - timedelta(days=2200)
TOLD, ENDED, OVER = NOW, NOW + timedelta(days=60), NOW + timedelta(days=90)
# where the word stands before: every place in which something about an item is kept
KEPT_IN = {
    "alerts_keptform", "alerts_question", "alerts_receipt", "content_types_bulletin", "disclosures_disclosurerequest",
    "documents_file", "documents_filetext", "notifications_outboxrow", "retention_hold", "search_searchentry",
    "sharing_correctionnotice", "sharing_pendingact", "wagtailcore_comment", "wagtailcore_page",
    "wagtailcore_pagelogentry", "wagtailcore_revision", "workflows_closing", "workflows_draftcomment",
    "workflows_schedule",
}  # fmt: skip


def run(at: object) -> list[Step]:
    """Do what is due at the instant; return the steps that were taken."""
    planned = plan(at=at)  # type: ignore[arg-type]
    assert apply(planned, at=at) == []  # type: ignore[arg-type]
    return [one.step for one in planned]


def lead_to_its_end() -> None:
    """Have the owner told, and the item withdrawn."""
    assert [run(at) for at in (TOLD, ENDED)] == [[Step.TELL], [Step.WITHDRAW]]


def test_nothing_is_left_but_the_stub_and_the_proof(house: House, django_capture_on_commit_callbacks: object) -> None:
    planted = plant(house, OLD, NOW)
    other = make_item(owner=house.border, title="Another one stays", at=NOW)
    assert tables_with(planted.word) >= KEPT_IN
    assert len(files_with(planted.word)) >= 1
    lead_to_its_end()
    drain(ENDED)
    named_before = tables_with(str(planted.sharing.uuid))
    assert {"desk_watch", "notifications_notice"} <= named_before
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert run(OVER) == [Step.ERASE]
    assert tables_with(planted.word) == set()
    assert tables_with(planted.title_word) == set()
    assert files_with(planted.word) == set()
    assert tables_with(str(planted.sharing.uuid)) == NAMED_AFTER
    assert tables_with(planted.sharing.reference) <= NAMED_AFTER
    assert list(Sharing.objects.all()) == [other]
    assert not any(Notice.objects.filter(item=planted.sharing.uuid))
    _check_proof(planted)


def _check_proof(planted: Planted) -> None:
    """The stub and the trail say the same, and the trail is what was sealed."""
    stub = ErasedItem.objects.get()
    assert (stub.item, stub.reference, stub.versions, stub.files) == (
        planted.sharing.uuid, planted.sharing.reference, 3, 2,
    )  # fmt: skip
    assert (stub.told_on, stub.withdrawn_on, stub.own_term) == (TOLD.date(), ENDED.date(), False)
    row = AuditEvent.objects.get(event=Event.ITEM_ERASED)
    assert (row.item, row.details["sha256"], row.details["reference"]) == (stub.item, stub.sha256, stub.reference)
    seal(at=OVER)
    assert verify().unsealed == 0


def test_its_address_is_as_absent_as_any_other_for_owner_and_former_readers(house: House) -> None:
    item = make_item(owner=house.border, state="network", marking="GREEN", at=OLD)
    _publish_long_ago(item)
    address = f"/i/{item.uuid}/"
    browsers = [house.client(name) for name in ("officer", "french_author", "approver")]
    assert [browser.get(address).status_code for browser in browsers] == [200, 200, 200]
    lead_to_its_end()
    run(OVER)
    absent = [seen(browser.get("/no/such/address/")) for browser in [*browsers, Client()]]
    assert [seen(browser.get(address)) for browser in [*browsers, Client()]] == absent
    listed = house.client("approver").get("/cms/retention/").content.decode()
    assert item.reference in listed
    assert item.reference not in house.client("french_author").get("/cms/retention/").content.decode()


def _publish_long_ago(item: Sharing) -> None:
    item.page.last_published_at = OLD
    item.page.save(update_fields=["last_published_at"])


def test_what_is_held_stays_and_what_failed_is_taken_up_again(house: House) -> None:
    """One item is on hold, one cannot be erased at first, one goes: each has its own transaction."""
    held, failing, going = (make_item(owner=house.border, at=OLD) for _ in range(3))
    for item in (held, failing, going):
        _publish_long_ago(item)
    held.holds.create(reason="A court asked for it", placed_at=NOW)
    for at in (TOLD, ENDED):
        run(at)

    def refuse(sharing: Sharing, **_signal: object) -> None:
        if sharing.pk == failing.pk:
            raise DatabaseError("canary in a message")

    item_erased.connect(refuse)
    out = StringIO()
    try:
        failed = apply(plan(at=OVER), at=OVER)
    finally:
        item_erased.disconnect(refuse)
    assert [one.term.sharing.pk for one in failed] == [failing.pk]
    assert set(Sharing.objects.values_list("pk", flat=True)) == {held.pk, failing.pk}
    assert set(ErasedItem.objects.values_list("reference", flat=True)) == {going.reference}
    call_command("apply_retention", dry_run=True, at=OVER, stdout=out)
    assert "held since 2026-06-15" in out.getvalue()
    assert {one.step for one in plan(at=OVER)} == {Step.HELD, Step.ERASE}
    run(OVER)
    assert list(Sharing.objects.all()) == [held]


def test_a_hold_or_another_term_that_comes_in_between_is_respected(house: House) -> None:
    item = make_item(owner=house.border, at=OLD)
    _publish_long_ago(item)
    lead_to_its_end()
    planned = plan(at=OVER)
    item.holds.create(reason="A court asked for it", placed_at=OVER)
    assert apply(planned, at=OVER) == []
    assert erase(sharing_id=item.pk, at=OVER) is None
    assert Sharing.objects.filter(pk=item.pk).exists()


def test_readers_who_had_opened_it_are_told_by_reference_that_it_is_withdrawn(house: House) -> None:
    item = make_item(owner=house.border, state="network", marking="GREEN", at=OLD)
    _publish_long_ago(item)
    reader: User = house.french_author
    sign_in(Client(), reader).get(f"/i/{item.uuid}/")
    lead_to_its_end()
    drain()
    assert set(Notice.objects.filter(user=reader).values_list("kind", flat=True)) == {"withdrawn"}
    told = set(Notice.objects.filter(user=house.author).values_list("kind", flat=True))
    assert told == {"term_ends", "term_ended"}


def test_an_item_brought_back_after_its_end_is_withdrawn_again_and_not_erased_at_once(house: House) -> None:
    item = make_item(owner=house.border, at=OLD)
    _publish_long_ago(item)
    lead_to_its_end()
    set_facts(item, ItemFacts(state="network", marking="GREEN"), at=ENDED + timedelta(days=1))
    assert run(OVER) == [Step.WITHDRAW]
    assert run(OVER + timedelta(days=29)) == []
    assert run(OVER + timedelta(days=30)) == [Step.ERASE]


def test_a_draft_that_was_never_published_goes_too(house: House) -> None:
    item = make_item(owner=make_organisation(), live=False, at=OLD)
    item.page.latest_revision_created_at = OLD
    item.page.save(update_fields=["latest_revision_created_at"])
    assert run(TOLD) == [Step.TELL]
    assert run(ENDED) == [Step.ERASE]
    assert not Sharing.objects.exists()


def test_the_walk_finds_what_was_left_behind(house: House) -> None:
    """The search for words can fail: a word in any table is found, in whatever kind of column."""
    KeptForm.objects.create(user=house.author, form=house.author.handle, data={"a": ["zyxwordq"]}, kept_at=NOW)
    place = storage.root() / "left.txt"
    place.write_text("zyxwordq")
    found = tables_with("zyxwordq"), files_with("zyxwordq")
    place.unlink()
    assert found == ({"alerts_keptform"}, {place})


def test_auditors_see_terms_holds_and_what_was_erased_without_content(house: House) -> None:
    """The page and the trail still name an erased item by its reference; others have no such page."""
    item, held = (make_item(owner=house.border, title="A title of its own", at=OLD) for _ in range(2))
    for one in (item, held):
        _publish_long_ago(one)
    held.holds.create(reason="A court asked for it", placed_at=NOW)
    for at in (TOLD, ENDED, OVER):
        run(at)
    stub = ErasedItem.objects.get()
    auditor = sign_in(Client(), make_person(house.commission, Role.AUDITOR))
    page = auditor.get("/audit/keeping/").content.decode()
    assert all(text in page for text in (item.reference, held.reference, stub.sha256))
    assert "A title of its own" not in page
    trail = auditor.get("/audit/trail/", {"item": item.reference, "event": Event.ITEM_ERASED}).content.decode()
    assert trail.count(item.reference) == 2  # the filter, and the one row
    foreign = sign_in(Client(), make_person(house.france, Role.AUDITOR))
    assert item.reference not in foreign.get("/audit/keeping/").content.decode()
    assert house.client("approver").get("/audit/keeping/").status_code == 404
