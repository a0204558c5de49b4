"""Acts on grants to inspect: asked for, confirmed by another person, ended. The item itself is opened on its page."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cms.administration import selectors, services
from cms.administration.acts.base import Act, Kind, Scene
from cms.administration.enums import InspectionKind
from cms.administration.forms import InspectForm
from cms.administration.rules import Asking


def _kinds(scene: Scene) -> list[InspectionKind]:
    """Return the kinds of grant that the person may ask for."""
    may = "administration.ask_to_inspect"
    return [kind for kind in InspectionKind if scene.viewer.has_perm(may, Asking(kind, scene.at))]


def _form(scene: Scene, data: Mapping[str, Any] | None) -> InspectForm:
    return InspectForm(data, kinds=_kinds(scene))


def _to_list(_scene: Scene) -> str:
    return reverse("inspections:index")


GRANTS_AT_ALL = Kind(
    name="grants",
    place="inspections",
    acts=(
        Act(
            name="ask",
            title=_("Ask to inspect an item"),
            explanation=_(
                "One item, for a stated time, after another person has confirmed it. The owner is told at once."
            ),
            button=_("Ask"),
            said=_("Asked for: another person confirms it."),
            back=_to_list,
            takes=InspectForm,
            form=_form,
            run=lambda scene, form: services.ask_to_inspect(**form.cleaned_data, actor=scene.viewer, at=scene.at),
            open_to=lambda scene: bool(_kinds(scene)),
        ),
    ),
)
GRANTS = Kind(
    name="grant",
    place="inspections/{grant}",
    parts=("grant",),
    find=lambda viewer, at, parts: selectors.grant_for(viewer, parts["grant"], at),
    acts=(
        Act(
            name="confirm",
            title=_("Confirm"),
            button=_("Confirm"),
            said=_("Confirmed: the owner is told."),
            back=_to_list,
            run=lambda scene, _form: services.confirm_inspection(grant=scene.subject, actor=scene.viewer, at=scene.at),
        ),
        Act(
            name="end",
            title=_("End"),
            button=_("End"),
            said=_("Ended."),
            back=_to_list,
            run=lambda scene, _form: services.end_inspection(grant=scene.subject, actor=scene.viewer, at=scene.at),
        ),
    ),
)
