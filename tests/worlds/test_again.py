"""Loading again: equal objects are left alone, different ones are brought to the file, replaced ones go."""

from datetime import timedelta

import pytest
from wagtail.models import Page, Revision, WorkflowState

from cms.audit.models import AuditEvent
from cms.organisations.models import GroupMember, Membership, Organisation, WorkingGroup
from cms.sharing.models import Proposal, Recipient, Sharing
from cms.users.models import User
from cms.worlds.audience_check import check_audience
from cms.worlds.models import WorldObject
from cms.worlds.problems import WorldRefused
from content_types.models import Bulletin
from search.models import SearchEntry
from tests.factories import make_item
from tests.worlds.worlds import AT, item_of, load, page_of, sharing_of, small

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(days=1)


def _everything():
    """Return what loading may touch, as values."""
    return {
        "sharing": list(Sharing.objects.order_by("pk").values()),
        "recipients": list(Recipient.objects.order_by("pk").values()),
        "proposals": list(Proposal.objects.order_by("pk").values()),
        "pages": list(Bulletin.objects.order_by("pk").values()),
        "revisions": list(Revision.objects.order_by("pk").values()),
        "reviews": list(WorkflowState.objects.order_by("pk").values()),
        "users": list(User.objects.order_by("pk").values()),
        "memberships": list(Membership.objects.order_by("pk").values()),
        "members": list(GroupMember.objects.order_by("pk").values()),
        "organisations": list(Organisation.objects.order_by("pk").values()),
        "entries": list(SearchEntry.objects.order_by("pk").values()),
        "keys": list(WorldObject.objects.order_by("pk").values()),
        "audit": AuditEvent.objects.count(),
    }


def _others(before, key):
    """Return the sharing rows of all items but one."""
    return [row for row in before if row["uuid"] != sharing_of(key).uuid]


@pytest.fixture
def world(db):
    load(small())
    return small()


def test_loading_twice_changes_nothing(world):
    before = _everything()

    outcome = load(world, at=LATER)

    assert _everything() == before
    assert not outcome.changed_anything
    assert [counts.unchanged for counts in outcome.sections.values()] == [6, 1, 3, 5]


def test_a_changed_text_is_published_as_a_new_version_and_nothing_else_is_touched(world):
    before = list(Sharing.objects.values())
    old = page_of("i-restricted").live_revision_id
    item_of(world, "i-restricted")["body"] = "<p>Another body with the word zebra.</p>"

    outcome = load(world, at=LATER)

    page = page_of("i-restricted")
    assert outcome.items.numbers == {"added": 0, "changed": 1, "unchanged": 4, "removed": 0}
    assert page.live_revision_id == page.latest_revision_id != old
    assert (page.last_published_at, page.live_revision.created_at) == (LATER, LATER)
    assert page.first_published_at < AT
    assert "zebra" in SearchEntry.objects.get(uuid=page.slug).body
    assert page.latest_revision.as_object().body_text() == "Another body with the word zebra."
    assert _others(list(Sharing.objects.values()), "i-restricted") == _others(before, "i-restricted")


def test_a_change_of_sharing_revokes_and_adds_without_a_new_version(world):
    before = page_of("i-restricted").latest_revision_id
    kept = Recipient.objects.get(user__email="cy@ec.example", sharing=sharing_of("i-restricted"))
    item = item_of(world, "i-restricted")
    item |= {"marking": "AMBER+STRICT", "recipients": [item["recipients"][4], {"to": "org:bb-border"}]}

    load(world, at=LATER)

    row = sharing_of("i-restricted")
    in_force = Recipient.objects.filter(sharing=row, revoked_at__isnull=True)
    assert row.marking == "AMBER+STRICT"
    assert kept in in_force
    assert in_force.get(organisation__key="bb-border").granted_at == LATER
    assert in_force.count() == 2
    assert Recipient.objects.filter(sharing=row, revoked_at=LATER).count() == 4
    assert page_of("i-restricted").latest_revision_id == before
    assert row.version == 2
    assert check_audience(LATER).differences == ()


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"owner": "bb-border"}, "owner__key", "bb-border"),
        ({"element": "early-warning"}, "element__key", "early-warning"),
        ({"countries": ["AF"]}, "countries", ["AF"]),
        ({"state": "withdrawn"}, "state", "withdrawn"),
        ({"quarantined": True}, "quarantined", True),
        ({"use_limits": ["H3"]}, "use_limits", ["H3"]),
        ({"copies_allowed": False}, "copies_allowed", False),
        ({"author": "bo@bb.example"}, "author__email", "bo@bb.example"),
        ({"published_at": "2024-03-01T00:00:00Z"}, "first_shared_at__day", 1),
    ],
)
def test_each_fact_is_brought_to_the_file(world, change, field, value):
    item_of(world, "i-public").update(change, review_date="2025-02-28")

    outcome = load(world, at=LATER)

    assert outcome.items.changed == 1
    assert Sharing.objects.filter(uuid=sharing_of("i-public").uuid, **{field: value}).exists()
    assert check_audience(LATER).differences == ()
    assert not load(world, at=LATER).changed_anything


def test_a_draft_is_published_as_it_stands(world):
    before = page_of("i-draft").latest_revision_id
    item = item_of(world, "i-draft")
    item |= {"summary": "S.", "body": "B.", "information_date": "2026-01-01", "review_date": None}
    load(world)
    item |= {"status": "published", "published_at": "2026-10-01T00:00:00Z"}

    load(world, at=LATER)

    page, row = page_of("i-draft"), sharing_of("i-draft")
    assert page.live
    assert page.live_revision_id == page.latest_revision_id != before
    assert (row.state, row.marking) == ("public", "CLEAR")
    assert row.recipients.get().group == WorkingGroup.objects.get(key="sea-routes")
    assert SearchEntry.objects.filter(uuid=page.slug).exists()
    assert not load(world, at=LATER).changed_anything


def test_a_submitted_item_is_published_and_waits_no_more(world):
    item_of(world, "i-submitted").update(status="published", published_at="2026-10-01T00:00:00Z")

    load(world, at=LATER)

    assert page_of("i-submitted").current_workflow_state is None
    assert page_of("i-submitted").live
    assert not load(world, at=LATER).changed_anything


def test_a_published_item_becomes_a_draft_that_nobody_finds(world):
    item_of(world, "i-restricted").update(status="draft")

    load(world, at=LATER)

    page, row = page_of("i-restricted"), sharing_of("i-restricted")
    assert (page.live, page.live_revision_id, page.first_published_at) == (False, None, None)
    assert (row.state, row.first_shared_at) == ("owner", None)
    assert not row.recipients.filter(revoked_at__isnull=True).exists()
    assert not SearchEntry.objects.filter(uuid=page.slug).exists()
    assert not load(world, at=LATER).changed_anything


def test_a_draft_is_submitted_and_taken_back(world):
    item_of(world, "i-submitted").update(status="draft")
    load(world, at=LATER)
    assert page_of("i-submitted").current_workflow_state is None

    item_of(world, "i-submitted").update(status="submitted", title="Submitted again")
    load(world, at=LATER)

    page = page_of("i-submitted")
    assert page.current_workflow_state.current_task_state.revision_id == page.latest_revision_id
    assert page.latest_revision.content["title"] == "Submitted again"
    assert not load(world, at=LATER).changed_anything


def test_a_later_draft_of_a_live_item_stays_where_only_its_sharing_changes(world):
    page = page_of("i-public")
    page.title = "Somebody's draft"
    draft = page.save_revision()
    item_of(world, "i-public").update(state="network")

    load(world, at=LATER)

    page = page_of("i-public")
    assert (page.title, page.latest_revision_id) == ("Public figures", draft.pk)
    assert page.live_revision_id != draft.pk
    assert page.has_unpublished_changes


def test_people_are_brought_to_the_file(world):
    user = world["users"][0]
    user |= {"name": "Ana Otherwise", "active": False, "password": "another published password"}
    user["memberships"][1]["role"] = "decider"
    kept = Membership.objects.get(user__email="ana@aa.example", role="author").pk

    outcome = load(world, at=LATER)

    ana = User.objects.get(email="ana@aa.example")
    assert outcome.users.numbers == {"added": 0, "changed": 1, "unchanged": 2, "removed": 0}
    assert (ana.name, ana.is_active) == ("Ana Otherwise", False)
    assert ana.check_password("another published password")
    assert sorted(ana.memberships.values_list("role", flat=True)) == ["author", "decider"]
    assert ana.memberships.get(role="author").pk == kept


def test_organisations_and_groups_are_brought_to_the_file(world):
    world["organisations"][1] |= {"parent": "aa", "name": "Northern authority", "kind": "authority"}
    world["groups"][0] = {"key": "sea-routes", "name": "Sea", "leader": "bo@bb.example", "members": ["org:aa-border"]}

    outcome = load(world, at=LATER)

    north, aa = Organisation.objects.get(key="aa-border-north"), Organisation.objects.get(key="aa")
    assert north.lineage == [aa.pk, north.pk]
    assert (outcome.organisations.changed, outcome.groups.changed) == (1, 1)
    member = GroupMember.objects.select_related("group").get(group__key="sea-routes")
    assert member.organisation == Organisation.objects.get(key="aa-border")
    assert member.group.charter == "Departures.\nUntil 2027."
    assert member.group.leader == User.objects.get(email="bo@bb.example")


def test_organisations_of_several_files_are_one(world):
    outcome = load({"organisations": [*world["organisations"][:1], {"key": "zz", "name": "Z", "kind": "agency"}]})

    assert (outcome.organisations.unchanged, outcome.organisations.added) == (1, 1)
    assert Sharing.objects.count() == 5


def test_replace_removes_what_came_from_files_and_nothing_else(world):
    own = make_item(owner=Organisation.objects.get(key="aa"), title="Made by hand")
    page_ids = list(Bulletin.objects.exclude(pk=own.page_id).values_list("pk", flat=True))

    outcome = load({"items": []}, replace=True, at=LATER)

    assert [counts.removed for counts in outcome.sections.values()] == [0, 1, 3, 5]
    assert list(Sharing.objects.values_list("pk", flat=True)) == [own.pk]
    assert list(SearchEntry.objects.values_list("pk", flat=True)) == [own.pk]
    assert not Revision.objects.filter(object_id__in=[str(key) for key in page_ids]).exists()
    assert not WorkflowState.objects.exists()
    assert not WorldObject.objects.exists()
    assert not User.objects.exists()
    assert Organisation.objects.count() == 6
    assert Page.find_problems() == ([], [], [], [], [])


def test_replace_with_the_same_file_gives_the_same_world_with_new_identifiers(world):
    before = sharing_of("i-public").uuid

    outcome = load(world, replace=True, at=LATER)

    assert outcome.items.numbers == {"added": 5, "changed": 0, "unchanged": 0, "removed": 5}
    assert sharing_of("i-public").uuid != before
    assert not load(world, at=LATER).changed_anything


def test_replace_keeps_whom_other_items_name_where_the_new_file_has_them_too(world):
    ana = User.objects.get(email="ana@aa.example")
    make_item(owner=Organisation.objects.get(key="aa"), state="restricted", recipients=[ana])

    assert load(world, replace=True, at=LATER).users.numbers == {"added": 2, "changed": 0, "unchanged": 1, "removed": 2}
    with pytest.raises(WorldRefused, match="named by items or groups that did not come from a world file"):
        load({"items": []}, replace=True, at=LATER)
    assert Sharing.objects.count() == 6


def test_replace_leaves_accounts_that_were_there_before_the_file(db):
    User.objects.create_user("ana@aa.example", name="Ana of old")
    load(small())

    load({"items": []}, replace=True, at=LATER)

    assert list(User.objects.values_list("email", flat=True)) == ["ana@aa.example"]


def test_a_wrong_file_removes_nothing(world):
    before = _everything()

    with pytest.raises(WorldRefused):
        load({"items": [{}]}, replace=True, at=LATER)

    assert _everything() == before


def test_items_that_went_by_other_means_are_added_again(world):
    Bulletin.objects.get(pk=sharing_of("i-public").page_id).delete()

    assert load(world, at=LATER).items.numbers == {"added": 1, "changed": 0, "unchanged": 4, "removed": 0}
    assert page_of("i-public").live
