"""Quarantine by order of a data protection officer or auditor, and its end: by reference, without reading the item."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cms.administration import selectors
from cms.administration.acts.base import Act, Kind, Scene
from cms.administration.forms import OrderForm, ReasonForm
from cms.organisations.rules import audited_from
from cms.sharing import services
from cms.sharing.models import Sharing
from cms.users.models import User


def _order(scene: Scene, form: Any) -> None:
    data = form.cleaned_data
    sharing = selectors.orderable(scene.viewer, data["reference"], scene.at)
    if sharing is None:
        # one answer for what is absent and for what is none of the person's business
        raise ValidationError({"reference": _now("There is no published item with this reference among yours.")})
    services.quarantine(sharing=sharing, actor=scene.viewer, at=scene.at, reason=data["reason"])


def _to_list(_scene: Scene) -> str:
    return reverse("orders:index")


def _line(scene: Scene) -> str:
    return f"{scene.subject.reference} · {scene.subject.owner} · {scene.subject.get_marking_display()}"


def _item(viewer: User, at: datetime, parts: Mapping[str, Any]) -> Sharing | None:
    return selectors.quarantined_for(viewer, parts["identifier"], at)


ORDERS_AT_ALL = Kind(
    name="orders",
    place="quarantine",
    acts=(
        Act(
            name="order",
            title=_("Order a quarantine"),
            explanation=_(
                "The item is hidden at once from all but its supervisors, who are told and read the reason. "
                "You do not read the item by this."
            ),
            button=_("Order"),
            said=_("Ordered: the item is in quarantine, and its owner is told."),
            back=_to_list,
            takes=OrderForm,
            run=_order,
            open_to=lambda scene: bool(audited_from(scene.viewer, scene.at)),
            grave=True,
        ),
    ),
)
ORDERS = Kind(
    name="order",
    place="quarantine/{identifier}",
    parts=("identifier",),
    find=_item,
    acts=(
        Act(
            name="end",
            title=_("End the quarantine"),
            explanation=_("The sharing that stood before holds again: the same people read it as before."),
            button=_("End the quarantine"),
            said=_("Ended: the sharing that stood before holds again, and the owner is told."),
            back=_to_list,
            aside=_line,
            takes=ReasonForm,
            run=lambda scene, form: services.end_quarantine(
                sharing=scene.subject, actor=scene.viewer, at=scene.at, reason=form.cleaned_data["reason"]
            ),
            grave=True,
        ),
    ),
)
