"""National validation: who has to validate what, inside the Commission's frame; and the act itself.

An organisation adds the step for what it and the organisations below it hand in about an element; where the frame
demands it, every State has the step at its top. One version is validated, by somebody with the right to approve at the
organisation that asks for it or above, who neither edited it last nor approves it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.elements.models import Element
from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Organisation
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.reach import reaches_of
from cms.sharing.rights import RIGHTS
from cms.sharing.rules import Ask, competent, last_editor_id, may_act
from cms.sharing.tokens import MembershipReach
from cms.users.models import User
from workflows.enums import Frame
from workflows.models import Validation, ValidationFrame, ValidationStep
from workflows.trail import record_act

_STATES = (OrganisationKind.MEMBER_STATE, OrganisationKind.ASSOCIATED_STATE)
# element id → ids of the organisations that validate
Steps = dict[int, set[int]]


def steps_in_force(participants: Iterable[int] | None = None) -> Steps:
    """Return who validates what, in these participants or in all of them, in three queries."""
    rules = dict(ValidationFrame.objects.values_list("element_id", "rule"))
    steps: Steps = defaultdict(set)
    rows = ValidationStep.objects.all()
    states = Organisation.objects.filter(kind__in=_STATES)
    if participants is not None:
        ids = list(participants)
        rows = rows.filter(organisation__lineage__0__in=ids)
        states = states.filter(pk__in=ids)
    for element_id, organisation_id in rows.values_list("element_id", "organisation_id"):
        if rules.get(element_id) != Frame.NONE:
            steps[element_id].add(organisation_id)
    required = [element_id for element_id, rule in rules.items() if rule == Frame.REQUIRED]
    if required:
        tops = set(states.values_list("pk", flat=True))
        for element_id in required:
            steps[element_id] |= tops
    return steps


def pending_for(sharings: Sequence[Sharing]) -> dict[int, list[int]]:
    """Return sharing id → the organisations whose validation the newest version still needs; a few queries for all."""
    steps = steps_in_force({sharing.owner.participant_id for sharing in sharings}) if sharings else {}
    if not steps:
        return {}
    given: dict[int, set[int]] = defaultdict(set)
    revisions = [sharing.page.latest_revision_id for sharing in sharings]
    for revision_id, organisation_id in Validation.objects.filter(revision__in=revisions).values_list(
        "revision_id", "organisation_id"
    ):
        given[revision_id].add(organisation_id)
    found = {}
    for sharing in sharings:
        asking = _asking(steps, sharing.owner, sharing.element_id)
        missing = [key for key in asking if key not in given[sharing.page.latest_revision_id or 0]]
        if missing:
            found[sharing.pk] = missing
    return found


def validating(owner: Organisation, element: Element) -> list[Organisation]:
    """Return the organisations that validate what the owner hands in about the element, from the participant down."""
    asking = _asking(steps_in_force([owner.participant_id]), owner, element.pk)
    return list(Organisation.objects.filter(pk__in=asking).order_by("lineage"))


def _asking(steps: Steps, owner: Organisation, element_id: int) -> list[int]:
    return [key for key in owner.lineage if key in steps.get(element_id, ())]


def pending(steps: Steps) -> Q:
    """Return the condition on sharing rows that the newest version still needs one of these validations."""
    condition = Q(pk__in=[])
    for element_id, organisations in steps.items():
        for organisation_id in sorted(organisations):
            given = Validation.objects.filter(
                revision=OuterRef("page__latest_revision"), organisation_id=organisation_id
            )
            condition |= Q(element=element_id, owner__lineage__contains=[organisation_id]) & ~Q(Exists(given))
    return condition


def may_validate_for(reach: MembershipReach, organisation: Organisation) -> bool:
    """Tell whether the membership validates for the organisation: an approver's, at it or above it."""
    return reach.role == Role.APPROVER and reach.organisation_id in organisation.lineage


def validates_for(user: Any, sharing: Sharing, at: datetime) -> list[Organisation]:
    """Return the organisations for which the person may validate the item's newest version now."""
    missing = pending_for([sharing]).get(sharing.pk, [])
    if not missing or not isinstance(user, User) or not may_act("approve", user, Ask(sharing, at)):
        return []
    if last_editor_id(sharing) == user.pk:
        return []
    reaches = [reach for reach in reaches_of(user, at) if reach.role in RIGHTS["approve"] and competent(reach, sharing)]
    organisations = Organisation.objects.filter(pk__in=missing)
    return [row for row in organisations if any(may_validate_for(reach, row) for reach in reaches)]


def validated_by(revision_id: int | None) -> set[int | None]:
    """Return the people who validated a version."""
    return set(Validation.objects.filter(revision=revision_id).values_list("validated_by", flat=True))


@transaction.atomic
def set_step(*, organisation: Organisation, element: Element, on: bool, actor: User, at: datetime) -> None:
    """Add or take away an organisation's step; by its decider, or one above it, competent for the element.

    Raises ValidationError where the Commission's frame does not leave it to organisations.
    """
    if not may_set_step(actor, organisation, element, at):
        raise NotAllowed(_("You may not set the steps of this organisation."))
    frame = ValidationFrame.objects.filter(element=element).first()
    if frame is not None and frame.rule != Frame.ALLOWED:
        raise ValidationError(_("The Commission's frame for this element does not leave this to organisations."))
    if on:
        ValidationStep.objects.get_or_create(organisation=organisation, element=element)
    else:
        ValidationStep.objects.filter(organisation=organisation, element=element).delete()
    record_act(
        Event.WORKFLOW_CHANGED,
        actor=actor,
        at=at,
        details={"organisation": organisation.pk, "element": element.code, "validation": on},
    )


def may_set_step(user: User, organisation: Organisation, element: Element, at: datetime) -> bool:
    """Tell whether the person is a decider of the organisation, or above it, for the element."""
    return any(
        reach.role == Role.DECIDER
        and reach.organisation_id in organisation.lineage
        and reach.competences.get(element.code) == frozenset()
        for reach in reaches_of(user, at)
    )


@transaction.atomic
def set_frame(*, element: Element, rule: str, actor: User, at: datetime) -> None:
    """Set the Commission's frame for an element; by a curator competent for it."""
    if not may_set_frame(actor, element, at):
        raise NotAllowed(_("You may not set the frame of this element."))
    ValidationFrame.objects.update_or_create(element=element, defaults={"rule": Frame(rule)})
    record_act(Event.WORKFLOW_CHANGED, actor=actor, at=at, details={"element": element.code, "frame": rule})


def may_set_frame(user: User, element: Element, at: datetime) -> bool:
    """Tell whether the person is a curator who is competent for the element without limits."""
    return any(
        reach.role == Role.CURATOR and reach.competences.get(element.code) == frozenset()
        for reach in reaches_of(user, at)
    )
