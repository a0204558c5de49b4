"""People of the own tree: who they are, and what may be done; the acts themselves are in `acts`."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cms.administration import selectors
from cms.administration.views.pages import demand
from cms.core.instants import day_of
from cms.organisations import people
from cms.organisations.models import Membership
from cms.organisations.rules import Place, permitted
from cms.users.http import ViewerRequest, person_or_404
from cms.users.models import User

PAGE_SIZE = 25
DUE_WITHIN = 60


@require_safe
def index(request: ViewerRequest) -> HttpResponse:
    """List the people of the own tree; `q` narrows by name or address."""
    viewer, at = person_or_404(request), request.at
    demand(permitted(viewer, "administer", Place(None, at)))
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    page = Paginator(selectors.own_people(viewer, at, words), PAGE_SIZE).get_page(request.GET.get("page"))
    shown = {person.pk: person for person in page.object_list}
    memberships: dict[int, list[Membership]] = {}
    for row in selectors.own_memberships(viewer, at).filter(user__in=shown):
        if row.valid_until is None or row.valid_until >= day_of(at):
            memberships.setdefault(row.user_id, []).append(row)
    context = {
        "page": page,
        "people": [(person, memberships.get(pk, [])) for pk, person in shown.items()],
        "q": words,
        "due": len(selectors.due_for_confirmation(viewer, at, DUE_WITHIN)),
        "administrators": selectors.participants_administrators(viewer, at)[:200],
    }
    return render(request, "administration/people.html", context)


@require_safe
def person(request: ViewerRequest, handle: UUID) -> HttpResponse:
    """Show one person: memberships in the own tree, and what may be done."""
    viewer, at = person_or_404(request), request.at
    found: User = demand(selectors.person_for(viewer, handle, at))
    rows = [
        (row, _standing(row, at) and found.pk != viewer.pk and _may_change(viewer, row, at))
        for row in selectors.own_memberships(viewer, at).filter(user=found).order_by("-valid_from", "pk")
    ]
    suspensions = [
        (row, permitted(viewer, "administer", Place(row.organisation, at))) for row in selectors.suspensions_of(found)
    ]
    context = {
        "person": found,
        "memberships": rows,
        "suspensions": suspensions,
        "own": found.pk == viewer.pk,
        "invited": found.invitations.filter(used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=at).first(),
        "has_password": found.has_usable_password(),
        "anew": people.may_forget_way_in(found, viewer, at),
        "whole": people.is_wholly_own(found, viewer, at),
    }
    return render(request, "administration/person.html", context)


def _standing(row: Membership, at: Any) -> bool:
    return row.valid_until is None or row.valid_until >= day_of(at)


def _may_change(viewer: User, row: Membership, at: Any) -> bool:
    return permitted(viewer, "grant", Place(row.organisation, at, row.role))


@require_safe
def due(request: ViewerRequest) -> HttpResponse:
    """List the memberships that lapse unless they are confirmed."""
    viewer, at = person_or_404(request), request.at
    demand(permitted(viewer, "administer", Place(None, at)))
    rows = selectors.due_for_confirmation(viewer, at, DUE_WITHIN)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "administration/due.html", {"page": page, "days": DUE_WITHIN})
