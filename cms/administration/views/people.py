"""People of the own tree: who they are, what they may do, and the acts that change it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from cms.administration import selectors
from cms.administration.forms import ChangeAccessForm, ConfirmForm, EndForm, EnrolForm, ReasonForm
from cms.administration.mailing import send_invitation
from cms.administration.reading import Held, difference
from cms.administration.views.pages import act_page, demand, done, form_page, in_tree_order, posted, viewer_of
from cms.core.instants import day_of
from cms.organisations import people
from cms.organisations.models import Membership, Organisation
from cms.organisations.rules import Place, administration_of, permitted
from cms.organisations.standing import standing_memberships
from cms.users.http import ViewerRequest
from cms.users.models import User

PAGE_SIZE = 25
DUE_WITHIN = 60
FORM = ["GET", "HEAD", "POST"]


@require_safe
def index(request: ViewerRequest) -> HttpResponse:
    """List the people of the own tree; `q` narrows by name or address."""
    viewer, at = viewer_of(request), request.at
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
    viewer, at = viewer_of(request), request.at
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


@require_http_methods(FORM)
def enrol(request: ViewerRequest) -> HttpResponse:
    """Enrol somebody: a form, what it gives, then the way in, shown this once."""
    viewer, at = viewer_of(request), request.at
    mine = administration_of(viewer, at)
    demand(bool(mine.tops))
    places = list(selectors.own_organisations(viewer, at))
    if mine.registers:
        roots = Organisation.objects.filter(parent__isnull=True).exclude(pk__in=[row.pk for row in places])
        places += list(roots)
    form = EnrolForm(posted(request), administration=mine, at=at, organisations=in_tree_order(places))
    page: dict[str, Any] = {"title": _("Enrol somebody"), "back": reverse("people:index")}
    if request.method != "POST" or not form.is_valid():
        return _access_page(request, form, **page)
    data = form.cleaned_data
    if "confirmed" not in request.POST:
        known = User.objects.filter(email=data["email"].lower()).first()
        before = [] if known is None else _seen_before(viewer, known, at)
        return _confirm_page(request, form, before, form.place(), known, **page)
    made: list[tuple[Membership, str | None]] = []

    def run() -> None:
        made.append(
            people.enrol(
                email=data["email"],
                name=data["name"],
                organisation=form.place(),
                access=form.access(),
                preparation=form.preparation(),
                actor=viewer,
                at=at,
            )
        )

    if not done(form, run):
        return _access_page(request, form, **page)
    membership, token = made[0]
    if token is not None and data["by_mail"]:
        send_invitation(membership.user, at)
        return render(request, "administration/invited.html", {"person": membership.user, "mailed": True})
    return _invited_page(request, membership.user, token)


@require_http_methods(FORM)
def change(request: ViewerRequest, membership: UUID) -> HttpResponse:
    """Change what a membership gives: a form, what it gives and takes, then the act."""
    viewer, at = viewer_of(request), request.at
    row: Membership = demand(selectors.membership_for(viewer, membership, at))
    demand(row.user_id != viewer.pk)
    form = ChangeAccessForm(posted(request), administration=administration_of(viewer, at), at=at, membership=row)
    page: dict[str, Any] = {"title": _("Change access"), "back": _back(viewer, row, at), "membership": row}
    if request.method != "POST" or not form.is_valid():
        return _access_page(request, form, **page)
    if "confirmed" not in request.POST:
        before = _seen_before(viewer, row.user, at)
        return _confirm_page(request, form, before, row.organisation, row.user, replaced=row, **page)
    reason = form.cleaned_data["reason"]
    if not done(
        form, lambda: people.change_access(membership=row, access=form.access(), reason=reason, actor=viewer, at=at)
    ):
        return _access_page(request, form, **page)
    messages.success(request, _("Changed: it holds from the next request on."))
    return redirect(page["back"])


def _seen_before(viewer: User, person: User, at: Any) -> list[Membership]:
    """Return the standing memberships of somebody that lie in the viewer's own tree."""
    mine = administration_of(viewer, at)
    rows = standing_memberships(person, at)
    return [row for row in rows if mine.grants(row.organisation, row.role) or mine.covers(row.organisation)]


def _confirm_page(
    request: ViewerRequest,
    form: Any,
    before: list[Membership],
    place: Organisation,
    person: User | None,
    *,
    replaced: Membership | None = None,
    **page: Any,
) -> HttpResponse:
    """Show what is gained and lost, and ask once more."""
    access = form.access()
    meant = Held(
        user_id=person.pk if person else None,
        organisation=place,
        role=access.role,
        competences={element.code: countries for element, countries in access.competences.items()},
    )
    after = [*selectors.held(row for row in before if row != replaced), meant]
    hidden = [(name, value) for name in form.fields for value in form.data.getlist(name)]
    context = page | {"hidden": hidden, "difference": difference(selectors.held(before), after), "form": form}
    return render(request, "administration/confirm.html", context)


def _access_page(request: ViewerRequest, form: Any, **page: Any) -> HttpResponse:
    status = 400 if form.errors else 200
    return render(request, "administration/access.html", page | {"form": form}, status=status)


def _back(viewer: User, row: Membership, at: Any) -> str:
    """Return the person's page; for administrators of other participants, who stay unnamed, the list."""
    if selectors.person_for(viewer, row.user.handle, at) is None:
        return reverse("people:index")
    return reverse("people:person", args=[row.user.handle])


@require_http_methods(FORM)
def end(request: ViewerRequest, membership: UUID) -> HttpResponse:
    """End a membership."""
    viewer, at = viewer_of(request), request.at
    row: Membership = demand(selectors.membership_for(viewer, membership, at))
    demand(row.user_id != viewer.pk)
    form = EndForm(posted(request), initial={"last_day": day_of(at)})
    return act_page(
        request,
        form,
        lambda data: people.end_now(membership=row, **data, actor=viewer, at=at),
        _("The membership ends."),
        title=_("End the membership"),
        explanation=_("What the person reads by it is closed with the first request after its last day."),
        aside=_line(row),
        button=_("End the membership"),
        grave=True,
        back=_back(viewer, row, at),
    )


@require_http_methods(FORM)
def confirm(request: ViewerRequest, membership: UUID) -> HttpResponse:
    """Confirm that the need still stands."""
    viewer, at = viewer_of(request), request.at
    row: Membership = demand(selectors.membership_for(viewer, membership, at))
    demand(row.user_id != viewer.pk)
    form = ConfirmForm(posted(request), initial={"valid_until": day_of(at) + people.LONGEST})
    return act_page(
        request,
        form,
        lambda data: people.confirm_membership(membership=row, until=data["valid_until"], actor=viewer, at=at),
        _("Confirmed."),
        title=_("Confirm that the access is still needed"),
        aside=_line(row),
        button=_("Confirm"),
        back=_back(viewer, row, at),
    )


def _line(row: Membership) -> str:
    return f"{row.get_role_display()} · {row.organisation}"


@require_safe
def due(request: ViewerRequest) -> HttpResponse:
    """List the memberships that lapse unless they are confirmed."""
    viewer, at = viewer_of(request), request.at
    demand(permitted(viewer, "administer", Place(None, at)))
    rows = selectors.due_for_confirmation(viewer, at, DUE_WITHIN)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "administration/due.html", {"page": page, "days": DUE_WITHIN})


@require_http_methods(FORM)
def suspend(request: ViewerRequest, handle: UUID) -> HttpResponse:
    """Close an account at once."""
    viewer, at = viewer_of(request), request.at
    found: User = demand(selectors.person_for(viewer, handle, at))
    demand(found.pk != viewer.pk)
    return act_page(
        request,
        ReasonForm(posted(request)),
        lambda data: people.suspend(user=found, reason=data["reason"], actor=viewer, at=at),
        _("Suspended: no session of this account is open any more."),
        title=_("Suspend the account"),
        explanation=_("Every open session ends with its next request, and nobody signs in until you lift it."),
        aside=found.name,
        button=_("Suspend"),
        grave=True,
        back=reverse("people:person", args=[found.handle]),
    )


@require_http_methods(FORM)
def lift(request: ViewerRequest, handle: UUID) -> HttpResponse:
    """Lift the suspensions of an account that are the viewer's to lift."""
    viewer, at = viewer_of(request), request.at
    found: User = demand(selectors.person_for(viewer, handle, at))
    demand(found.pk != viewer.pk)
    return lifting_page(request, viewer, found, aside=found.name, back=reverse("people:person", args=[found.handle]))


def lifting_page(request: ViewerRequest, viewer: User, person: User, **page: Any) -> HttpResponse:
    """Lift those suspensions of the person that are the viewer's to lift; the one Http404 where none is."""
    at = request.at
    rows = [
        row for row in selectors.suspensions_of(person) if permitted(viewer, "administer", Place(row.organisation, at))
    ]
    demand(bool(rows))

    def run(data: Any) -> None:
        for row in rows:
            people.lift_suspension(suspension=row, reason=data["reason"], actor=viewer, at=at)

    return act_page(
        request,
        ReasonForm(posted(request)),
        run,
        _("Lifted: the person signs in anew."),
        title=_("Lift the suspension"),
        button=_("Lift"),
        **page,
    )


@require_http_methods(FORM)
def sessions(request: ViewerRequest, handle: UUID) -> HttpResponse:
    """End the open sessions of an account."""
    viewer, at = viewer_of(request), request.at
    found: User = demand(selectors.person_for(viewer, handle, at))
    demand(found.pk != viewer.pk)
    return act_page(
        request,
        forms.Form(posted(request)),
        lambda _data: people.end_sessions_of(user=found, actor=viewer, at=at),
        _("Every session of this account has ended."),
        title=_("End all sessions"),
        explanation=_("The account stays open: the person signs in anew with both factors."),
        aside=found.name,
        button=_("End all sessions"),
        back=reverse("people:person", args=[found.handle]),
    )


@require_http_methods(FORM)
def invite(request: ViewerRequest, handle: UUID) -> HttpResponse:
    """Make a new link for somebody who has not used the first one."""
    viewer, at = viewer_of(request), request.at
    found: User = demand(selectors.person_for(viewer, handle, at))
    demand(found.pk != viewer.pk and not found.has_usable_password() and people.is_wholly_own(found, viewer, at))
    return _link_page(
        request,
        found,
        lambda: people.invite_again(user=found, actor=viewer, at=at),
        title=_("Make a new link"),
        explanation=_("The link before it counts no more."),
        button=_("Make a new link"),
    )


@require_http_methods(FORM)
def anew(request: ViewerRequest, handle: UUID) -> HttpResponse:
    """Give somebody who lost password or second factor a new way in, with the other administrator who suspended."""
    viewer, at = viewer_of(request), request.at
    found: User = demand(selectors.person_for(viewer, handle, at))
    demand(people.may_forget_way_in(found, viewer, at))
    return _link_page(
        request,
        found,
        lambda: people.invite_anew(user=found, actor=viewer, at=at),
        title=_("Give a new way in"),
        explanation=_(
            "Password and second factor are taken away, and you get a link. It counts once the suspension is lifted."
        ),
        button=_("Give a new way in"),
        grave=True,
    )


def _link_page(request: ViewerRequest, person: User, make: Callable[[], str], **page: Any) -> HttpResponse:
    """Ask whether a link shall be made for the person, or make it and show it."""
    form = forms.Form(posted(request))
    made: list[str] = []
    if request.method == "POST" and form.is_valid() and done(form, lambda: made.append(make())):
        return _invited_page(request, person, made[0])
    back = reverse("people:person", args=[person.handle])
    return form_page(request, form, aside=person.name, back=back, **page)


def _invited_page(request: ViewerRequest, person: User, token: str | None) -> HttpResponse:
    """Show the way in, this once: it is not kept anywhere."""
    link = request.build_absolute_uri(reverse("invitation", args=[token])) if token else ""
    return render(request, "administration/invited.html", {"person": person, "link": link})
