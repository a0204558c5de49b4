"""Acts on people: enrolled, changed, confirmed, ended, suspended, invited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cms.administration import selectors
from cms.administration.acts.base import Act, Kind, Scene
from cms.administration.forms import ChangeAccessForm, ConfirmForm, EndForm, EnrolForm, ReasonForm
from cms.administration.mailing import send_invitation
from cms.administration.reading import Difference, Held, difference
from cms.core.instants import day_of
from cms.organisations import people
from cms.organisations.models import Membership, Organisation
from cms.organisations.rules import Place, administration_of, permitted
from cms.organisations.standing import standing_memberships
from cms.organisations.tree import in_tree_order
from cms.users.models import User


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A membership that was given, with the secret of the way in where somebody is to be given it."""

    membership: Membership
    token: str | None
    mailed: bool = False


def _places(scene: Scene) -> list[Organisation]:
    """Return the organisations at which the person enrols; a curator registers administrators everywhere."""
    places = list(selectors.own_organisations(scene.viewer, scene.at))
    if administration_of(scene.viewer, scene.at).registers:
        roots = Organisation.objects.filter(parent__isnull=True).exclude(pk__in=[row.pk for row in places])
        places += list(roots)
    return places


def _enrol_form(scene: Scene, data: Mapping[str, Any] | None) -> EnrolForm:
    mine = administration_of(scene.viewer, scene.at)
    return EnrolForm(data, administration=mine, at=scene.at, organisations=in_tree_order(_places(scene)))


def _enrol(scene: Scene, form: Any) -> Enrolled:
    data = form.cleaned_data
    membership, token = people.enrol(
        email=data["email"],
        name=data["name"],
        organisation=form.place(),
        access=form.access(),
        preparation=form.preparation(),
        actor=scene.viewer,
        at=scene.at,
    )
    if token is None or not data["by_mail"]:
        return Enrolled(membership, token)
    send_invitation(membership.user, scene.at)
    return Enrolled(membership, None, mailed=True)


def _enrol_words(scene: Scene, form: Any) -> Difference:
    known = User.objects.filter(email=form.cleaned_data["email"].lower()).first()
    if known is not None and selectors.person_for(scene.viewer, known.handle, scene.at) is None:
        # neither that there is such an account elsewhere, nor in which groups, is told by a look ahead
        known = None
    before = [] if known is None else _seen_before(scene, known)
    return difference(selectors.held(before), [*selectors.held(before), _meant(form, form.place(), known)])


def _change_form(scene: Scene, data: Mapping[str, Any] | None) -> ChangeAccessForm:
    mine = administration_of(scene.viewer, scene.at)
    return ChangeAccessForm(data, administration=mine, at=scene.at, membership=scene.subject)


def _change_words(scene: Scene, form: Any) -> Difference:
    row = scene.subject
    before = _seen_before(scene, row.user)
    rest = selectors.held(other for other in before if other != row)
    return difference(selectors.held(before), [*rest, _meant(form, row.organisation, row.user)])


def _end_words(scene: Scene, _form: Any) -> Difference:
    before = _seen_before(scene, scene.subject.user)
    return difference(selectors.held(before), selectors.held(row for row in before if row != scene.subject))


def _suspend_words(scene: Scene, _form: Any) -> Difference:
    return difference(selectors.held(_seen_before(scene, scene.subject)), [])


def _seen_before(scene: Scene, person: User) -> list[Membership]:
    """Return the standing memberships of somebody that lie in the viewer's own tree."""
    mine = administration_of(scene.viewer, scene.at)
    rows = standing_memberships(person, scene.at)
    return [row for row in rows if mine.grants(row.organisation, row.role) or mine.covers(row.organisation)]


def _meant(form: Any, place: Organisation, person: User | None) -> Held:
    access = form.access()
    return Held(
        user_id=person.pk if person else None,
        organisation=place,
        role=access.role,
        competences={element.code: countries for element, countries in access.competences.items()},
    )


def _liftable(scene: Scene, person: User) -> list[Any]:
    """Return those suspensions of the person that are the viewer's to lift."""
    rows: Iterable[Any] = selectors.suspensions_of(person)
    return [row for row in rows if permitted(scene.viewer, "administer", Place(row.organisation, scene.at))]


def _lift(scene: Scene, person: User, form: Any) -> None:
    rows = _liftable(scene, person)
    if not rows:
        raise PermissionDenied(_now("You may not do this."))
    for row in rows:
        reason = form.cleaned_data["reason"]
        people.lift_suspension(suspension=row, reason=reason, actor=scene.viewer, at=scene.at)


def _suspend(scene: Scene, person: User, form: Any) -> None:
    people.suspend(user=person, reason=form.cleaned_data["reason"], actor=scene.viewer, at=scene.at)


def _to_list(_scene: Scene) -> str:
    return reverse("people:index")


def _to_person(scene: Scene) -> str:
    return reverse("people:person", args=[scene.subject.handle])


def _to_holder(scene: Scene) -> str:
    """Return the person's page; for administrators of other participants, who stay unnamed, the list."""
    if selectors.person_for(scene.viewer, scene.subject.user.handle, scene.at) is None:
        return reverse("people:index")
    return reverse("people:person", args=[scene.subject.user.handle])


def _name(scene: Scene) -> str:
    return str(scene.subject.name)


def _line(scene: Scene) -> str:
    return f"{scene.subject.get_role_display()} · {scene.subject.organisation}"


def _person(viewer: User, at: datetime, parts: Mapping[str, Any]) -> User | None:
    found = selectors.person_for(viewer, parts["handle"], at)
    return found if found != viewer else None


def _membership(viewer: User, at: datetime, parts: Mapping[str, Any]) -> Membership | None:
    row = selectors.membership_for(viewer, parts["membership"], at)
    return row if row is not None and row.user_id != viewer.pk else None


def _administrator(viewer: User, at: datetime, parts: Mapping[str, Any]) -> Membership | None:
    """Return the membership, unless it lies in the own tree: those have pages of their own."""
    row = _membership(viewer, at, parts)
    return None if row is None or administration_of(viewer, at).covers(row.organisation) else row


def _may_invite(scene: Scene) -> bool:
    unused = not scene.subject.has_usable_password()
    return unused and people.is_wholly_own(scene.subject, scene.viewer, scene.at)


PEOPLE_AT_ALL = Kind(
    name="people",
    place="people",
    acts=(
        Act(
            name="enrol",
            title=_("Enrol somebody"),
            button=_("Go on"),
            said=_("Enrolled."),
            back=_to_list,
            takes=EnrolForm,
            form=_enrol_form,
            run=_enrol,
            open_to=lambda scene: bool(administration_of(scene.viewer, scene.at).tops),
            words=_enrol_words,
            twice=True,
            link=True,
        ),
    ),
)
PEOPLE = Kind(
    name="person",
    place="people/{handle}",
    parts=("handle",),
    find=_person,
    acts=(
        Act(
            name="suspend",
            title=_("Suspend the account"),
            explanation=_("Every open session ends with its next request, and nobody signs in until you lift it."),
            button=_("Suspend"),
            said=_("Suspended: no session of this account is open any more."),
            back=_to_person,
            aside=_name,
            takes=ReasonForm,
            run=lambda scene, form: _suspend(scene, scene.subject, form),
            words=_suspend_words,
            grave=True,
        ),
        Act(
            name="lift",
            title=_("Lift the suspension"),
            button=_("Lift"),
            said=_("Lifted: the person signs in anew."),
            back=_to_person,
            aside=_name,
            takes=ReasonForm,
            run=lambda scene, form: _lift(scene, scene.subject, form),
            open_to=lambda scene: bool(_liftable(scene, scene.subject)),
        ),
        Act(
            name="sessions",
            title=_("End all sessions"),
            explanation=_("The account stays open: the person signs in anew with both factors."),
            button=_("End all sessions"),
            said=_("Every session of this account has ended."),
            back=_to_person,
            aside=_name,
            run=lambda scene, _form: people.end_sessions_of(user=scene.subject, actor=scene.viewer, at=scene.at),
        ),
        Act(
            name="invite",
            title=_("Make a new link"),
            explanation=_("The link before it counts no more."),
            button=_("Make a new link"),
            said="",
            back=_to_person,
            aside=_name,
            run=lambda scene, _form: people.invite_again(user=scene.subject, actor=scene.viewer, at=scene.at),
            open_to=_may_invite,
            link=True,
        ),
        Act(
            name="anew",
            title=_("Give a new way in"),
            explanation=_(
                "Password and second factor are taken away, and you get a link. It counts once the suspension is "
                "lifted."
            ),
            button=_("Give a new way in"),
            said="",
            back=_to_person,
            aside=_name,
            run=lambda scene, _form: people.invite_anew(user=scene.subject, actor=scene.viewer, at=scene.at),
            open_to=lambda scene: people.may_forget_way_in(scene.subject, scene.viewer, scene.at),
            grave=True,
            link=True,
        ),
    ),
)
MEMBERSHIPS = Kind(
    name="membership",
    place="memberships/{membership}",
    parts=("membership",),
    find=_membership,
    acts=(
        Act(
            name="change",
            title=_("Change access"),
            button=_("Go on"),
            said=_("Changed: it holds from the next request on."),
            back=_to_holder,
            aside=_line,
            takes=ChangeAccessForm,
            form=_change_form,
            run=lambda scene, form: people.change_access(
                membership=scene.subject,
                access=form.access(),
                reason=form.cleaned_data["reason"],
                actor=scene.viewer,
                at=scene.at,
            ),
            words=_change_words,
            twice=True,
        ),
        Act(
            name="confirm",
            title=_("Confirm that the access is still needed"),
            button=_("Confirm"),
            said=_("Confirmed."),
            back=_to_holder,
            aside=_line,
            takes=ConfirmForm,
            form=lambda scene, data: ConfirmForm(data, initial={"valid_until": day_of(scene.at) + people.LONGEST}),
            run=lambda scene, form: people.confirm_membership(
                membership=scene.subject, until=form.cleaned_data["valid_until"], actor=scene.viewer, at=scene.at
            ),
        ),
        Act(
            name="end",
            title=_("End the membership"),
            explanation=_("What the person reads by it is closed with the first request after its last day."),
            button=_("End the membership"),
            said=_("The membership ends."),
            back=_to_holder,
            aside=_line,
            takes=EndForm,
            form=lambda scene, data: EndForm(data, initial={"last_day": day_of(scene.at)}),
            run=lambda scene, form: people.end_now(
                membership=scene.subject, **form.cleaned_data, actor=scene.viewer, at=scene.at
            ),
            words=_end_words,
            grave=True,
        ),
    ),
)
ADMINISTRATORS = Kind(
    name="administrator",
    place="administrators/{membership}",
    parts=("membership",),
    find=_administrator,
    acts=(
        Act(
            name="suspend",
            title=_("Suspend the account"),
            explanation=_("Every open session ends with its next request. Only the Commission lifts this."),
            button=_("Suspend"),
            said=_("Suspended: no session of this account is open any more."),
            back=_to_list,
            aside=_line,
            takes=ReasonForm,
            run=lambda scene, form: _suspend(scene, scene.subject.user, form),
            open_to=lambda scene: bool(scene.subject.user.is_active),
            grave=True,
        ),
        Act(
            name="lift",
            title=_("Lift the suspension"),
            button=_("Lift"),
            said=_("Lifted: the person signs in anew."),
            back=_to_list,
            aside=_line,
            takes=ReasonForm,
            run=lambda scene, form: _lift(scene, scene.subject.user, form),
            open_to=lambda scene: bool(_liftable(scene, scene.subject.user)),
            grave=True,
        ),
    ),
)
