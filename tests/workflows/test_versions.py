"""History, comparison, going back, discarding: for those who work on the item, and never touching who reads it."""

import pytest
from wagtail.models import Page, Revision

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.rules import Ask
from cms.sharing.services import revoke
from content_types.drafts import EditedMeanwhile
from content_types.models import Bulletin
from tests.factories import NOW, make_item
from tests.workflows.scenes import afresh, events, page_of, waiting_item, write
from workflows import services, versions
from workflows.enums import Status
from workflows.selectors import status_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(house) -> Sharing:
    """A published item with a newer draft."""
    sharing = make_item(
        owner=house.border,
        author=house.author,
        state="restricted",
        marking="AMBER",
        recipients=[house.france],
        title="As readers see it",
        body="Three boats were seen.",
    )
    write(sharing, house.approver, "As it will be", body=[("text", "<p>Four boats were seen.</p>")])
    return afresh(sharing)


def here(sharing: Sharing, rest: str = "") -> str:
    return f"/cms/bulletins/{sharing.uuid}/{rest}"


def test_the_history_tells_who_did_what_with_which_version(house):
    sharing = waiting_item(house)
    client = house.client("approver")
    client.post(here(sharing, "return/"), {"reason": "Name the port."})
    text = client.get(here(sharing, "history/")).content.decode()
    for word in ("Aina Author", "Ada Approver", "Item submitted", "Item returned", "Name the port."):
        assert word in text


@pytest.mark.parametrize("who", ["officer", "french_author", "curator", "liaison"])
@pytest.mark.parametrize("rest", ["history/", "compare/", "versions/{first}/", "versions/{first}/revert/", "discard/"])
def test_for_others_it_does_not_exist(house, item, who, rest):
    first = Revision.objects.filter(object_id=str(item.page_id)).order_by("created_at").first().pk
    response = house.client(who).get(here(item, rest.format(first=first)))
    assert response.status_code == 404


def test_a_version_of_another_item_is_absent(house, item):
    other = make_item(owner=house.border, author=house.author)
    assert house.client("author").get(here(item, f"versions/{other.page.latest_revision_id}/")).status_code == 404
    query = f"compare/?older={other.page.latest_revision_id}"
    assert house.client("author").get(here(item, query)).status_code == 404


def test_an_older_version_is_read_and_that_is_on_record(house, item):
    first = item.page.live_revision_id
    text = house.client("author").get(here(item, f"versions/{first}/")).content.decode()
    assert "Three boats were seen." in text
    viewed = AuditEvent.objects.filter(event=Event.DRAFT_VIEWED).latest("pk")
    assert (viewed.version, viewed.item) == (first, item.uuid)


def test_two_versions_are_compared_field_by_field(house, item):
    response = house.client("author").get(here(item, "compare/"))
    assert [found.label for found in response.context["differences"]] == ["Title", "Body"]
    body = response.content.decode()
    assert ("Three" in body, "Four" in body) == (True, True)


def test_what_stands_in_a_text_is_shown_as_text(house):
    sharing = make_item(owner=house.border, author=house.author, title="plain")
    write(sharing, house.author, "<script>alert(1)</script>", summary="<img src=x onerror=alert(1)>")
    text = house.client("author").get(here(sharing, "compare/")).content.decode()
    assert ("<script>alert" in text, "<img src=x" in text) == (False, False)


def test_going_back_makes_a_draft_and_leaves_the_sharing_alone(house, item):
    revoke(recipient=item.recipients.get(), actor=house.approver, at=NOW, reason="")
    newest = item.page.latest_revision_id
    address = here(item, f"versions/{item.page.live_revision_id}/revert/")
    client = house.client("author")
    assert client.get(address).status_code == 200
    assert client.post(address, {"opened": newest}).status_code == 302
    row = afresh(item)
    assert row.page.specific.get_latest_revision_as_object().title == "As readers see it"
    assert row.page.latest_revision.user == house.author
    assert row.recipients.filter(revoked_at__isnull=True).count() == 0
    assert (row.state, row.marking) == ("restricted", "AMBER")
    assert events(item)[-1] == Event.ITEM_REVERTED
    assert row.page.live_revision_id == item.page.live_revision_id


def test_whoever_went_back_edited_last(house, item):
    versions.revert(
        sharing=item,
        to=item.page.live_revision_id,
        opened=item.page.latest_revision_id,
        actor=house.approver,
        at=NOW,
    )
    assert not house.approver.has_perm("sharing.approve", Ask(afresh(item), NOW))


def test_nobody_goes_back_over_a_version_they_have_not_seen(house, item):
    shown = item.page.latest_revision_id
    write(item, house.approver, "Saved meanwhile")
    with pytest.raises(EditedMeanwhile):
        versions.revert(sharing=item, to=item.page.live_revision_id, opened=shown, actor=house.author, at=NOW)


def test_changes_are_discarded_and_readers_see_what_they_saw(house, item):
    live = item.page.live_revision_id
    client = house.client("author")
    assert b"Compare with what readers see" in client.get(here(item)).content
    assert client.post(here(item, "discard/"), {"opened": item.page.latest_revision_id}).status_code == 302
    page = Bulletin.objects.get(pk=item.page_id)
    assert (page.title, page.live_revision_id, page.has_unpublished_changes) == ("As readers see it", live, False)
    assert page.get_latest_revision_as_object().title == "As readers see it"
    assert status_now(afresh(item)) == Status.PUBLISHED
    assert events(item)[-1] == Event.DRAFT_DISCARDED
    assert client.get(here(item, "discard/")).status_code == 404


def test_what_came_back_and_is_discarded_is_returned_no_more(house, item):
    services.begin_review(sharing=item, requested_by=house.author, at=NOW)
    services.return_to_author(page=page_of(item), actor=house.approver, at=NOW, reason="No")
    versions.discard_changes(sharing=item, opened=afresh(item).page.latest_revision_id, actor=house.author, at=NOW)
    assert status_now(afresh(item)) == Status.PUBLISHED


def test_a_draft_that_was_never_published_is_deleted_and_the_trail_remembers(house):
    sharing = make_item(owner=house.border, author=house.author, live=False)
    client = house.client("author")
    assert client.get(here(sharing, "discard/")).status_code == 200
    assert client.post(here(sharing, "discard/"), {"opened": sharing.page.latest_revision_id}).status_code == 302
    assert not Sharing.objects.filter(pk=sharing.pk).exists()
    assert not Page.objects.filter(pk=sharing.page_id).exists()
    assert not Revision.objects.filter(object_id=str(sharing.page_id)).exists()
    gone = AuditEvent.objects.get(item=sharing.uuid, event=Event.DRAFT_DISCARDED)
    assert gone.details["reference"] == sharing.reference
    assert Bulletin.find_problems() == ([], [], [], [], [])


def test_what_was_published_once_is_never_deleted(house, item):
    with pytest.raises(Exception, match="withdraw"):
        versions.discard_draft(sharing=item, opened=item.page.latest_revision_id, actor=house.author, at=NOW)
    assert Sharing.objects.filter(pk=item.pk).exists()


def test_what_waits_is_taken_back_before_it_is_discarded(house):
    sharing = waiting_item(house)
    assert house.client("author").get(here(sharing, "discard/")).status_code == 404
    with pytest.raises(Exception, match="Take it back"):
        versions.discard_draft(sharing=sharing, opened=sharing.page.latest_revision_id, actor=house.author, at=NOW)


def test_people_of_another_participant_are_not_told_by_name(house, item):
    write(item, house.french_author, "From elsewhere")
    newest = afresh(item).page.latest_revision_id
    client = house.client("author")
    for rest in ("", "history/", "compare/", f"versions/{newest}/"):
        text = client.get(here(item, rest)).content.decode()
        assert ("Otto Author" in text, "somebody of another participant" in text) == (False, True), rest
    assert "Otto Author" not in client.get("/cms/").content.decode()


def test_a_decider_sees_drafts_and_changes_none(house, item):
    client = house.client("decider")
    assert client.get(here(item, "history/")).status_code == 200
    revert = here(item, f"versions/{item.page.live_revision_id}/revert/")
    assert (client.get(revert).status_code, client.get(here(item, "discard/")).status_code) == (404, 404)
    with pytest.raises(NotAllowed):
        versions.discard_changes(sharing=item, opened=item.page.latest_revision_id, actor=house.decider, at=NOW)


def test_an_older_version_goes_with_the_current_one(house, item):
    first = item.page.live_revision_id
    assert house.client("author").get(here(item, f"versions/{first}/")).status_code == 200
    Sharing.objects.filter(pk=item.pk).update(quarantined=True, audience=[])
    assert house.client("author").get(here(item, f"versions/{first}/")).status_code == 404
    assert page_of(item).live
