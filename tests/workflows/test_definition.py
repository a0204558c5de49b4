"""The workflow is one piece of data: services obey it, and the pictures, in the guides too, are drawn from it."""

from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError

from cms.sharing.rights import RIGHTS
from tests.architecture.source import ROOT
from workflows.definition import TRANSITIONS, definition, demand, leads_from
from workflows.diagram import draw
from workflows.enums import Status
from workflows.management.commands.draw_workflows import pictures

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", sorted(pictures()))
def test_the_pictures_in_the_guides_are_drawn_from_the_definition(name):
    drawn = (ROOT / "docs" / "images" / name).read_text(encoding="utf-8")
    assert drawn == pictures()[name], "run manage.py draw_workflows"


@pytest.mark.parametrize("validates", [True, False])
def test_a_picture_shows_each_state_and_each_step_once(validates):
    found = definition(validates=validates)
    picture = ElementTree.fromstring(str(draw(found)))  # noqa: S314 - our own
    words = [" ".join(part.itertext()) for part in picture.iter(f"{SVG}text")]
    assert sorted(words) == sorted(
        [str(state.label) for state in found.states] + [str(s.label) for s in found.transitions]
    )
    assert "style" not in {name for part in picture.iter() for name in part.attrib}


def test_each_step_is_taken_by_a_right_that_exists_or_by_the_clock():
    assert {step.right for step in TRANSITIONS if not step.by_clock} <= set(RIGHTS)
    assert {step.name for step in TRANSITIONS if step.by_clock} == {"publish", "review_again", "expire"}


def test_every_state_is_reached_from_a_draft():
    reached = {Status.DRAFT}
    for _round in Status:
        reached |= {step.target for step in TRANSITIONS if reached & set(step.sources)}
    assert reached == set(Status)


def test_without_validation_nothing_leads_there():
    plain = definition(validates=False)
    assert Status.VALIDATION not in plain.states
    assert not {step.name for step in plain.transitions} & {"validate", "submit_to_validation"}
    assert not [step.name for step in plain.transitions if Status.VALIDATION in step.sources]


def test_only_an_approval_or_the_clock_after_one_leads_to_readers():
    leading = {step.name for step in TRANSITIONS if step.target == Status.PUBLISHED}
    assert leading == {"approve", "publish", "discard_changes", "reopen"}
    assert leads_from("publish", Status.SCHEDULED)
    assert not leads_from("publish", Status.WAITING)


def test_a_step_from_another_state_is_refused_with_its_name():
    with pytest.raises(ValidationError, match="discard"):
        demand("discard", Status.WAITING)
