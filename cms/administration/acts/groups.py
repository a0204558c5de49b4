"""Acts on working groups: charters by curators, members by the leader and the member's national administrator."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cms.administration import selectors
from cms.administration.acts.base import Act, Kind, Scene
from cms.administration.forms import ReasonForm
from cms.administration.group_forms import CharterForm, MemberForm
from cms.organisations import groups
from cms.organisations.models import GroupMember, Organisation, WorkingGroup
from cms.organisations.rules import GroupPlace, Place, administration_of, permitted
from cms.organisations.tree import in_tree_order
from cms.users.models import User


def _registers(scene: Scene) -> bool:
    return permitted(scene.viewer, "register", Place(None, scene.at))


def _kept_by_people(group: WorkingGroup) -> bool:
    return not group.built_in and group.ended_at is None


def keeps(scene: Scene) -> bool:
    """Tell whether the charter of the group is the viewer's to change."""
    return _registers(scene) and _kept_by_people(scene.subject)


def may_propose(scene: Scene) -> bool:
    """Tell whether the viewer may propose a member of the group."""
    leads = permitted(scene.viewer, "lead", GroupPlace(scene.subject, scene.at))
    return _kept_by_people(scene.subject) and (leads or permitted(scene.viewer, "administer", Place(None, scene.at)))


def taken_out_by(viewer: User, group: WorkingGroup, members: Iterable[GroupMember], at: datetime) -> set[int]:
    """Return the keys of those of the members whom the viewer may take out of the group."""
    if permitted(viewer, "remove_member", GroupPlace(group, at)):
        return {member.pk for member in members}
    if group.built_in:
        return set()
    mine = administration_of(viewer, at)
    return {member.pk for member in members if mine.covers_one(member.organisation, member.user, at)}


def _charter(scene: Scene, form: CharterForm) -> dict[str, Any]:
    """Return what a charter says, as the services take it."""
    data = form.cleaned_data
    leader = data["leader"] or getattr(scene.subject, "leader", None)
    if leader is None:
        raise ValidationError({"leader": _now("Name the person who leads the group.")})
    return {
        "name": data["name"],
        "charter": data["charter"],
        "leader": leader,
        "participants": form.chosen_participants(),
        "actor": scene.viewer,
        "at": scene.at,
    }


def _found(scene: Scene, form: Any) -> WorkingGroup:
    return groups.found_group(key=form.cleaned_data["key"], **_charter(Scene(scene.viewer, scene.at), form))


def _member_form(scene: Scene, data: Mapping[str, Any] | None) -> MemberForm:
    """Offer the organisations whose yes is the viewer's to begin with, within the circle of the charter."""
    leads = permitted(scene.viewer, "lead", GroupPlace(scene.subject, scene.at))
    if leads or _registers(scene):
        places = Organisation.objects.filter(merged_into__isnull=True)
    else:
        places = selectors.own_organisations(scene.viewer, scene.at)
    circle = set(scene.subject.participants.values_list("pk", flat=True))
    offered = [place for place in places if not circle or place.lineage[0] in circle]
    return MemberForm(data, organisations=in_tree_order(offered))


def _propose(scene: Scene, form: Any) -> object:
    organisation, person = form.chosen()
    return groups.propose_member(
        group=scene.subject, organisation=organisation, user=person, actor=scene.viewer, at=scene.at
    )


def _to_list(_scene: Scene) -> str:
    return reverse("working-groups:index")


def _to_it(scene: Scene) -> str:
    return reverse("working-groups:group", args=[scene.subject.key])


def _name(scene: Scene) -> str:
    return str(scene.subject.name)


def _member_line(scene: Scene) -> str:
    return f"{scene.subject.group.name} · {selectors.member_name(scene.viewer, scene.subject, scene.at)}"


def _because(_scene: Scene) -> Mapping[str, Any]:
    return {"reason": "-"}


def _group(viewer: User, at: datetime, parts: Mapping[str, Any]) -> WorkingGroup | None:
    return selectors.group_for(viewer, parts["group"], at)


def _member(viewer: User, at: datetime, parts: Mapping[str, Any]) -> GroupMember | None:
    group = selectors.group_for(viewer, parts["group"], at)
    member = None if group is None else selectors.member_for(group, parts["member"])
    return member if group and member and taken_out_by(viewer, group, [member], at) else None


GROUPS_AT_ALL = Kind(
    name="groups",
    place="groups",
    acts=(
        Act(
            name="found",
            title=_("Found a working group"),
            button=_("Found"),
            said=_("Founded. Its leader and national administrators admit the members."),
            back=_to_list,
            takes=CharterForm,
            run=_found,
            open_to=_registers,
        ),
    ),
)
GROUPS = Kind(
    name="group",
    place="groups/{group}",
    parts=("group",),
    find=_group,
    acts=(
        Act(
            name="charter",
            title=_("Change the charter"),
            explanation=_("Members stay as they are."),
            button=_("Change"),
            said=_("Changed."),
            back=_to_it,
            aside=_name,
            takes=CharterForm,
            form=lambda scene, data: CharterForm(data, group=scene.subject),
            run=lambda scene, form: groups.change_charter(group=scene.subject, **_charter(scene, form)),
            open_to=keeps,
        ),
        Act(
            name="end",
            title=_("End the group"),
            explanation=_(
                "With the next request nobody reads by it what was shared with it. It is not taken up again."
            ),
            button=_("End the group"),
            said=_("Ended: nobody reads anything by this group any more."),
            back=_to_it,
            aside=_name,
            takes=ReasonForm,
            run=lambda scene, form: groups.end_group(
                group=scene.subject, reason=form.cleaned_data["reason"], actor=scene.viewer, at=scene.at
            ),
            open_to=keeps,
            stand_in=_because,
            grave=True,
        ),
        Act(
            name="propose",
            title=_("Propose a member"),
            explanation=_("It takes two: the leader, and the national administrator of the member."),
            button=_("Propose"),
            said=_("Proposed: it takes a second yes."),
            back=_to_it,
            aside=_name,
            takes=MemberForm,
            form=_member_form,
            run=_propose,
            open_to=may_propose,
        ),
    ),
)
MEMBERS = Kind(
    name="member",
    place="groups/{group}/members/{member}",
    parts=("group", "member"),
    find=_member,
    acts=(
        Act(
            name="remove",
            title=_("Take a member out"),
            explanation=_("With the next request this member reads nothing by the group any more."),
            button=_("Take out"),
            said=_("Taken out."),
            back=lambda scene: reverse("working-groups:group", args=[scene.subject.group.key]),
            aside=_member_line,
            takes=ReasonForm,
            run=lambda scene, form: groups.remove_member(
                member=scene.subject, reason=form.cleaned_data["reason"], actor=scene.viewer, at=scene.at
            ),
            stand_in=_because,
            grave=True,
        ),
    ),
)
ADMISSIONS = Kind(
    name="admission",
    place="admissions/{admission}",
    parts=("admission",),
    find=lambda viewer, at, parts: selectors.admission_for(viewer, parts["admission"], at),
    acts=(
        Act(
            name="yes",
            title=_("Admit"),
            button=_("Admit"),
            said=_("Admitted."),
            back=_to_list,
            run=lambda scene, _form: groups.admit_member(admission=scene.subject, actor=scene.viewer, at=scene.at),
        ),
        Act(
            name="no",
            title=_("Refuse"),
            button=_("Refuse"),
            said=_("Refused."),
            back=_to_list,
            run=lambda scene, _form: groups.refuse_member(admission=scene.subject, actor=scene.viewer, at=scene.at),
        ),
    ),
)
