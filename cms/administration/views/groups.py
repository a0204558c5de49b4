"""Working groups: charters by curators, members by the leader and the member's national administrator."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cms.administration import selectors
from cms.administration.acts.base import Scene
from cms.administration.acts.groups import ADMISSIONS, keeps, may_propose, taken_out_by
from cms.administration.views.acting import answer_at_once, said_of
from cms.administration.views.pages import demand
from cms.organisations.groups import admit_member, may_say_yes
from cms.organisations.models import GroupAdmission, WorkingGroup
from cms.organisations.rules import Place, permitted
from cms.sharing.services.foreseeing import foresee
from cms.users.http import ViewerRequest, person_or_404


@require_safe
def index(request: ViewerRequest) -> HttpResponse:
    """List the groups that the viewer has to do with, and the admissions that wait for an answer."""
    viewer, at = person_or_404(request), request.at
    demand(selectors.sees_groups(viewer, at))
    waiting = selectors.admissions_for(viewer, at)
    context = {
        "groups": selectors.groups_for(viewer, at),
        "admissions": [
            {
                "row": row,
                "name": selectors.name_for(viewer, row.organisation, row.user, at),
                "says_yes": may_say_yes(row, viewer, at),
            }
            for row in waiting
        ],
        "founds": permitted(viewer, "register", Place(None, at)),
    }
    return render(request, "administration/groups.html", context)


@require_safe
def admission(request: ViewerRequest, admission: UUID) -> HttpResponse:
    """Show one admission, and how many people of which participant would read more by it."""
    viewer, at = person_or_404(request), request.at
    row: GroupAdmission = demand(selectors.admission_for(viewer, admission, at))
    says_yes = may_say_yes(row, viewer, at)
    context = {
        "row": row,
        "name": selectors.name_for(viewer, row.organisation, row.user, at),
        "says_yes": says_yes,
        "effects": foresee(lambda: admit_member(admission=row, actor=viewer, at=at), viewer, at) if says_yes else (),
    }
    return render(request, "administration/admission.html", context)


@require_safe
def group(request: ViewerRequest, group: str) -> HttpResponse:
    """Show the charter and the members of a group."""
    viewer, at = person_or_404(request), request.at
    row: WorkingGroup = demand(selectors.group_for(viewer, group, at))
    scene = Scene(viewer, at, row)
    found = list(selectors.members_of(row))
    goes = taken_out_by(viewer, row, found, at)
    members = [
        (
            selectors.member_name(viewer, member, at),
            selectors.member_handle(member) if member.pk in goes else "",
        )
        for member in found
    ]
    context = {
        "group": row,
        "leader": selectors.name_for(viewer, None, row.leader, at) if row.leader else "",
        "participants": row.participants.order_by("name"),
        "members": members,
        "keeps": keeps(scene),
        "admits": may_propose(scene),
    }
    return render(request, "administration/group.html", context)


@require_http_methods(["POST"])
def answer(request: ViewerRequest, admission: UUID, answer: str) -> HttpResponse:
    """Say yes or no to an admission."""
    act, scene, form = answer_at_once(request, ADMISSIONS, answer, {"admission": admission})
    said_of(request, act, form)
    return redirect(act.back(scene))
