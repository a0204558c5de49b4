"""Duty lists: who is told of alerts for a participant, absences, and handing over in one act."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.elements.models import Element
from cms.organisations.enums import READING_ROLES, Role
from cms.organisations.models import Membership, Organisation
from cms.organisations.selectors import valid_memberships
from cms.organisations.standing import counting_on
from cms.sharing.exceptions import NotAllowed
from cms.users.models import User
from cms.users.selectors import accounts_in_good_standing
from workflows.alerts.enums import Function
from workflows.alerts.models import Absence, Duty
from workflows.trail import record_act

KEEPERS = frozenset({Role.APPROVER, Role.NATIONAL_ADMIN})


def kept_by(user: User, at: datetime) -> QuerySet[Organisation]:
    """Return the participants whose duty lists the person keeps: approvers and national administrators their own."""
    rows = valid_memberships(user, at).filter(role__in=KEEPERS)
    return Organisation.objects.filter(pk__in=rows.values("organisation__lineage__0"))


def duties_of(user: User, at: datetime) -> QuerySet[Duty]:
    """Return the person's places on duty lists: those of participants to which the person still belongs."""
    places = valid_memberships(user, at).filter(role__in=READING_ROLES).values("organisation__lineage__0")
    return Duty.objects.filter(user=user, participant__in=places)


def on_duty(user: User, at: datetime) -> bool:
    """Tell whether the person is on a duty list or keeps one."""
    duties, kept = duties_of(user, at), kept_by(user, at)
    return User.objects.filter(Exists(duties) | Exists(kept), pk=user.pk).exists()


def may_serve(participant: Organisation, at: datetime) -> QuerySet[User]:
    """Return the people of the participant who read, by name: whoever may be put on its duty list."""
    rows = Membership.objects.filter(organisation__lineage__0=participant.pk, role__in=READING_ROLES)
    return User.objects.filter(pk__in=counting_on(rows, at).values("user"), is_active=True).order_by("name", "pk")


@transaction.atomic
def assign(
    *, participant: Organisation, element: Element, function: int, user: User, actor: User, at: datetime
) -> None:
    """Put a person on the participant's list, or give another function there. Raises NotAllowed for another
    participant's list, ValidationError for people of another participant and unknown functions."""
    _demand_keeper(participant, actor, at)
    if function not in Function.values:
        raise ValidationError({"function": _("Choose a function.")})
    if not may_serve(participant, at).filter(pk=user.pk).exists():
        raise ValidationError({"user": _("This person does not belong to your participant.")})
    Duty.objects.update_or_create(participant=participant, element=element, user=user, defaults={"function": function})
    _record(participant, actor, at, {"element": element.code, "user": user.pk, "function": int(function)})


@transaction.atomic
def remove(*, duty: Duty, actor: User, at: datetime) -> None:
    """Take a person off a list. Raises NotAllowed for another participant's list."""
    _demand_keeper(duty.participant, actor, at)
    details = {"element": duty.element.code, "user": duty.user_id, "function": 0}
    duty.delete()
    _record(duty.participant, actor, at, details)


@transaction.atomic
def hand_over(*, actor: User, at: datetime, until: datetime | None) -> Sequence[User]:
    """Be away from now on: whoever is not, of the same lists, is told of alerts instead. Returns who that is.

    Raises ValidationError where nobody would be left to answer, or the end is past.
    """
    if until is not None and until <= at:
        raise ValidationError({"until": _("This instant is past.")})
    own = duties_of(actor, at)
    lists = list(own.values_list("participant", "element"))
    others = Duty.objects.filter(
        participant__in={row[0] for row in lists}, element__in={row[1] for row in lists}
    ).exclude(user=actor)
    away = _away(at)
    present = [row for row in _answering(others, at) if row.user_id not in away]
    if not lists or set(lists) - {(row.participant_id, row.element_id) for row in present}:
        raise ValidationError(_("Nobody else on the list could answer for you: name a deputy first."))
    Absence.objects.filter(user=actor).filter(Q(until_at__isnull=True) | Q(until_at__gt=at)).delete()
    Absence.objects.create(user=actor, from_at=at, until_at=until)
    _record(None, actor, at, {"handed_over": True, "until": until.isoformat() if until else None})
    return sorted({row.user for row in present}, key=lambda user: user.name)


def _answering(duties: QuerySet[Duty], at: datetime) -> QuerySet[Duty]:
    """Return those of the contact points and deputies who may acknowledge for their participant today."""
    approving = Membership.objects.filter(
        user=OuterRef("user"),
        organisation__lineage__0=OuterRef("participant"),
        competences__element=OuterRef("element"),
        role=Role.APPROVER,
    )
    rows = duties.filter(Exists(counting_on(approving, at)), user__in=accounts_in_good_standing(at))
    return rows.filter(function__lt=Function.HEAD).select_related("user")


@transaction.atomic
def take_over(*, actor: User, at: datetime) -> None:
    """Be back."""
    rows = Absence.objects.filter(user=actor).filter(Q(until_at__isnull=True) | Q(until_at__gt=at))
    if rows.delete()[0]:
        _record(None, actor, at, {"handed_over": False})


def _away(at: datetime) -> frozenset[int]:
    rows = Absence.objects.filter(from_at__lte=at).filter(Q(until_at__isnull=True) | Q(until_at__gt=at))
    return frozenset(rows.values_list("user_id", flat=True))


def _demand_keeper(participant: Organisation, actor: User, at: datetime) -> None:
    if not kept_by(actor, at).filter(pk=participant.pk).exists():
        raise NotAllowed(_("You may keep the duty list of your own participant only."))


def _record(participant: Organisation | None, actor: User, at: datetime, details: dict[str, object]) -> None:
    where = {} if participant is None else {"participant": participant.pk}
    record_act(Event.DUTY_CHANGED, actor=actor, at=at, details={**where, **details})
