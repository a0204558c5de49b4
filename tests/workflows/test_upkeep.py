"""Reviews, topics, closing, locks and comments."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from cms.audit.enums import Event
from cms.notifications.models import OutboxRow
from cms.organisations.enums import Role
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Supersession
from content_types.draft_scope import DraftViewer
from content_types.models import Bulletin, ElementPage, TopicPage
from tests.admin.forms import bulletin_form
from tests.factories import NOW, ItemFacts, hours, make_item, make_person, set_facts
from tests.workflows.scenes import afresh, events, write
from workflows import comments, presence, upkeep
from workflows.enums import Status
from workflows.models import DraftComment, DraftOpening
from workflows.reminders import remind
from workflows.selectors import reviews_due, status_now

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def item(house):
    return make_item(owner=house.border, author=house.author, state="network", marking="GREEN")


def here(sharing, rest: str = "") -> str:
    return f"/cms/bulletins/{sharing.uuid}/{rest}"


def due_for(user) -> list[int]:
    return [row.pk for row in reviews_due(DraftViewer(user, NOW))]


def test_what_is_due_is_listed_for_those_who_may_edit_it(house, item):
    Bulletin.objects.filter(pk=item.page_id).update(review_date=TODAY)
    assert due_for(house.author) == due_for(house.approver) == [item.pk]
    assert due_for(house.french_author) == due_for(house.decider) == due_for(house.liaison) == []
    text = house.client("author").get("/cms/bulletins/reviews/").content.decode()
    assert item.reference in text


@pytest.mark.parametrize(
    ("day", "state", "listed"),
    [(TODAY + timedelta(days=1), "network", 0), (TODAY, "withdrawn", 0), (TODAY - timedelta(days=400), "network", 1)],
)
def test_only_what_is_due_and_still_shared_is_listed(house, day, state, listed):
    sharing = make_item(owner=house.border, author=house.author, state=state, marking="GREEN")
    Bulletin.objects.filter(pk=sharing.page_id).update(review_date=day)
    assert len(due_for(house.author)) == listed


def test_still_right_moves_the_day_and_makes_no_new_version(house, item):
    Bulletin.objects.filter(pk=item.page_id).update(review_date=TODAY)
    response = house.client("author").post(here(item, "review/"), {"next_on": "2126-10-01"})
    assert response.status_code == 302
    page = Bulletin.objects.get(pk=item.page_id)
    assert (page.review_date, page.latest_revision_id) == (date(2126, 10, 1), item.page.latest_revision_id)
    assert page.get_latest_revision_as_object().review_date == date(2126, 10, 1)
    assert (page.has_unpublished_changes, due_for(house.author)) == (False, [])
    assert events(item)[-1] == Event.ITEM_REVIEWED


def test_a_review_that_lies_behind_is_refused(house, item):
    with pytest.raises(ValidationError):
        upkeep.review(sharing=item, next_on=TODAY, actor=house.author, at=NOW)
    with pytest.raises(NotAllowed):
        upkeep.review(sharing=item, next_on=TODAY + timedelta(days=9), actor=house.decider, at=NOW)


@pytest.fixture
def topic(db) -> TopicPage:
    element = ElementPage.objects.get(element__code="EW")
    page: TopicPage = element.add_child(instance=TopicPage(title="Sea routes", slug="sea-routes"))
    return page


@pytest.mark.parametrize(("who", "status"), [("author", 302), ("approver", 302), ("decider", 404), ("liaison", 404)])
def test_authors_and_approvers_put_an_item_under_a_topic(house, item, topic, who, status):
    write(item, house.author, "A newer draft")
    response = house.client(who).post(here(item, "move/"), {"topic": topic.pk})
    assert response.status_code == status
    page = Bulletin.objects.get(pk=item.page_id)
    moved = status == 302
    assert (page.topic == topic, page.get_latest_revision_as_object().topic == topic) == (moved, moved)
    assert page.get_latest_revision_as_object().title == "A newer draft"


def test_a_curator_moves_what_a_curator_may_read_and_nothing_else(house, item, topic):
    hidden = make_item(owner=house.border, author=house.author)
    client = house.client("curator")
    assert client.get(here(item, "move/")).status_code == 200
    assert client.post(here(item, "move/"), {"topic": topic.pk}).status_code == 302
    assert Bulletin.objects.get(pk=item.page_id).topic == topic
    assert afresh(item).owner == house.border
    assert client.get(here(hidden, "move/")).status_code == 404
    assert client.get(here(item)).status_code == 404


def test_a_topic_of_another_element_is_refused(house, item, topic):
    elsewhere = ElementPage.objects.get(element__code="RE").add_child(instance=TopicPage(title="R", slug="r"))
    with pytest.raises(ValidationError):
        upkeep.move(sharing=item, topic=elsewhere, actor=house.approver, at=NOW)
    assert house.client("approver").post(here(item, "move/"), {"topic": elsewhere.pk}).status_code == 400


def test_a_matter_is_closed_with_a_reason_and_opened_again(house, item):
    client = house.client("approver")
    assert client.post(here(item, "close/"), {"reason": " "}).status_code == 400
    assert client.post(here(item, "close/"), {"reason": "The route is not used any more."}).status_code == 302
    assert status_now(afresh(item)) == Status.CLOSED
    assert "not used any more" in house.client("author").get(here(item)).content.decode()
    assert house.client("author").post(here(item, "reopen/")).status_code == 302
    assert status_now(afresh(item)) == Status.CLOSED
    assert client.post(here(item, "reopen/")).status_code == 302
    assert status_now(afresh(item)) == Status.PUBLISHED
    told = [event for event in events(item) if event in {Event.ITEM_CLOSED, Event.ITEM_REOPENED}]
    assert told == [Event.ITEM_CLOSED, Event.ITEM_REOPENED]


@pytest.mark.parametrize("who", ["author", "liaison", "french_author", "curator"])
def test_closing_is_for_those_who_may_withdraw(house, item, who):
    assert house.client(who).get(here(item, "close/")).status_code == 404


def test_who_is_editing_is_told_to_those_who_may_edit(house):
    sharing = make_item(owner=house.border, author=house.author, live=False)
    edit = f"/cms/pages/{sharing.page_id}/edit/"
    assert house.client("author").get(edit).status_code == 200
    assert "Aina Author is editing since" in house.client("approver").get(here(sharing)).content.decode()
    assert "Aina Author is editing since" in house.client("approver").get(edit).content.decode()
    assert "is editing since" not in house.client("decider").get(here(sharing)).content.decode()
    assert "Aina Author is editing" not in house.client("author").get(here(sharing)).content.decode()


def test_whoever_saved_is_not_editing_any_more(house):
    sharing = make_item(owner=house.border, author=house.author, live=False)
    client = house.client("author")
    edit = f"/cms/pages/{sharing.page_id}/edit/"
    client.get(edit)
    fields = bulletin_form(owner=house.border, loaded_revision_id=sharing.page.latest_revision_id)
    assert client.post(edit, fields).status_code == 302
    assert "is editing since" not in house.client("approver").get(here(sharing)).content.decode()


def test_openings_are_forgotten(house, item):
    presence.opened(sharing=item, user=house.approver, at=NOW)
    assert presence.others_at_work(item, house.author, NOW + hours(0.4))
    assert not presence.others_at_work(item, house.author, NOW + hours(0.6))
    assert presence.forget_openings(at=NOW + hours(1)) == 1
    assert not DraftOpening.objects.exists()


def test_nobody_saves_a_text_that_somebody_else_keeps_locked(house):
    sharing = make_item(owner=house.border, author=house.author, live=False)
    assert house.client("author").post(here(sharing, "lock/")).status_code == 302
    edit = f"/cms/pages/{sharing.page_id}/edit/"
    fields = bulletin_form(owner=house.border, loaded_revision_id=sharing.page.latest_revision_id)
    client = house.client("approver")
    refused = client.post(edit, fields | {"title": "Typed in vain?"})
    assert (refused.status_code, "Typed in vain?" in refused.content.decode()) == (200, True)
    assert "keeps this text locked" in refused.content.decode()
    assert Bulletin.objects.get(pk=sharing.page_id).latest_revision_id == sharing.page.latest_revision_id
    client.post(here(sharing, "unlock/"))
    assert presence.lock_of(sharing, NOW.replace(year=2100)) is None
    house.client("author").post(here(sharing, "unlock/"))
    assert client.post(edit, fields).status_code == 302


def test_a_lock_ends_by_itself_and_is_taken_over_then(house, item):
    presence.lock_draft(sharing=item, actor=house.author, at=NOW)
    with pytest.raises(NotAllowed):
        presence.lock_draft(sharing=item, actor=house.approver, at=NOW + hours(7))
    presence.lock_draft(sharing=item, actor=house.approver, at=NOW + hours(8))
    with pytest.raises(NotAllowed):
        presence.unlock_draft(sharing=item, actor=house.author, at=NOW + hours(8))


def test_comments_are_for_those_who_work_on_the_item(house):
    sharing = make_item(owner=house.border, author=house.author, live=False)
    version = here(sharing, f"versions/{sharing.page.latest_revision_id}/")
    client = house.client("approver")
    assert client.post(version + "comment/", {"text": "Which port?"}).status_code == 302
    assert "Which port?" in house.client("author").get(here(sharing)).content.decode()
    assert house.client("french_author").post(version + "comment/", {"text": "Me too"}).status_code == 404
    said = DraftComment.objects.get()
    assert house.client("author").post(here(sharing, f"comments/{said.pk}/settle/")).status_code == 302
    said.refresh_from_db()
    assert said.resolved_by == house.author
    assert "Which port?" not in house.client("author").get(here(sharing)).content.decode()
    assert "Which port?" in house.client("author").get(version).content.decode()
    assert events(sharing).count(Event.DRAFT_COMMENTED) == 2


def test_a_decider_reads_comments_and_writes_none(house, item):
    with pytest.raises(NotAllowed):
        comments.comment(sharing=item, revision_id=item.page.latest_revision_id, text="No", actor=house.decider, at=NOW)
    other = make_item(owner=house.border, author=house.author)
    with pytest.raises(ValidationError, match="no version"):
        comments.comment(sharing=item, revision_id=other.page.latest_revision_id, text="No", actor=house.author, at=NOW)


def test_a_comment_of_another_item_is_absent(house, item):
    other = make_item(owner=house.france, author=house.french_author)
    comments.comment(
        sharing=other, revision_id=other.page.latest_revision_id, text="canary", actor=house.french_author, at=NOW
    )
    said = DraftComment.objects.get()
    assert house.client("author").post(here(item, f"comments/{said.pk}/settle/")).status_code == 404
    make_person(house.france, Role.APPROVER)
    said.refresh_from_db()
    assert said.resolved_at is None


def test_those_who_may_edit_are_reminded_of_a_review_once(house, item):
    Bulletin.objects.filter(pk=item.page_id).update(review_date=TODAY)
    assert remind(at=NOW) == 1
    assert remind(at=NOW + hours(24)) == 0
    queued = OutboxRow.objects.get(kind="notify", payload__kind="review_due")
    assert queued.payload["users"] == sorted([house.author.pk, house.approver.pk])
    assert item.page.title not in str(queued.payload)
    upkeep.review(sharing=item, next_on=TODAY + timedelta(days=10), actor=house.author, at=NOW)
    assert remind(at=NOW + hours(24 * 11)) == 1


def test_what_is_not_due_reminds_nobody(house, item):
    Bulletin.objects.filter(pk=item.page_id).update(review_date=TODAY + timedelta(days=1))
    assert remind(at=NOW) == 0


def test_what_takes_an_items_place_is_told_where_one_works_on_both(house, item):
    newer = make_item(owner=house.border, author=house.author, title="The newer one")
    Supersession.objects.create(older=item, newer=newer, made_by=house.approver, made_at=NOW)
    assert "The newer one" in house.client("author").get(here(item)).content.decode()
    set_facts(newer, ItemFacts(quarantined=True))
    assert "The newer one" not in house.client("author").get(here(item)).content.decode()
