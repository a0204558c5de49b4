"""National validation: added by an organisation, or demanded by the Commission, and never passed by."""

import pytest
from django.core.exceptions import ValidationError

from cms.audit.enums import Event
from cms.organisations.enums import Role
from cms.sharing.exceptions import NotAllowed
from content_types.draft_scope import DraftViewer
from tests.factories import NOW, element, make_person
from tests.workflows.scenes import afresh, approve, events, page_of, waiting_item, write
from workflows import services
from workflows.enums import Frame, Status
from workflows.models import Validation
from workflows.selectors import status_now, validating_for, waiting_for
from workflows.validation import set_frame, set_step

pytestmark = pytest.mark.django_db


@pytest.fixture
def step(house):
    set_step(organisation=house.spain, element=element("EW"), on=True, actor=house.decider, at=NOW)


def validate(sharing, user) -> None:
    page = page_of(sharing)
    services.validate(page=page, actor=user, at=NOW, revision_id=page.latest_revision_id)


def test_what_needs_validation_is_not_approved_without_it(house, step):
    sharing = waiting_item(house)
    assert status_now(sharing) == Status.VALIDATION
    with pytest.raises(ValidationError, match="national validation"):
        approve(sharing, house.approver)
    validate(sharing, house.approver)
    assert status_now(sharing) == Status.WAITING
    assert Event.ITEM_VALIDATED in events(sharing)


def test_one_validates_and_another_one_approves(house, step):
    sharing = waiting_item(house)
    validate(sharing, house.approver)
    with pytest.raises(NotAllowed, match="somebody else"):
        approve(sharing, house.approver)
    approve(sharing, make_person(house.border, Role.APPROVER))
    assert afresh(sharing).page.live


def test_validation_is_for_approvers_of_the_organisation_that_asks_or_above(house, step):
    sharing = waiting_item(house)
    local = make_person(house.border, Role.APPROVER)
    for nobody in (local, house.author, house.decider, house.french_author):
        with pytest.raises(NotAllowed):
            validate(sharing, nobody)
    assert Validation.objects.count() == 0


def test_whoever_edited_last_does_not_validate(house, step):
    sharing = waiting_item(house)
    services.take_back(page=page_of(sharing), actor=house.author, at=NOW)
    write(sharing, house.approver, "By the approver")
    services.begin_review(sharing=afresh(sharing), requested_by=house.author, at=NOW)
    with pytest.raises(NotAllowed):
        validate(sharing, house.approver)


def test_a_newer_version_is_validated_anew(house, step):
    sharing = waiting_item(house)
    validate(sharing, house.approver)
    services.take_back(page=page_of(sharing), actor=house.author, at=NOW)
    write(sharing, house.author, "Changed since")
    services.begin_review(sharing=afresh(sharing), requested_by=house.author, at=NOW)
    assert status_now(afresh(sharing)) == Status.VALIDATION


def test_the_step_of_one_element_or_state_is_no_other_ones(house, step):
    assert status_now(waiting_item(house, element="RE")) == Status.WAITING
    assert status_now(waiting_item(house, owner=house.france)) == Status.WAITING


def test_the_commission_can_demand_it_of_every_state(house):
    set_frame(element=element("EW"), rule=Frame.REQUIRED, actor=house.curator, at=NOW)
    sharing = waiting_item(house)
    assert status_now(sharing) == Status.VALIDATION
    assert status_now(waiting_item(house, owner=house.commission)) == Status.WAITING
    validate(sharing, house.approver)
    assert status_now(sharing) == Status.WAITING


def test_the_commission_can_forbid_it(house, step):
    set_frame(element=element("EW"), rule=Frame.NONE, actor=house.curator, at=NOW)
    assert status_now(waiting_item(house)) == Status.WAITING
    with pytest.raises(ValidationError):
        set_step(organisation=house.border, element=element("EW"), on=True, actor=house.decider, at=NOW)


@pytest.mark.parametrize("who", ["author", "approver", "french_author", "curator", "liaison"])
def test_steps_are_set_by_deciders(house, who):
    with pytest.raises(NotAllowed):
        set_step(organisation=house.border, element=element("EW"), on=True, actor=getattr(house, who), at=NOW)


@pytest.mark.parametrize("who", ["author", "approver", "decider"])
def test_frames_are_set_by_curators(house, who):
    with pytest.raises(NotAllowed):
        set_frame(element=element("EW"), rule=Frame.REQUIRED, actor=getattr(house, who), at=NOW)


def test_the_desk_tells_what_to_validate_and_what_to_approve_apart(house, step):
    to_validate = waiting_item(house)
    to_approve = waiting_item(house, element="RE")
    viewer = DraftViewer(house.approver, NOW)
    assert [row.pk for row in validating_for(viewer)] == [to_validate.pk]
    assert [row.pk for row in waiting_for(viewer)] == [to_approve.pk]
    local = DraftViewer(make_person(house.border, Role.APPROVER), NOW)
    assert list(validating_for(local)) == []
    validate(to_validate, house.approver)
    assert {row.pk for row in waiting_for(local)} == {to_validate.pk, to_approve.pk}
    assert [row.pk for row in waiting_for(viewer)] == [to_approve.pk]


def test_it_is_done_on_the_pages(house):
    deciding = house.client("decider")
    posted = {"element": "EW", "organisation": house.spain.pk, "on": "yes"}
    assert deciding.post("/cms/workflow/step/", posted).status_code == 302
    assert "validates" in deciding.get("/cms/workflow/").content.decode()
    pictures = {
        (code, owner): "Waits for national"
        in deciding.get(f"/cms/workflow/?element={code}&owner={owner}").content.decode()
        for code, owner in (("EW", "border"), ("RE", "border"), ("EW", ""))
    }
    assert pictures == {("EW", "border"): True, ("RE", "border"): False, ("EW", ""): False}
    for strange in ("france", "nowhere"):
        assert deciding.get(f"/cms/workflow/?element=EW&owner={strange}").status_code == 400
    sharing = waiting_item(house)
    client = house.client("approver")
    assert b"To validate for your State" in client.get("/cms/").content
    here = f"/cms/bulletins/{sharing.uuid}/"
    assert b">Validate</button>" in client.get(here).content
    revision = sharing.page.latest_revision_id
    assert client.post(here + "validate/", {"revision": revision}).status_code == 302
    assert status_now(sharing) == Status.WAITING
    assert b"Approve and publish" not in client.get(here).content
