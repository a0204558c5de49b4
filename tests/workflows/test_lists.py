"""The desk, the lists of one's own, acts on many items, the table: complete, bounded, and nothing of anybody else's."""

import csv
from datetime import timedelta
from io import StringIO

import pytest

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.sharing.models import Sharing
from content_types.draft_scope import DraftViewer
from content_types.models import Bulletin
from tests.factories import NOW, element, hours, make_item
from tests.workflows.scenes import afresh, approve, scheduled_item, waiting_item, write
from workflows import reports, services, upkeep
from workflows.bulk import ACTS, run
from workflows.enums import Status
from workflows.forms import FilterForm
from workflows.plans import set_plan
from workflows.selectors import desk_rows, items_of, status_now
from workflows.validation import set_step

pytestmark = pytest.mark.django_db
LIST = "/cms/bulletins/"


def one_of_each(house) -> dict[str, Sharing]:
    """Make an item of Spain in each status."""
    set_step(organisation=house.spain, element=element("RE"), on=True, actor=house.decider, at=NOW)
    texts = {"owner": house.border, "author": house.author}
    returned = waiting_item(house)
    services.return_to_author(page=_page(returned), actor=house.approver, at=NOW, reason="More")
    changed = make_item(**texts)
    write(changed, house.author, "Newer")
    closed = make_item(**texts)
    upkeep.close(sharing=closed, reason="Over", actor=house.approver, at=NOW)
    return {
        Status.DRAFT: make_item(live=False, **texts),
        Status.WAITING: waiting_item(house),
        Status.VALIDATION: waiting_item(house, element="RE"),
        Status.RETURNED: returned,
        Status.SCHEDULED: scheduled_item(house, NOW + hours(5)),
        Status.PUBLISHED: make_item(**texts),
        Status.CHANGED: changed,
        Status.WITHDRAWN: make_item(state="withdrawn", **texts),
        Status.CLOSED: closed,
    }


def _page(sharing):
    page = sharing.page.specific
    page.sharing = sharing
    return page


def test_each_status_is_found_by_its_filter_and_told_alike_everywhere(house):
    items = one_of_each(house)
    viewer = DraftViewer(house.author, NOW)
    found = {status: [row.pk for row in reports.filtered(viewer, FilterForm({"status": status}))] for status in items}
    assert found == {status: [sharing.pk] for status, sharing in items.items()}
    assert {sharing.pk: status_now(afresh(sharing)) for sharing in items.values()} == {
        sharing.pk: status for status, sharing in items.items()
    }
    rows = desk_rows(list(items_of(viewer)))
    assert {row.sharing.pk: row.status for row in rows} == {items[status].pk: status for status in items}


def test_lists_narrow_by_words_marking_state_and_review(house):
    amber = make_item(owner=house.border, author=house.author, marking="AMBER", title="Boats at dawn")
    green = make_item(owner=house.border, author=house.author, marking="GREEN", state="network", title="Lorries")
    Bulletin.objects.filter(pk=green.page_id).update(review_date=NOW.date())
    viewer = DraftViewer(house.author, NOW)

    def found(**fields):
        return [row.pk for row in reports.filtered(viewer, FilterForm(fields))]

    assert found(q="boats") == found(q=amber.reference) == found(marking="AMBER") == [amber.pk]
    assert found(state="network") == found(review_by=NOW.date().isoformat()) == [green.pk]
    assert set(found(status="nonsense", marking="PINK")) == {amber.pk, green.pk}


@pytest.mark.parametrize("address", ["/cms/", LIST, LIST + "?status=waiting", LIST + "reviews/", "/cms/workflow/"])
def test_pages_cost_the_same_however_much_there_is(house, address, django_assert_max_num_queries):
    client = house.client("approver")
    one_of_each(house)
    Bulletin.objects.update(review_date=NOW.date() - timedelta(days=3))
    client.get(address)
    with django_assert_max_num_queries(60) as few:
        client.get(address)
    for _number in range(3):
        waiting_item(house)
        waiting_item(house, element="RE")
        scheduled_item(house, NOW + hours(7))
        make_item(owner=house.border, author=house.author)
    Bulletin.objects.update(review_date=NOW.date() - timedelta(days=3))
    with django_assert_max_num_queries(60) as many:
        client.get(address)
    assert len(many) == len(few)


def test_an_items_page_and_history_cost_the_same_however_long_they_are(house, django_assert_max_num_queries):
    sharing = make_item(owner=house.border, author=house.author)
    client = house.client("author")
    write(sharing, house.approver, "A newer version")
    pages = [f"{LIST}{sharing.uuid}/", f"{LIST}{sharing.uuid}/history/"]
    for page in pages:
        client.get(page)
        with django_assert_max_num_queries(80) as few:
            client.get(page)
        for number in range(4):
            write(sharing, house.approver, f"Version {number}")
        with django_assert_max_num_queries(80) as many:
            client.get(page)
        assert len(many) == len(few)


def test_the_desk_tells_what_waits_and_since_when(house):
    waiting_item(house, title="Handed in")
    text = house.client("approver").get("/cms/").content.decode()
    assert ("Handed in" in text, "today" in text) == (True, True)


def test_what_one_edited_last_does_not_wait_for_oneself(house):
    sharing = make_item(owner=house.border, author=house.author, live=False)
    write(sharing, house.approver, "By the approver")
    services.begin_review(sharing=afresh(sharing), requested_by=house.author, at=NOW)
    panels = {panel.name: panel.total for panel, _rows in house.client("approver").get("/cms/").context["panels"]}
    assert panels["waiting"] == 0


def post(house, who: str, sharings, **fields):
    data = {"item": [str(row.uuid) for row in sharings], **fields}
    return house.client(who).post(LIST + "bulk/", data)


def test_an_act_on_many_is_shown_first_and_then_done_with_all(house):
    drafts = [make_item(owner=house.border, author=house.author, live=False) for _number in range(3)]
    shown = post(house, "author", drafts, act="submit")
    assert (shown.status_code, [outcome.refusal for outcome in shown.context["outcomes"]]) == (200, ["", "", ""])
    assert {status_now(afresh(row)) for row in drafts} == {Status.DRAFT}
    assert not AuditEvent.objects.filter(event=Event.ITEM_SUBMITTED).exists()
    assert post(house, "author", drafts, act="submit", tried="1", sure="1").status_code == 302
    assert {status_now(afresh(row)) for row in drafts} == {Status.WAITING}
    assert AuditEvent.objects.filter(event=Event.ITEM_SUBMITTED).count() == 3


def test_where_one_is_refused_nothing_is_done_with_any(house):
    drafts = [make_item(owner=house.border, author=house.author, live=False) for _number in range(2)]
    waiting = waiting_item(house)
    answer = post(house, "author", [*drafts, waiting], act="submit", tried="1", sure="1")
    assert (answer.status_code, len(answer.context["refused"])) == (200, 1)
    assert {status_now(afresh(row)) for row in drafts} == {Status.DRAFT}


def test_a_hidden_item_among_those_ticked_is_as_an_absent_one(house):
    draft = make_item(owner=house.border, author=house.author, live=False)
    hidden = make_item(owner=house.france, author=house.french_author, live=False)
    assert post(house, "author", [draft, hidden], act="submit", tried="1", sure="1").status_code == 404
    assert status_now(afresh(draft)) == Status.DRAFT


def test_approval_is_no_act_on_many(house):
    assert "approve" not in ACTS
    waiting = waiting_item(house)
    assert post(house, "approver", [waiting], act="approve", tried="1", sure="1").status_code == 302
    assert not afresh(waiting).page.live


def test_many_reviews_are_set_at_once(house):
    items = [make_item(owner=house.border, author=house.author) for _number in range(2)]
    asked = post(house, "author", items, act="review")
    assert (asked.status_code, asked.context["ready"]) == (200, False)
    assert post(house, "author", items, act="review", tried="1", sure="1", next_on="2126-01-01").status_code == 302
    days = Bulletin.objects.filter(pk__in=[row.page_id for row in items]).values_list("review_date", flat=True)
    assert {day.isoformat() for day in days} == {"2126-01-01"}


@pytest.mark.parametrize("name", sorted(ACTS))
def test_nobody_does_to_many_what_they_may_not_do_to_one(house, name):
    sharing = make_item(owner=house.border, author=house.author)
    data = {"topic": None, "next_on": NOW.date() + timedelta(days=9)}
    outcomes = run(ACTS[name], [afresh(sharing)], data, actor=house.officer, at=NOW, dry=False)
    assert [bool(outcome.refusal) for outcome in outcomes] == [True]


def test_the_table_holds_what_may_be_exported_and_no_formula(house):
    open_one = make_item(owner=house.border, author=house.author, title="=HYPERLINK(1)")
    make_item(owner=house.border, author=house.author, copies_allowed=False, title="not to be copied")
    make_item(owner=house.border, author=house.author, live=False, title="only a draft")
    make_item(owner=house.france, author=house.french_author, state="network", marking="GREEN", title="a French one")
    changed = make_item(owner=house.border, author=house.author, title="As published")
    write(changed, house.author, "As drafted")
    response = house.client("author").get(LIST + "export/")
    rows = list(csv.reader(StringIO(response.content.decode())))
    assert {row[0] for row in rows[1:]} == {open_one.reference, changed.reference}
    assert {row[1] for row in rows[1:]} == {"'=HYPERLINK(1)", "As published"}
    exported = AuditEvent.objects.get(event=Event.REPORT_EXPORTED)
    assert (exported.count, exported.actor_id) == (2, house.author.pk)


def test_own_items_that_name_an_item_are_told_and_no_others(house):
    named = make_item(owner=house.border, author=house.author)
    naming = make_item(owner=house.border, author=house.author, body=f"See {named.reference}.", title="Naming one")
    make_item(owner=house.france, author=house.french_author, body=f"See {named.reference}.")
    found = reports.linked_from(DraftViewer(house.author, NOW), named)
    assert [row.pk for row in found] == [naming.pk]
    assert "Naming one" in house.client("author").get(f"{LIST}{named.uuid}/").content.decode()


def test_scheduled_ones_are_told_with_their_hour(house):
    sharing = waiting_item(house)
    set_plan(sharing=sharing, publish_at=NOW.replace(year=2126), expire_at=None, actor=house.approver, at=NOW)
    approve(sharing, house.approver)
    assert "15 Jun 2126, 12:00 UTC" in house.client("author").get("/cms/").content.decode()
