"""Why somebody may or may not read an item: for approvers inside their own participant and items, and for auditors."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.administration.forms import ExplainForm
from cms.administration.views.pages import demand, posted
from cms.audit.enums import Event
from cms.audit.services import Entry, record
from cms.organisations.enums import Role
from cms.organisations.models import Membership, Organisation
from cms.organisations.rules import audits
from cms.organisations.selectors import roles_of, valid_memberships
from cms.organisations.standing import standing_memberships
from cms.sharing.models import Sharing
from cms.sharing.oracle import Decision
from cms.sharing.rules import allowed
from cms.sharing.selectors import explain as explain_access
from cms.sharing.words import RULES
from cms.users.http import ViewerRequest, person_or_404
from cms.users.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def explain(request: ViewerRequest) -> HttpResponse:
    """Ask for a person and an item; tell which rule lets the person in, or which condition is missing."""
    viewer, at = person_or_404(request), request.at
    demand(may_explain(viewer, at))
    form = ExplainForm(posted(request))
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        found = _found(viewer, form.cleaned_data, at)
        if found is None:
            # one answer for absent people and items, and for those that are none of the viewer's business
            form.add_error(None, _("There is no such person among yours, or no such item."))
        else:
            context |= _explained(*found, viewer=viewer, at=at)
    return render(request, "administration/explain.html", context, status=400 if form.errors else 200)


def may_explain(viewer: Any, at: datetime) -> bool:
    """Tell whether the page is for the person: approvers, and auditors."""
    return bool(roles_of(viewer, at) & {Role.APPROVER, Role.AUDITOR})


def _found(viewer: User, data: dict[str, Any], at: datetime) -> tuple[User, Sharing] | None:
    """Return person and item where the viewer may ask about both, else nothing."""
    person = User.objects.filter(email=data["person"].lower()).first()
    rows = Sharing.objects.select_related("page", "element", "owner")
    sharing = rows.filter(reference=data["reference"].strip().upper()).first()
    if person is None or sharing is None:
        return None
    if audits(viewer, sharing.owner.participant_id, at):
        return person, sharing
    own = {row.organisation.participant_id for row in valid_memberships(viewer, at) if row.role == Role.APPROVER}
    colleague = any(
        row.organisation.participant_id in own
        for row in Membership.objects.filter(user=person).select_related("organisation")
    )
    return (person, sharing) if colleague and allowed(viewer, "see_readers", sharing, at) else None


def _explained(person: User, sharing: Sharing, *, viewer: User, at: datetime) -> dict[str, Any]:
    decision = explain_access(person, sharing, at)
    record(
        Entry(
            event=Event.ACCESS_EXPLAINED,
            at=at,
            actor_id=viewer.pk,
            item=sharing.uuid,
            owner_id=sharing.owner_id,
            marking=sharing.marking,
            rule=decision.rule,
            details={"user": person.pk, "allowed": decision.allowed},
        )
    )
    return {
        "decision": decision,
        "rule": RULES[decision.rule],
        "by": _membership(person, decision, viewer, at),
        "person": person,
        "sharing": sharing,
    }


def _membership(person: User, decision: Decision, viewer: User, at: datetime) -> str:
    """Return the membership that lets the person in: of a participant of the viewer's own, to an auditor any."""
    if decision.membership is None:
        return ""
    place = Organisation.objects.get(pk=decision.membership.organisation_id)
    own = {row.organisation.participant_id for row in valid_memberships(viewer, at)}
    if place.participant_id not in own and not audits(viewer, place.participant_id, at):
        return ""
    rows = standing_memberships(person, at).filter(organisation=place, role=decision.membership.role)
    return " · ".join(sorted({f"{row.get_role_display()}, {place}" for row in rows}))
