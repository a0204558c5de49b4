"""What stands in the database after a world file was loaded."""

from datetime import UTC, date, datetime

import pytest
from allauth.mfa.models import Authenticator
from wagtail.models import Page, ReferenceIndex, TaskState

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.organisations.models import Membership, Organisation, WorkingGroup
from cms.sharing.models import Recipient
from cms.sharing.rules import allowed
from cms.users.models import User
from cms.users.selectors import in_good_standing
from cms.worlds.audience_check import check_audience
from content_types.models import TopicPage
from search.models import SearchEntry
from tests.worlds.worlds import AT, load, page_of, sharing_of, small

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loaded(db):
    load(small())


def test_organisations_stand_below_their_parents_whatever_their_order_in_the_file():
    north = Organisation.objects.get(key="aa-border-north")

    keys = dict(Organisation.objects.values_list("pk", "key"))
    assert [keys[pk] for pk in north.lineage] == ["aa", "aa-border", "aa-border-north"]


def test_built_in_groups_follow_the_participants():
    members = WorkingGroup.objects.get(key="schengen-states").members

    assert set(members.values_list("organisation__key", flat=True)) == {"aa", "bb"}


def test_a_group_has_its_charter_and_leader_and_the_organisations_and_people_named_each_once():
    group = WorkingGroup.objects.get(key="sea-routes")
    members = group.members.values_list("organisation__key", "user__email")

    assert group.charter == "Departures.\nUntil 2027."
    assert group.leader == User.objects.get(email="ana@aa.example")
    assert sorted(members, key=str) == [("bb", None), (None, "ana@aa.example")]


def test_people_are_in_good_standing_and_have_a_second_factor():
    people = User.objects.filter(is_active=True)

    assert [person.email for person in people if in_good_standing(person, AT)] == ["ana@aa.example", "bo@bb.example"]
    assert Authenticator.objects.filter(type="totp").count() == 3


def test_a_password_holds_and_without_one_nobody_signs_in():
    assert User.objects.get(email="ana@aa.example").check_password("a published password")
    assert not User.objects.get(email="bo@bb.example").has_usable_password()
    assert not User.objects.get(email="cy@ec.example").is_active


def test_memberships_have_their_days_and_competences():
    first, second = Membership.objects.filter(user__email="ana@aa.example").order_by("pk")

    assert (first.role, first.valid_from, first.valid_until) == ("author", None, None)
    assert (second.role, second.valid_from, second.valid_until) == ("officer", date(2020, 1, 1), date(2021, 12, 31))
    competences = {c.element.key: c.countries for c in first.competences.select_related("element")}
    assert competences == {"early-warning": ["DZ", "MA"], "return": []}


def test_a_published_item_is_live_with_its_text_and_revision():
    page = page_of("i-restricted")

    assert page.live
    assert page.live_revision_id == page.latest_revision_id is not None
    assert not page.has_unpublished_changes
    assert page.first_published_at == datetime(2026, 2, 3, 8, tzinfo=UTC)
    assert page.review_date == date(2026, 9, 1)
    assert page.owner == User.objects.get(email="ana@aa.example") == page.live_revision.user
    assert page.slug == str(sharing_of("i-restricted").uuid)
    again = page.latest_revision.as_object()
    assert list(again.body.raw_data) == list(page.body.raw_data)
    assert (again.title, again.pk, again.topic_id) == (page.title, page.pk, page.topic_id)


def test_the_body_becomes_blocks_and_keeps_its_words():
    page = page_of("i-restricted")

    assert [block.block_type for block in page.body] == ["heading", "text", "list", "table", "quotation", "text"]
    assert page.body[3].value["table_header_choice"] == "row"
    assert page.body[4].value["source"] == "a skipper"
    assert "The unknown keeps its words." in page.body_text()


def test_the_review_comes_a_year_after_publication_where_the_file_names_no_day():
    assert page_of("i-public").review_date == date(2025, 2, 28)


def test_a_published_item_has_its_sharing_facts():
    row = sharing_of("i-restricted")

    assert (row.owner.key, row.element.key, row.countries) == ("aa-border", "early-warning", ["DZ", "MA"])
    assert (row.marking, row.state, row.quarantined) == ("AMBER", "restricted", False)
    assert (row.use_limits, row.copies_allowed) == (["H1", "H2"], False)
    assert row.first_shared_at == datetime(2026, 2, 3, 8, tzinfo=UTC)
    assert row.reference.startswith("EW-FI-2026-")
    assert row.version == 1


def test_recipients_are_taken_literally():
    rows = Recipient.objects.filter(sharing=sharing_of("i-restricted"), revoked_at__isnull=True)

    assert rows.count() == 5
    assert rows.filter(organisation__key="bb", purpose="joint analysis").count() == 2
    assert rows.get(organisation__key="aa-border").valid_until == datetime(2020, 1, 1, tzinfo=UTC)
    assert rows.get(group__key="member-states").valid_from == datetime(2090, 1, 1, tzinfo=UTC)


def test_a_quarantined_item_is_so_by_nobody():
    row = sharing_of("i-quarantined")

    assert row.quarantined
    assert row.quarantined_by is None
    assert all(":s" in token for token in row.audience)


def test_a_draft_is_seen_by_nobody_else_and_proposes_what_the_file_says():
    row, page = sharing_of("i-draft"), page_of("i-draft")

    assert not page.live
    assert page.live_revision is None
    assert page.latest_revision is not None
    assert (row.state, row.first_shared_at, row.recipients.count()) == ("owner", None, 0)
    assert (row.proposal.marking, row.proposal.state) == ("CLEAR", "public")
    assert row.proposal.recipients.get(group__key="sea-routes").purpose == "later"


def test_a_submitted_item_waits_for_its_approver_in_its_newest_version():
    page, row = page_of("i-submitted"), sharing_of("i-submitted")
    task_state = TaskState.objects.get(revision=page.latest_revision)

    assert page.current_workflow_state.current_task_state == task_state
    assert page.current_workflow_state.requested_by.email == "ana@aa.example"
    assert task_state.status == "in_progress"
    assert row.proposal.recipients.get().user == User.objects.get(email="bo@bb.example")
    assert not allowed(User.objects.get(email="ana@aa.example"), "approve", row, AT)


def test_the_tree_is_sound_and_topics_are_referred_to():
    topic = TopicPage.objects.get(slug="sea-routes")

    assert Page.find_problems() == ([], [], [], [], [])
    assert topic.title == "Sea routes"
    assert topic.get_parent().slug == "early-warning"
    assert ReferenceIndex.get_references_to(topic).count() == 2


def test_the_index_of_references_is_what_wagtail_makes_of_the_page():
    page = page_of("i-restricted")
    before = set(ReferenceIndex.get_references_for_object(page).values_list("to_object_id", "content_path_hash"))
    ReferenceIndex.create_or_update_for_object(page)

    after = set(ReferenceIndex.get_references_for_object(page).values_list("to_object_id", "content_path_hash"))
    assert before == after


def test_live_items_are_found_and_audiences_agree_with_the_facts():
    assert SearchEntry.objects.count() == 3
    assert check_audience(AT).differences == ()


def test_every_item_and_the_whole_are_on_record():
    assert AuditEvent.objects.filter(event=Event.ITEM_LOADED).count() == 5
    assert AuditEvent.objects.filter(event=Event.ITEM_SUBMITTED).count() == 1
    assert AuditEvent.objects.get(event=Event.WORLD_LOADED).details["items"]["added"] == 5
    assert AuditEvent.objects.filter(event=Event.MEMBERSHIP_CHANGED).count() == 4
    assert AuditEvent.objects.filter(event=Event.TERMS_ACCEPTED).count() == 3
