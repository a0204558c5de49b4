"""What those who administer, decide and audit see by the API: the same as on their pages, with the names of acts."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from ninja import NinjaAPI

from cms.administration import selectors
from cms.administration.acts import Act, Kind, Scene
from cms.administration.acts.groups import ADMISSIONS, GROUPS, MEMBERS, taken_out_by
from cms.administration.acts.inspections import GRANTS
from cms.administration.acts.organisations import ORGANISATIONS, PROPOSALS
from cms.administration.acts.people import MEMBERSHIPS, PEOPLE
from cms.administration.views.orders import record_look
from cms.api.acting import Session
from cms.api.administration import effect_answer
from cms.api.answers import answer, instant
from cms.api.limits import limited
from cms.api.schemas import Detail
from cms.organisations import changes
from cms.organisations.groups import may_say_yes
from cms.organisations.models import GroupAdmission, Membership, Organisation, OrganisationProposal, WorkingGroup
from cms.organisations.rules import Place, audited_from, permitted
from cms.organisations.tree import in_tree_order
from cms.sharing.services.succession import effects_of
from cms.users.http import ViewerRequest, person_or_404
from cms.users.models import User

PAGE_SIZE = 100
View = Callable[..., HttpResponse]


def add_directory(api: NinjaAPI) -> None:
    """Add the operations."""
    for path, tag, view, summary in (
        ("/people", "People", people, "People of your own tree; q narrows, page counts from 1"),
        ("/people/{handle}", "People", person, "One person, with the memberships in your own tree"),
        ("/organisations", "Organisations", organisations, "Organisations that you administer or decide for"),
        ("/proposals", "Organisations", proposals, "What is prepared for organisations, and waits"),
        ("/proposals/{proposal}", "Organisations", proposal, "One of them, with who would read more and less"),
        ("/groups", "Working groups", groups, "Working groups that you have to do with"),
        ("/groups/{group}", "Working groups", group, "One of them, with its charter and members"),
        ("/admissions", "Working groups", admissions, "Members that wait for an answer of yours"),
        ("/inspections", "Inspections", inspections, "Grants to inspect that you may see"),
        ("/quarantine", "Quarantine", quarantine, "What is in quarantine among the owners that you audit"),
    ):
        answers = {200: dict[str, Any], 401: Detail, 404: Detail, 429: Detail}
        name = f"read-{path[1:].replace('/', '-').replace('{', '').replace('}', '')}"
        api.get(path, tags=[tag], auth=Session(), response=answers, summary=summary, operation_id=name)(limited(view))


def _demand(found: Any) -> Any:
    if not found:
        raise Http404
    return found


def _acts(kind: Kind, request: ViewerRequest, subject: Any) -> list[str]:
    """Return the names of the acts that are open to the viewer."""
    scene = Scene(person_or_404(request), request.at, subject)
    opened: Iterable[Act] = (act for act in kind.acts if act.open_to(scene))
    return [act.name for act in opened]


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def people(request: ViewerRequest) -> HttpResponse:
    """List the people of the own tree."""
    viewer, at = person_or_404(request), request.at
    _demand(permitted(viewer, "administer", Place(None, at)))
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    page = Paginator(selectors.own_people(viewer, at, words), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [{"handle": str(row.handle), "name": row.name, "email": row.email} for row in page.object_list]
    return answer({"items": rows, "page": page.number, "pages": page.paginator.num_pages})


def person(request: ViewerRequest, handle: str) -> HttpResponse:
    """Tell of one person."""
    viewer, at = person_or_404(request), request.at
    found: User = _demand(selectors.person_for(viewer, handle, at))
    rows = selectors.own_memberships(viewer, at).filter(user=found).order_by("-valid_from", "pk")
    return answer(
        {
            "handle": str(found.handle),
            "name": found.name,
            "email": found.email,
            "acts": [] if found == viewer else _acts(PEOPLE, request, found),
            "memberships": [_membership(row, request) for row in rows],
        }
    )


def _membership(row: Membership, request: ViewerRequest) -> dict[str, Any]:
    mine = row.user_id != request.viewer.pk
    changes_it = mine and selectors.membership_for(request.viewer, row.handle, request.at) is not None
    return {
        "handle": str(row.handle),
        "organisation": row.organisation.key,
        "role": row.role,
        "from": _day(row.valid_from),
        "until": _day(row.valid_until),
        "competences": {item.element.key: item.countries for item in row.competences.all()},
        "acts": _acts(MEMBERSHIPS, request, row) if changes_it else [],
    }


def organisations(request: ViewerRequest) -> HttpResponse:
    """List the organisations of the own trees."""
    viewer, at = person_or_404(request), request.at
    rows = selectors.own_organisations(viewer, at) | selectors.decided_organisations(viewer, at)
    found = _demand(in_tree_order(rows.distinct().select_related("parent")))
    return answer({"items": [_organisation(row, request) for row in found]})


def _organisation(row: Organisation, request: ViewerRequest) -> dict[str, Any]:
    return {
        "key": row.key,
        "name": row.name,
        "kind": row.kind,
        "parent": row.parent.key if row.parent is not None else None,
        "ceiling": row.ceiling,
        "acts": _acts(ORGANISATIONS, request, row),
    }


def proposals(request: ViewerRequest) -> HttpResponse:
    """List what is prepared for organisations."""
    viewer, at = person_or_404(request), request.at
    _demand(permitted(viewer, "administer", Place(None, at)) or permitted(viewer, "decide", Place(None, at)))
    return answer({"items": [_proposal(row, request) for row in selectors.proposals_of(viewer, at)]})


def proposal(request: ViewerRequest, proposal: str) -> HttpResponse:
    """Tell of one, with who would read more and less."""
    row: OrganisationProposal = _demand(selectors.proposal_for(person_or_404(request), proposal, request.at))
    effects = [effect_answer(effect) for effect in effects_of(row, request.at)]
    return answer(_proposal(row, request) | {"effects": effects})


def _proposal(row: OrganisationProposal, request: ViewerRequest) -> dict[str, Any]:
    prepared = row.proposed_by_id == request.viewer.pk
    decides = changes.may_decide_proposal(row, person_or_404(request), request.at)
    open_to = {"accept": decides and not prepared, "refuse": decides or prepared}
    return {
        "handle": str(row.handle),
        "kind": row.kind,
        "organisation": row.organisation.key,
        "target": row.target.key if row.target is not None else None,
        "ceiling": row.ceiling or None,
        "reason": row.reason,
        "proposed_at": instant(row.proposed_at),
        "acts": [act.name for act in PROPOSALS.acts if open_to[act.name]],
    }


def groups(request: ViewerRequest) -> HttpResponse:
    """List the working groups that the viewer has to do with."""
    viewer, at = person_or_404(request), request.at
    _demand(selectors.sees_groups(viewer, at))
    return answer({"items": [_group(row) for row in selectors.groups_for(viewer, at)]})


def group(request: ViewerRequest, group: str) -> HttpResponse:
    """Tell of one, with its members as they may be told."""
    viewer, at = person_or_404(request), request.at
    row: WorkingGroup = _demand(selectors.group_for(viewer, group, at))
    found = list(selectors.members_of(row))
    goes = taken_out_by(viewer, row, found, at)
    members = [
        {
            "handle": selectors.member_handle(member) if member.pk in goes else None,
            "name": selectors.member_name(viewer, member, at),
            "acts": [act.name for act in MEMBERS.acts] if member.pk in goes else [],
        }
        for member in found
    ]
    participants = list(row.participants.order_by("key").values_list("key", flat=True))
    told = {"charter": row.charter, "participants": participants, "members": members}
    return answer(_group(row) | told | {"acts": _acts(GROUPS, request, row)})


def _group(row: WorkingGroup) -> dict[str, Any]:
    ended = None if row.ended_at is None else instant(row.ended_at)
    return {"key": row.key, "name": row.name, "built_in": row.built_in, "ended_at": ended}


def admissions(request: ViewerRequest) -> HttpResponse:
    """List the admissions to which the viewer may answer."""
    viewer, at = person_or_404(request), request.at
    _demand(selectors.sees_groups(viewer, at))
    return answer({"items": [_admission(row, request) for row in selectors.admissions_for(viewer, at)]})


def _admission(row: GroupAdmission, request: ViewerRequest) -> dict[str, Any]:
    says_yes = may_say_yes(row, person_or_404(request), request.at)
    return {
        "handle": str(row.handle),
        "group": row.group.key,
        "name": selectors.name_for(request.viewer, row.organisation, row.user, request.at),
        "acts": [act.name for act in ADMISSIONS.acts if act.name != "yes" or says_yes],
    }


def inspections(request: ViewerRequest) -> HttpResponse:
    """List the grants to inspect that the viewer may see. The item is opened on its page alone."""
    viewer, at = person_or_404(request), request.at
    _demand(permitted(viewer, "look_after", Place(None, at)))
    rows = [
        {
            "handle": str(row.handle),
            "kind": row.kind,
            "reference": row.reference,
            "case": row.case,
            "reason": row.reason,
            "hours": row.hours,
            "asked_at": instant(row.asked_at),
            "counts_until": None if row.counts_until is None else instant(row.counts_until),
            "ended": row.ended_at is not None,
            "acts": [act.name for act in GRANTS.acts] if row.ended_at is None else [],
        }
        for row in selectors.grants_for(viewer, at)
    ]
    return answer({"items": rows})


def quarantine(request: ViewerRequest) -> HttpResponse:
    """List what is in quarantine among the owners that the viewer audits, by reference; looking is on record."""
    viewer, at = person_or_404(request), request.at
    _demand(audited_from(viewer, at))
    items = selectors.quarantined_items(viewer, at)
    record_look(viewer, len(items), at)
    rows = [
        {
            "identifier": str(row.uuid),
            "reference": row.reference,
            "owner": row.owner.key,
            "marking": row.marking,
            "reason": row.quarantine_reason,
            "acts": ["end"],
        }
        for row in items
    ]
    return answer({"items": rows})
