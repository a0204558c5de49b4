"""Working groups: charters by curators, members by the leader and the member's national administrator."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from cms.administration import selectors
from cms.administration.forms import CharterForm, MemberForm, ReasonForm
from cms.administration.views.pages import act_page, demand, done, in_tree_order, posted, viewer_of
from cms.organisations import groups
from cms.organisations.models import GroupMember, Organisation, WorkingGroup
from cms.organisations.rules import GroupPlace, Place, administers_one, permitted
from cms.organisations.selectors import valid_memberships
from cms.organisations.standing import standing_memberships
from cms.users.http import ViewerRequest
from cms.users.models import User

FORM = ["GET", "HEAD", "POST"]


@require_safe
def index(request: ViewerRequest) -> HttpResponse:
    """List the groups that the viewer has to do with, and the admissions that wait for an answer."""
    viewer, at = viewer_of(request), request.at
    demand(selectors.sees_groups(viewer, at))
    context = {
        "groups": selectors.groups_for(viewer, at),
        "admissions": [
            (row, _name_for(viewer, row.organisation, row.user, at), groups.may_say_yes(row, viewer, at))
            for row in selectors.admissions_for(viewer, at)
        ],
        "founds": permitted(viewer, "register", Place(None, at)),
    }
    return render(request, "administration/groups.html", context)


def _name_for(viewer: User, organisation: Organisation | None, person: User | None, at: Any) -> str:
    """Return how a member is told: people by name inside one's own participant, by participant alone elsewhere."""
    if organisation is not None:
        return organisation.name
    if person is None:
        return ""
    own = {row.organisation.participant_id for row in valid_memberships(viewer, at)}
    rows = list(standing_memberships(person, at))
    if person.pk == viewer.pk or any(row.organisation.participant_id in own for row in rows):
        return person.name
    roots = Organisation.objects.filter(pk__in={row.organisation.participant_id for row in rows})
    return _("a person of %(participant)s") % {"participant": ", ".join(row.name for row in roots) or "–"}


@require_safe
def group(request: ViewerRequest, group: str) -> HttpResponse:
    """Show the charter and the members of a group."""
    viewer, at = viewer_of(request), request.at
    row: WorkingGroup = demand(selectors.group_for(viewer, group, at))
    place = GroupPlace(row, at)
    keeps = permitted(viewer, "register", Place(None, at)) and not row.built_in and row.ended_at is None
    removes = permitted(viewer, "remove_member", place)
    members = [
        (
            _name_for(viewer, member.organisation, member.user, at),
            _handle(member) if removes or _may_take_out(viewer, row, member, at) else "",
        )
        for member in selectors.members_of(row)
    ]
    context = {
        "group": row,
        "leader": _name_for(viewer, None, row.leader, at) if row.leader else "",
        "participants": row.participants.order_by("name"),
        "members": members,
        "keeps": keeps,
        "admits": row.ended_at is None and not row.built_in and _may_propose(viewer, row, at),
    }
    return render(request, "administration/group.html", context)


def _may_take_out(viewer: User, group: WorkingGroup, member: GroupMember, at: Any) -> bool:
    return not group.built_in and administers_one(viewer, member.organisation, member.user, at)


def _may_propose(viewer: User, group: WorkingGroup, at: Any) -> bool:
    leads = permitted(viewer, "lead", GroupPlace(group, at))
    return leads or permitted(viewer, "administer", Place(None, at))


def _handle(member: GroupMember) -> str:
    """Return what stands for the member in an address."""
    if member.organisation is not None:
        return f"o-{member.organisation.key}"
    return f"p-{member.user.handle}" if member.user is not None else ""


def _charter(data: Any, form: CharterForm, leader: User) -> dict[str, Any]:
    """Return what a charter says, as the services take it."""
    return {
        "name": data["name"],
        "charter": data["charter"],
        "leader": leader,
        "participants": form.chosen_participants(),
    }


@require_http_methods(FORM)
def found(request: ViewerRequest) -> HttpResponse:
    """Found a group."""
    viewer, at = viewer_of(request), request.at
    demand(permitted(viewer, "register", Place(None, at)))
    form = CharterForm(posted(request))

    def run(data: Any) -> None:
        groups.found_group(key=data["key"], **_charter(data, form, data["leader"]), actor=viewer, at=at)

    return act_page(
        request,
        form,
        run,
        _("Founded. Its leader and national administrators admit the members."),
        title=_("Found a working group"),
        button=_("Found"),
        back=reverse("working-groups:index"),
    )


def _kept(request: ViewerRequest, group: str) -> tuple[User, WorkingGroup, dict[str, Any]]:
    """Return viewer, group and what its forms share; for curators, and groups that people keep."""
    viewer, at = viewer_of(request), request.at
    row: WorkingGroup = demand(selectors.group_for(viewer, group, at))
    demand(permitted(viewer, "register", Place(None, at)) and not row.built_in and row.ended_at is None)
    return viewer, row, {"aside": row.name, "back": reverse("working-groups:group", args=[row.key])}


@require_http_methods(FORM)
def charter(request: ViewerRequest, group: str) -> HttpResponse:
    """Change the charter."""
    viewer, row, page = _kept(request, group)
    form = CharterForm(posted(request), group=row)

    def run(data: Any) -> None:
        said = _charter(data, form, demand(data["leader"] or row.leader))
        groups.change_charter(group=row, **said, actor=viewer, at=request.at)

    return act_page(
        request,
        form,
        run,
        _("Changed."),
        title=_("Change the charter"),
        explanation=_("Members stay as they are."),
        button=_("Change"),
        **page,
    )


@require_http_methods(FORM)
def end(request: ViewerRequest, group: str) -> HttpResponse:
    """End the group."""
    viewer, row, page = _kept(request, group)
    return act_page(
        request,
        ReasonForm(posted(request)),
        lambda data: groups.end_group(group=row, reason=data["reason"], actor=viewer, at=request.at),
        _("Ended: nobody reads anything by this group any more."),
        title=_("End the group"),
        explanation=_("With the next request nobody reads by it what was shared with it. It is not taken up again."),
        button=_("End the group"),
        grave=True,
        **page,
    )


@require_http_methods(FORM)
def propose(request: ViewerRequest, group: str) -> HttpResponse:
    """Propose a member, as leader or as its national administrator."""
    viewer, at = viewer_of(request), request.at
    row: WorkingGroup = demand(selectors.group_for(viewer, group, at))
    demand(not row.built_in and row.ended_at is None and _may_propose(viewer, row, at))
    if permitted(viewer, "lead", GroupPlace(row, at)) or permitted(viewer, "register", Place(None, at)):
        places = Organisation.objects.filter(merged_into__isnull=True)
    else:
        places = selectors.own_organisations(viewer, at)
    circle = set(row.participants.values_list("pk", flat=True))
    offered = [place for place in places if not circle or place.lineage[0] in circle]
    form = MemberForm(posted(request), organisations=in_tree_order(offered))

    def run(_data: Any) -> None:
        organisation, person = form.chosen()
        groups.propose_member(group=row, organisation=organisation, user=person, actor=viewer, at=at)

    return act_page(
        request,
        form,
        run,
        _("Proposed: it takes a second yes."),
        title=_("Propose a member"),
        explanation=_("It takes two: the leader, and the national administrator of the member."),
        aside=row.name,
        button=_("Propose"),
        back=reverse("working-groups:group", args=[row.key]),
    )


@require_http_methods(FORM)
def remove(request: ViewerRequest, group: str, member: str) -> HttpResponse:
    """Take a member out."""
    viewer, at = viewer_of(request), request.at
    row: WorkingGroup = demand(selectors.group_for(viewer, group, at))
    found: GroupMember = demand(selectors.member_for(row, member))
    demand(permitted(viewer, "remove_member", GroupPlace(row, at)) or _may_take_out(viewer, row, found, at))
    return act_page(
        request,
        ReasonForm(posted(request)),
        lambda data: groups.remove_member(member=found, reason=data["reason"], actor=viewer, at=at),
        _("Taken out."),
        title=_("Take a member out"),
        explanation=_("With the next request this member reads nothing by the group any more."),
        aside=f"{row.name} · {_name_for(viewer, found.organisation, found.user, at)}",
        button=_("Take out"),
        grave=True,
        back=reverse("working-groups:group", args=[row.key]),
    )


@require_http_methods(["POST"])
def answer(request: ViewerRequest, admission: UUID, answer: str) -> HttpResponse:
    """Say yes or no to an admission."""
    viewer, at = viewer_of(request), request.at
    row = demand(selectors.admission_for(viewer, admission, at))
    form = forms.Form({})
    form.is_valid()
    acts = {
        "yes": lambda: groups.admit_member(admission=row, actor=viewer, at=at),
        "no": lambda: groups.refuse_member(admission=row, actor=viewer, at=at),
    }
    if done(form, demand(acts.get(answer))):
        messages.success(request, _("Admitted.") if answer == "yes" else _("Refused."))
    else:
        messages.error(request, " ".join(str(error) for error in form.non_field_errors()))
    return redirect("working-groups:index")
