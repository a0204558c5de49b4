"""Publication at an instant and expiry: the reviewed version, with the rights that its approver has then."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.elements.enums import Ceiling
from cms.notifications.draining import drain
from cms.notifications.models import Notice, OutboxRow
from cms.notifications.telling import NOTIFY
from cms.organisations.models import Membership
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Proposal, Sharing
from cms.sharing.services import lock
from content_types.models import Bulletin
from tests.admin.forms import bulletin_form
from tests.factories import NOW, hours, make_item
from tests.sharing.connections import PATIENCE, apart, elsewhere
from tests.workflows.scenes import afresh, approve, events, page_of, scheduled_item, waiting_item, write
from workflows import services
from workflows.clock import run_due
from workflows.enums import Status
from workflows.plans import plan_of, set_plan
from workflows.selectors import status_now

pytestmark = pytest.mark.django_db
LATER = NOW + hours(5)


def test_what_was_approved_for_later_is_published_at_its_hour_and_not_before(house):
    sharing = scheduled_item(house, LATER)
    assert status_now(sharing) == Status.SCHEDULED
    assert run_due(at=LATER - timedelta(seconds=1)) == 0
    assert not afresh(sharing).page.live
    assert run_due(at=LATER) == 1
    row = afresh(sharing)
    assert (row.page.live, row.first_shared_at, status_now(row)) == (True, LATER, Status.PUBLISHED)
    published = AuditEvent.objects.get(item=sharing.uuid, event=Event.ITEM_PUBLISHED)
    assert (published.actor_id, published.at) == (house.approver.pk, LATER)
    assert run_due(at=LATER) == 0


def test_readers_get_it_with_the_sharing_that_was_proposed(house):
    sharing = make_item(owner=house.border, author=house.author, live=False)
    Proposal.objects.filter(sharing=sharing).update(marking="GREEN", state="network")
    set_plan(sharing=sharing, publish_at=LATER, expire_at=None, actor=house.author, at=NOW)
    services.begin_review(sharing=sharing, requested_by=house.author, at=NOW)
    approve(sharing, house.approver)
    assert not Sharing.objects.visible_to(house.french_author, LATER).filter(pk=sharing.pk).exists()
    run_due(at=LATER)
    assert Sharing.objects.visible_to(house.french_author, LATER).filter(pk=sharing.pk).exists()


def test_an_approver_who_left_publishes_nothing(house):
    sharing = scheduled_item(house, LATER)
    Membership.objects.filter(user=house.approver).update(valid_until=(NOW - timedelta(days=1)).date())
    run_due(at=LATER)
    row = afresh(sharing)
    assert (row.page.live, status_now(row)) == (False, Status.WAITING)
    assert "not the right" in plan_of(row).note
    assert events(sharing)[-2:] == [Event.ITEM_UNSCHEDULED, Event.ITEM_SUBMITTED]
    drain()
    told = Notice.objects.get(user=house.author)
    assert (told.kind, told.item) == ("unscheduled", sharing.uuid)
    assert (
        b"Whoever approved it has not the right"
        in house.client("author").get(f"/cms/bulletins/{sharing.uuid}/").content
    )
    assert run_due(at=LATER + hours(1)) == 0


def test_a_ceiling_lowered_meanwhile_sends_it_back_to_review(house):
    sharing = make_item(owner=house.border, author=house.author, live=False)
    Proposal.objects.filter(sharing=sharing).update(marking="GREEN", state="network")
    set_plan(sharing=sharing, publish_at=LATER, expire_at=None, actor=house.author, at=NOW)
    services.begin_review(sharing=sharing, requested_by=house.author, at=NOW)
    approve(sharing, house.approver)
    house.border.ceiling = Ceiling.OWNER
    house.border.save()
    run_due(at=LATER)
    assert (afresh(sharing).page.live, status_now(afresh(sharing))) == (False, Status.WAITING)


def test_one_that_is_refused_does_not_hold_up_the_others(house):
    first = scheduled_item(house, LATER)
    second = scheduled_item(house, LATER + hours(1))
    write(first, house.author, "A newer version")
    assert run_due(at=LATER + hours(2), batch=1) == 2
    assert (afresh(first).page.live, afresh(second).page.live) == (False, True)


def test_many_are_published_with_one_event_and_one_notice_each_where_one_of_them_is_refused_too(house):
    items = [scheduled_item(house, LATER) for _ in range(4)]
    refused = items.pop(1)
    write(refused, house.author, "A newer version")
    assert run_due(at=LATER) == 4
    assert [afresh(sharing).page.live for sharing in items] == [True] * 3
    assert not afresh(refused).page.live
    assert [events(sharing).count(Event.ITEM_PUBLISHED) for sharing in (*items, refused)] == [1, 1, 1, 0]
    told = OutboxRow.objects.filter(kind=NOTIFY, payload__kind="item_published").values_list("payload__item", flat=True)
    assert sorted(told) == sorted(str(sharing.uuid) for sharing in items)


def test_saving_a_newer_version_calls_it_off(house):
    sharing = scheduled_item(house, LATER)
    fields = bulletin_form(owner=house.border, loaded_revision_id=sharing.page.latest_revision_id)
    response = house.client("author").post(f"/cms/pages/{sharing.page_id}/edit/", fields)
    assert response.status_code == 302
    assert status_now(afresh(sharing)) == Status.DRAFT
    assert Event.ITEM_UNSCHEDULED in events(sharing)
    run_due(at=LATER)
    assert not afresh(sharing).page.live


def test_it_can_be_taken_back_before_its_hour(house):
    sharing = scheduled_item(house, LATER)
    services.take_back(page=page_of(sharing), actor=house.author, at=NOW)
    run_due(at=LATER)
    assert (afresh(sharing).page.live, status_now(afresh(sharing))) == (False, Status.DRAFT)


def test_whoever_edited_last_cannot_approve_for_later_either(house):
    sharing = make_item(owner=house.border, author=house.author, live=False)
    write(sharing, house.approver, "By the approver")
    set_plan(sharing=sharing, publish_at=LATER, expire_at=None, actor=house.author, at=NOW)
    services.begin_review(sharing=afresh(sharing), requested_by=house.author, at=NOW)
    with pytest.raises(NotAllowed):
        approve(sharing, house.approver)
    run_due(at=LATER)
    assert not afresh(sharing).page.live


def test_dates_changed_since_they_were_shown_are_not_approved_unseen(house):
    sharing = waiting_item(house)
    shown = plan_of(sharing).stamp
    set_plan(sharing=sharing, publish_at=LATER, expire_at=None, actor=house.approver, at=NOW)
    page = page_of(sharing)
    with pytest.raises(ValidationError, match="dates have changed"):
        services.approve(page=page, actor=house.approver, at=NOW, revision_id=page.latest_revision_id, plan=shown)


def test_dates_of_what_waits_are_its_approvers(house):
    sharing = waiting_item(house)
    with pytest.raises(NotAllowed):
        set_plan(sharing=sharing, publish_at=LATER, expire_at=None, actor=house.author, at=NOW)
    set_plan(sharing=sharing, publish_at=LATER, expire_at=None, actor=house.approver, at=NOW)
    assert plan_of(sharing).publish_at == LATER


@pytest.mark.parametrize(
    ("publish_at", "expire_at"), [(NOW - hours(1), None), (LATER, LATER), (None, NOW), (LATER, NOW + hours(1))]
)
def test_dates_in_the_wrong_order_are_refused(house, publish_at, expire_at):
    sharing = make_item(owner=house.border, author=house.author, live=False)
    with pytest.raises(ValidationError):
        set_plan(sharing=sharing, publish_at=publish_at, expire_at=expire_at, actor=house.author, at=NOW)


def test_what_expired_is_the_owners_again_and_never_unpublished(house):
    sharing = make_item(owner=house.border, author=house.author, state="network", marking="GREEN")
    set_plan(sharing=sharing, publish_at=None, expire_at=LATER, actor=house.approver, at=NOW)
    assert Sharing.objects.visible_to(house.french_author, LATER).filter(pk=sharing.pk).exists()
    assert run_due(at=LATER) == 1
    row = afresh(sharing)
    assert (row.state, row.page.live, status_now(row)) == ("withdrawn", True, Status.WITHDRAWN)
    assert not Sharing.objects.visible_to(house.french_author, LATER).filter(pk=sharing.pk).exists()
    assert Sharing.objects.visible_to(house.author, LATER).filter(pk=sharing.pk).exists()
    assert events(sharing)[-1] == Event.ITEM_EXPIRED
    assert run_due(at=LATER) == 0


def test_readers_lose_an_item_earlier_by_its_approver_and_keep_it_longer_by_its_decider_alone(house):
    sharing = make_item(owner=house.border, author=house.author, state="network", marking="GREEN")
    with pytest.raises(NotAllowed):
        set_plan(sharing=sharing, publish_at=None, expire_at=LATER, actor=house.author, at=NOW)
    set_plan(sharing=sharing, publish_at=None, expire_at=LATER, actor=house.approver, at=NOW)
    with pytest.raises(NotAllowed):
        set_plan(sharing=sharing, publish_at=None, expire_at=LATER + hours(1), actor=house.approver, at=NOW)
    with pytest.raises(NotAllowed):
        set_plan(sharing=sharing, publish_at=None, expire_at=None, actor=house.approver, at=NOW)
    set_plan(sharing=sharing, publish_at=None, expire_at=None, actor=house.decider, at=NOW)
    assert plan_of(sharing).expire_at is None


def test_what_lasts_longer_since_is_not_withdrawn(house):
    sharing = make_item(owner=house.border, author=house.author, state="network", marking="GREEN")
    set_plan(sharing=sharing, publish_at=None, expire_at=LATER, actor=house.approver, at=NOW)
    set_plan(sharing=sharing, publish_at=None, expire_at=LATER + hours(3), actor=house.decider, at=NOW)
    assert run_due(at=LATER) == 0
    assert afresh(sharing).state == "network"


def test_author_and_approver_do_it_on_the_pages(house):
    sharing = make_item(owner=house.border, author=house.author, live=False)
    writing, deciding = house.client("author"), house.client("approver")
    here = f"/cms/bulletins/{sharing.uuid}/"
    assert writing.post(here + "dates/", {"publish_at": "2126-01-02T10:00", "expire_at": ""}).status_code == 302
    assert writing.post(here + "submit/").status_code == 302
    shown = deciding.get(here)
    assert b"Approve for this hour" in shown.content
    posted = {"revision": sharing.page.latest_revision_id, "plan": shown.context["plan"].stamp}
    assert deciding.post(here + "approve/", posted).status_code == 302
    assert status_now(afresh(sharing)) == Status.SCHEDULED
    assert not Bulletin.objects.get(pk=sharing.page_id).live
    assert b"Approved, to be published later" in deciding.get("/cms/").content
    refused = writing.post(here + "dates/", {"publish_at": "2020-01-02T10:00"})
    assert (refused.status_code, b"past" in refused.content) == (400, True)


def test_what_is_scheduled_or_published_as_it_stands_is_not_handed_in(house):
    sharing = scheduled_item(house, LATER)
    with pytest.raises(ValidationError, match="not possible now"):
        services.submit(page=page_of(sharing), actor=house.author, at=NOW)
    run_due(at=LATER)
    with pytest.raises(ValidationError, match="not possible now"):
        services.submit(page=page_of(sharing), actor=house.author, at=LATER)
    write(sharing, house.author, "A newer version")
    services.submit(page=page_of(sharing), actor=house.author, at=LATER)
    assert status_now(afresh(sharing)) == Status.WAITING


@pytest.mark.django_db(transaction=True)
def test_what_one_worker_is_at_is_left_to_it_by_the_other(house):
    first, second = scheduled_item(house, LATER), scheduled_item(house, LATER)
    with elsewhere() as pool, transaction.atomic():
        lock(first.pk)
        assert pool.submit(apart, lambda: run_due(at=LATER)).result(PATIENCE) == 1
    assert (afresh(first).page.live, afresh(second).page.live) == (False, True)
    assert run_due(at=LATER) == 1
    assert events(first).count(Event.ITEM_PUBLISHED) == events(second).count(Event.ITEM_PUBLISHED) == 1
