"""Who publishes what: never the last editor, never another version than the one looked at, never too far."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from wagtail.models import TaskState, WorkflowState

from cms.elements.enums import Ceiling
from cms.organisations.enums import Role
from cms.sharing.exceptions import AboveCeiling, NotAllowed
from cms.sharing.models import Proposal, Sharing
from content_types.models import Bulletin
from tests.admin.forms import bulletin_form
from tests.factories import NOW, make_item, make_person
from workflows import services
from workflows.finish import publish_reviewed
from workflows.models import ApprovalTask

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(house):
    sharing = make_item(owner=house.border, author=house.author, live=False, title="First version")
    services.begin_review(sharing=sharing, requested_by=house.author, at=NOW)
    return page_of(sharing)


def page_of(sharing: Sharing) -> Bulletin:
    page: Bulletin = Bulletin.objects.get(pk=sharing.page_id)
    page.sharing = sharing
    return page


def edit(page: Bulletin, user, title: str = "Another version") -> int:
    page.title = title
    revision: int = page.save_revision(user=user, clean=False).pk
    return revision


def live(page: Bulletin) -> bool:
    return bool(Bulletin.objects.get(pk=page.pk).live)


def test_the_last_editor_cannot_approve(house, waiting):
    revision = edit(waiting, house.approver)
    TaskState.objects.update(revision=revision)
    with pytest.raises(NotAllowed):
        services.approve(page=waiting, actor=house.approver, at=NOW, revision_id=revision)
    assert not live(waiting)


def test_an_author_cannot_approve(house, waiting):
    with pytest.raises(NotAllowed):
        services.approve(page=waiting, actor=house.liaison, at=NOW, revision_id=waiting.latest_revision_id)
    assert not live(waiting)


def test_a_version_saved_meanwhile_is_not_approved_unseen(house, waiting):
    shown = waiting.latest_revision_id
    edit(waiting, house.author)
    with pytest.raises(ValidationError, match="look again"):
        services.approve(page=waiting, actor=house.approver, at=NOW, revision_id=shown)
    assert not live(waiting)


def test_what_waits_is_published_once(house, waiting):
    services.approve(page=waiting, actor=house.approver, at=NOW, revision_id=waiting.latest_revision_id)
    assert live(waiting)
    with pytest.raises(ValidationError, match="any more"):
        services.approve(page=waiting, actor=house.approver, at=NOW, revision_id=waiting.latest_revision_id)


def test_sharing_above_the_ceiling_publishes_nothing(house, waiting):
    Proposal.objects.filter(sharing=waiting.sharing).update(marking="GREEN", state="network")
    house.spain.ceiling = Ceiling.RESTRICTED
    house.spain.save()
    with pytest.raises(AboveCeiling):
        services.approve(page=waiting, actor=house.approver, at=NOW, revision_id=waiting.latest_revision_id)
    assert not live(waiting)
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_IN_PROGRESS


def test_public_is_not_a_matter_of_one_approval(house, waiting):
    Proposal.objects.filter(sharing=waiting.sharing).update(marking="CLEAR", state="public")
    house.spain.ceiling = house.border.ceiling = Ceiling.PUBLIC
    house.spain.save()
    house.border.save()
    with pytest.raises(ValidationError, match="two deciders"):
        services.approve(page=waiting, actor=house.approver, at=NOW, revision_id=waiting.latest_revision_id)
    assert not live(waiting)


def test_the_engine_alone_cannot_publish(house, waiting):
    state = TaskState.objects.get()
    with pytest.raises(PermissionDenied):
        state.approve(user=house.approver)
    with pytest.raises(PermissionDenied):
        publish_reviewed(state.workflow_state, user=house.approver)
    with pytest.raises(PermissionDenied):
        ApprovalTask.objects.get().on_action(state, house.approver, "approve")
    assert not live(waiting)


def test_a_return_needs_a_reason(house, waiting):
    with pytest.raises(ValidationError):
        services.return_to_author(page=waiting, actor=house.approver, at=NOW, reason=" ")
    response = house.client("approver").post(f"/cms/bulletins/{waiting.sharing.uuid}/return/", {"reason": ""})
    assert (response.status_code, WorkflowState.objects.get().status) == (400, WorkflowState.STATUS_IN_PROGRESS)


def test_an_incomplete_text_is_not_submitted(house):
    page = page_of(make_item(owner=house.border, author=house.author, live=False))
    page.summary, page.body = "", []
    page.save_revision(user=house.author, clean=False)
    with pytest.raises(ValidationError) as refused:
        services.submit(page=page, actor=house.author, at=NOW)
    assert set(refused.value.message_dict) == {"summary", "body"}


@pytest.mark.parametrize("action", ["action-publish", "action-workflow-action", "action-restart-workflow"])
def test_no_post_to_the_editor_publishes(house, action):
    sharing = make_item(owner=house.border, author=house.author, live=False)
    fields = bulletin_form(owner=house.border, loaded_revision_id=sharing.page.latest_revision_id)
    posted = fields | {action: "1", "workflow-action-name": "approve", "go_live_at": "2020-01-01 00:00"}
    address = reverse("wagtailadmin_pages:edit", args=[sharing.page_id])
    assert house.client("approver").post(address, posted).status_code == 302
    page = Bulletin.objects.get(pk=sharing.page_id)
    assert (page.live, page.get_latest_revision_as_object().title) == (False, fields["title"])
    assert page.go_live_at is None


def test_saving_what_waits_makes_it_a_draft_again(house, waiting):
    fields = bulletin_form(owner=house.border, loaded_revision_id=waiting.latest_revision_id)
    address = reverse("wagtailadmin_pages:edit", args=[waiting.pk])
    assert house.client("author").post(address, fields).status_code == 302
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_CANCELLED


def test_an_approver_above_and_a_second_approver_help_out(house, waiting):
    second = make_person(house.border, Role.APPROVER, name="Second Approver")
    fields = bulletin_form(owner=house.border, loaded_revision_id=waiting.latest_revision_id, title="Mended")
    address = reverse("wagtailadmin_pages:edit", args=[waiting.pk])
    assert house.client("approver").post(address, fields).status_code == 302
    page = page_of(waiting.sharing)
    services.submit(page=page, actor=house.approver, at=NOW)
    with pytest.raises(NotAllowed):
        services.approve(page=page, actor=house.approver, at=NOW, revision_id=page.latest_revision_id)
    services.approve(page=page, actor=second, at=NOW, revision_id=page.latest_revision_id)
    assert Bulletin.objects.get(pk=page.pk).title == "Mended"
