"""Acts on organisations: found, renamed, their ceilings; and what one prepares and another one decides."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cms.administration import selectors
from cms.administration.acts.base import Act, Kind, Scene
from cms.administration.forms import (
    AnswerForm,
    CeilingForm,
    FoundForm,
    ProposeForm,
    RegisterForm,
    RenameForm,
)
from cms.elements.enums import Ceiling
from cms.organisations import changes
from cms.organisations.models import Organisation
from cms.organisations.rules import Place, permitted
from cms.organisations.services import create_organisation
from cms.organisations.tree import in_tree_order
from cms.sharing.services.succession import accept_proposal, effects_of
from cms.users.models import User

LEVELS = list(Ceiling)


def _may(right: str) -> Any:
    return lambda scene: permitted(scene.viewer, right, Place(scene.subject, scene.at))


def _to_list(_scene: Scene) -> str:
    return reverse("organisations:index")


def _to_it(scene: Scene) -> str:
    return reverse("organisations:organisation", args=[scene.subject.key])


def _name(scene: Scene) -> str:
    return str(scene.subject.name)


def _found(scene: Scene, form: Any) -> Organisation:
    data = form.cleaned_data
    parent = form.places[data["parent"]]
    return changes.found_below(name=data["name"], kind=data["kind"], parent=parent, actor=scene.viewer, at=scene.at)


def _register(scene: Scene, form: Any) -> Organisation:
    data = form.cleaned_data
    if not permitted(scene.viewer, "register", Place(None, scene.at)):
        raise PermissionDenied(_now("You may not do this."))
    return create_organisation(
        key=data["key"],
        name=data["name"],
        kind=data["kind"],
        country=next(iter(data["country"]), None),
        parent=None,
        actor=scene.viewer,
        at=scene.at,
    )


def _ceilings(scene: Scene, data: Mapping[str, Any] | None, *, higher: bool) -> CeilingForm:
    """Return the form with the levels above the present one, or below it."""
    form: Any = CeilingForm(data)
    here = LEVELS.index(Ceiling(scene.subject.ceiling))
    offered = LEVELS[here + 1 :] if higher else LEVELS[:here]
    form.fields["ceiling"].choices = [(level.value, level.label) for level in offered]
    found: CeilingForm = form
    return found


def _propose_form(scene: Scene, data: Mapping[str, Any] | None) -> ProposeForm:
    row = scene.subject
    others = [other for other in selectors.own_organisations(scene.viewer, scene.at) if row.pk not in other.lineage]
    inside = [other for other in others if other.lineage[0] == row.lineage[0]]
    return ProposeForm(data, organisations=in_tree_order(inside))


def _propose(scene: Scene, form: Any) -> object:
    data = form.cleaned_data
    return changes.propose_change(
        kind=data["kind"],
        organisation=scene.subject,
        target=form.places[data["target"]],
        reason=data["reason"],
        actor=scene.viewer,
        at=scene.at,
    )


def _organisation(viewer: User, at: datetime, parts: Mapping[str, Any]) -> Organisation | None:
    return selectors.organisation_for(viewer, parts["key"], at)


ORGANISATIONS_AT_ALL = Kind(
    name="organisations",
    place="organisations",
    acts=(
        Act(
            name="add",
            title=_("Add an organisation"),
            explanation=_("It has no people and owns nothing yet: nobody reads more by this."),
            button=_("Add"),
            said=_("Added."),
            back=_to_list,
            takes=FoundForm,
            form=lambda scene, data: FoundForm(
                data, organisations=in_tree_order(selectors.own_organisations(scene.viewer, scene.at))
            ),
            run=_found,
            open_to=lambda scene: permitted(scene.viewer, "administer", Place(None, scene.at)),
        ),
    ),
)
# its page is the directory's own
PARTICIPANTS = Kind(
    name="participants",
    place="participants",
    acts=(
        Act(
            name="register",
            title=_("Register a participant"),
            explanation=_("It has no people and owns nothing yet; it joins the built-in groups of its kind."),
            button=_("Register"),
            said=_("Registered."),
            back=_to_list,
            takes=RegisterForm,
            run=_register,
            open_to=lambda scene: permitted(scene.viewer, "register", Place(None, scene.at)),
        ),
    ),
)
ORGANISATIONS = Kind(
    name="organisation",
    place="organisations/{key}",
    parts=("key",),
    find=_organisation,
    acts=(
        Act(
            name="rename",
            title=_("Rename"),
            button=_("Rename"),
            said=_("Renamed."),
            back=_to_it,
            aside=_name,
            takes=RenameForm,
            form=lambda scene, data: RenameForm(data, initial={"name": scene.subject.name}),
            run=lambda scene, form: changes.rename(
                organisation=scene.subject, name=form.cleaned_data["name"], actor=scene.viewer, at=scene.at
            ),
            open_to=_may("administer"),
        ),
        Act(
            name="lower",
            title=_("Lower the ceiling"),
            explanation=_("What is shared already stays as it is: narrow it on its sharing page where it must not."),
            button=_("Lower"),
            said=_("Lowered: it holds for every act from now on."),
            back=_to_it,
            aside=_name,
            takes=CeilingForm,
            form=lambda scene, data: _ceilings(scene, data, higher=False),
            run=lambda scene, form: changes.lower_ceiling(
                organisation=scene.subject, **form.cleaned_data, actor=scene.viewer, at=scene.at
            ),
            open_to=_may("decide"),
        ),
        Act(
            name="raise",
            title=_("Raise the ceiling"),
            explanation=_("It takes two: another decider, here or above, confirms it. Nothing is shared by this."),
            button=_("Prepare"),
            said=_("Prepared: another decider decides it."),
            back=_to_it,
            aside=_name,
            takes=CeilingForm,
            form=lambda scene, data: _ceilings(scene, data, higher=True),
            run=lambda scene, form: changes.propose_higher_ceiling(
                organisation=scene.subject, **form.cleaned_data, actor=scene.viewer, at=scene.at
            ),
            open_to=_may("decide"),
        ),
        Act(
            name="propose",
            title=_("Move or merge"),
            explanation=_(
                "You prepare it, a decider of your tree decides it, and sees before who reads more and less."
            ),
            button=_("Prepare"),
            said=_("Prepared: a decider above both decides it."),
            back=_to_it,
            aside=_name,
            takes=ProposeForm,
            form=_propose_form,
            run=_propose,
            open_to=lambda scene: scene.subject.parent_id is not None and _may("administer")(scene),
        ),
    ),
)
PROPOSALS = Kind(
    name="proposal",
    place="proposals/{proposal}",
    parts=("proposal",),
    find=lambda viewer, at, parts: selectors.proposal_for(viewer, parts["proposal"], at),
    acts=(
        Act(
            name="accept",
            title=_("Do it"),
            button=_("Do it"),
            said=_("Done."),
            back=_to_list,
            run=lambda scene, _form: accept_proposal(proposal=scene.subject, actor=scene.viewer, at=scene.at),
            foretold=lambda scene: effects_of(scene.subject, scene.at),
        ),
        Act(
            name="refuse",
            title=_("Refuse, or take back"),
            button=_("Refuse"),
            said=_("Refused."),
            back=_to_list,
            takes=AnswerForm,
            run=lambda scene, form: changes.refuse_proposal(
                proposal=scene.subject, reason=form.cleaned_data["reason"], actor=scene.viewer, at=scene.at
            ),
        ),
    ),
)
