"""Acts of those who administer people: enrol, change, confirm, end, suspend. Each asks the named right.

Nobody changes the own rights, and nobody gives what lies outside the own tree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cms.core.acts import Act, report
from cms.core.instants import day_of
from cms.elements.models import Element
from cms.organisations.enums import READING_ROLES
from cms.organisations.models import Competence, Enrolment, Membership, Organisation, Suspension
from cms.organisations.rules import Place, administration_of, permitted
from cms.organisations.services import create_membership, end_membership, record_membership
from cms.organisations.standing import standing_memberships
from cms.users.invitations import end_sessions, forget_way_in, invite
from cms.users.models import User

# a membership ends after this time at the latest, unless it is confirmed again
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a membership gives: a role, elements with countries (none: all), and the days on which it counts."""

    role: str
    competences: Mapping[Element, Sequence[str]] = field(default_factory=dict)
    valid_from: date | None = None
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """That somebody needs access, was briefed, and acknowledged the rules."""

    need: str
    briefed_on: date
    acknowledged_on: date


@transaction.atomic
def enrol(
    *,
    email: str,
    name: str,
    organisation: Organisation,
    access: Access,
    preparation: Preparation,
    actor: User,
    at: datetime,
) -> tuple[Membership, str | None]:
    """Give somebody a membership, and an account where there is none; return it with the secret of the invitation.

    Without need, briefing and acknowledgement there is none. An account that exists keeps its name and password, and
    gets no invitation (None). Raises PermissionDenied outside the own tree and for the own account.
    """
    _check_access(access, at)
    _check_preparation(preparation, at)
    organisation.refresh_from_db()
    if organisation.merged_into_id is not None:
        raise ValidationError({"organisation": _("This organisation has been merged into another one.")})
    user = User.objects.select_for_update().filter(email=email.strip().lower()).first()
    _demand_grant(organisation, access.role, user, actor=actor, at=at)
    if user is None:
        user = User.objects.create_user(email, None, name=name.strip())
    else:
        _check_account(user, organisation, access.role, actor=actor, at=at)
    membership = create_membership(
        user=user,
        organisation=organisation,
        role=access.role,
        competences=access.competences,
        actor=actor,
        at=at,
        valid_from=access.valid_from,
        valid_until=access.valid_until,
    )
    _record_preparation(membership, preparation, actor=actor, at=at)
    return membership, None if user.has_usable_password() else invite(user=user, actor=actor, at=at)


def _check_account(user: User, organisation: Organisation, role: str, *, actor: User, at: datetime) -> None:
    """Raise ValidationError for an account to which somebody else still holds the link, which must not open what is
    added now, and for a role that the person has here already."""
    if not user.has_usable_password() and not is_wholly_own(user, actor, at):
        raise ValidationError({"email": _("Somebody else has just invited this person: wait until they have come.")})
    if standing_memberships(user, at).filter(organisation=organisation, role=role).exists():
        raise ValidationError({"email": _("This person holds this role here already.")})


@transaction.atomic
def change_access(*, membership: Membership, access: Access, reason: str, actor: User, at: datetime) -> None:
    """Give the membership another role, other elements or countries, other days; it holds from the next request on.

    Raises PermissionDenied for one's own membership and for roles that are not the actor's to give, ValidationError
    without a reason.
    """
    _demand_reason(reason)
    _check_access(access, at)
    row = _locked(membership)
    _demand_grant(row.organisation, row.role, row.user, actor=actor, at=at)
    _demand_grant(row.organisation, access.role, row.user, actor=actor, at=at)
    row.role, row.valid_from, row.valid_until = access.role, access.valid_from, access.valid_until
    row.full_clean()
    row.save(update_fields=["role", "valid_from", "valid_until"])
    row.competences.all().delete()
    Competence.objects.bulk_create(
        Competence(membership=row, element=element, countries=sorted(countries))
        for element, countries in access.competences.items()
    )
    record_membership(row, "membership_changed", actor=actor, at=at, reason=reason)


@transaction.atomic
def confirm_membership(*, membership: Membership, until: date, actor: User, at: datetime) -> None:
    """Say that the need still stands, and let the membership count until the day: twelve months at most."""
    row = _locked(membership)
    _demand_grant(row.organisation, row.role, row.user, actor=actor, at=at)
    _check_days(row.valid_from, until, at)
    row.valid_until = until
    row.save(update_fields=["valid_until"])
    Enrolment.objects.filter(membership=row).update(confirmed_on=day_of(at))
    record_membership(row, "membership_confirmed", actor=actor, at=at)


@transaction.atomic
def end_now(*, membership: Membership, last_day: date, reason: str, actor: User, at: datetime) -> None:
    """End the membership with the day, which still counts; the day before today ends it at once."""
    row = _locked(membership)
    _demand_grant(row.organisation, row.role, row.user, actor=actor, at=at)
    end_membership(membership=row, last_day=last_day, actor=actor, at=at, reason=reason)


@transaction.atomic
def suspend(*, user: User, reason: str, actor: User, at: datetime) -> Suspension:
    """Close the account at once, its open sessions with it. One administrator of one membership is enough."""
    _demand_reason(reason)
    account = User.objects.select_for_update().get(pk=user.pk)
    organisation = _ground(account, actor=actor, at=at)
    suspension = Suspension.objects.create(
        user=account, organisation=organisation, reason=reason, suspended_by=actor, suspended_at=at
    )
    account.is_active = False
    account.session_round += 1
    account.save(update_fields=["is_active", "session_round"])
    _report_suspension(suspension, "user_suspended", reason, actor=actor, at=at)
    return suspension


@transaction.atomic
def lift_suspension(*, suspension: Suspension, reason: str, actor: User, at: datetime) -> None:
    """Open the account again, where no other suspension stands: by an administrator of where it was suspended."""
    _demand_reason(reason)
    account = User.objects.select_for_update().get(pk=suspension.user_id)
    row = Suspension.objects.select_for_update().select_related("organisation").get(pk=suspension.pk)
    _refuse_own(account, actor)
    if row.lifted_at is not None or not permitted(actor, "administer", Place(row.organisation, at)):
        raise PermissionDenied(_("You may not do this."))
    row.lifted_by, row.lifted_at = actor, at
    row.save(update_fields=["lifted_by", "lifted_at"])
    if not account.suspensions.filter(lifted_at__isnull=True).exists():
        account.is_active = True
        account.save(update_fields=["is_active"])
    _report_suspension(row, "suspension_lifted", reason, actor=actor, at=at)


def end_sessions_of(*, user: User, actor: User, at: datetime) -> None:
    """End the open sessions of somebody in the own tree."""
    _ground(user, actor=actor, at=at)
    end_sessions(user=user, actor=actor, at=at)


def invite_again(*, user: User, actor: User, at: datetime) -> str:
    """Make a new link for somebody in the own tree who has not used the first one; return its secret."""
    _demand_whole(user, actor, at)
    return invite(user=user, actor=actor, at=at)


def is_wholly_own(user: User, actor: User, at: datetime) -> bool:
    """Tell whether every standing membership of the account is the actor's to give.

    A link opens the whole account: whoever gives one must have been able to give all that it opens.
    """
    mine = administration_of(actor, at)
    return user.pk != actor.pk and all(
        mine.grants(row.organisation, row.role) for row in standing_memberships(user, at)
    )


def _demand_whole(user: User, actor: User, at: datetime) -> None:
    _ground(user, actor=actor, at=at)
    if not is_wholly_own(user, actor, at):
        raise PermissionDenied(_("This person works elsewhere too: a link would open more than is yours to give."))


def may_forget_way_in(user: User, actor: User, at: datetime) -> bool:
    """Tell whether somebody else has suspended the account: one alone could get in in the person's place."""
    standing = user.suspensions.filter(lifted_at__isnull=True, suspended_by__isnull=False)
    by_another = standing.exclude(suspended_by=actor).exists()
    return user.has_usable_password() and by_another and is_wholly_own(user, actor, at)


@transaction.atomic
def invite_anew(*, user: User, actor: User, at: datetime) -> str:
    """Take password and second factor of a suspended account away and return the secret of a new invitation.

    It takes two: another administrator has suspended the account. The link counts once the suspension is lifted.
    """
    _demand_whole(user, actor, at)
    account = User.objects.select_for_update().get(pk=user.pk)
    if not may_forget_way_in(account, actor, at):
        raise PermissionDenied(_("Another administrator suspends the account first: it takes two."))
    forget_way_in(user=account, actor=actor, at=at)
    return invite(user=account, actor=actor, at=at)


def _ground(user: User, *, actor: User, at: datetime) -> Organisation:
    """Return the organisation by which the actor administers the person; raises PermissionDenied without one.

    For an administrator of a participant whom the Commission registered, that is the Commission.
    """
    _refuse_own(user, actor)
    mine = administration_of(actor, at)
    for membership in standing_memberships(user, at):
        if mine.covers(membership.organisation):
            return membership.organisation
        if mine.grants(membership.organisation, membership.role):
            return Organisation.objects.get(pk=min(mine.tops))
    raise PermissionDenied(_("You may not do this."))


def _locked(membership: Membership) -> Membership:
    rows = Membership.objects.select_for_update(of=("self",)).select_related("organisation", "user")
    return rows.get(pk=membership.pk)


def _refuse_own(user: User | None, actor: User) -> None:
    if user is not None and actor.pk == user.pk:
        raise PermissionDenied(_("Nobody changes their own rights."))


def _demand_grant(organisation: Organisation, role: str, user: User | None, *, actor: User, at: datetime) -> None:
    _refuse_own(user, actor)
    if not permitted(actor, "grant", Place(organisation, at, role)):
        raise PermissionDenied(_("You may not do this."))


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: others must be able to follow the decision.")})


def _check_access(access: Access, at: datetime) -> None:
    _check_days(access.valid_from, access.valid_until, at)
    if access.role in READING_ROLES and not access.competences:
        raise ValidationError({"elements": _("Name at least one element: without one this role reads nothing.")})


def _check_days(first: date | None, last: date, at: datetime) -> None:
    today = day_of(at)
    if last < today:
        raise ValidationError({"valid_until": _("This day is over.")})
    if first is not None and last < first:
        raise ValidationError({"valid_until": _("It ends before it begins.")})
    if last - today > LONGEST:
        raise ValidationError({"valid_until": _("Twelve months at most: then it is confirmed again.")})


def _check_preparation(preparation: Preparation, at: datetime) -> None:
    if not preparation.need.strip():
        raise ValidationError({"need": _("Say what the access is needed for.")})
    for name in ("briefed_on", "acknowledged_on"):
        if getattr(preparation, name) > day_of(at):
            raise ValidationError({name: _("This day is still to come.")})


def _record_preparation(membership: Membership, preparation: Preparation, *, actor: User, at: datetime) -> None:
    Enrolment.objects.create(
        membership=membership,
        need=preparation.need.strip(),
        briefed_on=preparation.briefed_on,
        acknowledged_on=preparation.acknowledged_on,
        confirmed_on=day_of(at),
        recorded_by=actor,
    )


def _report_suspension(row: Suspension, event: str, reason: str, *, actor: User, at: datetime) -> None:
    details = {"user": row.user_id}
    report(Act(event=event, at=at, actor_id=actor.pk, owner_id=row.organisation_id, reason=reason, details=details))
