"""Unannounced exercises: an alert marked as such goes the whole way, and who answered in time is counted."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.elements.models import Element
from cms.notifications.enums import Urgency
from cms.organisations.enums import Role
from cms.organisations.selectors import valid_memberships
from cms.sharing.audience_templates import Audience
from cms.sharing.enums import Marking, SharingState
from cms.sharing.exceptions import NotAllowed
from cms.users.models import User
from content_types.drafts import DraftFacts, create_draft
from content_types.models import Alert
from workflows.alerts.models import Release
from workflows.alerts.selectors import board
from workflows.services import approve, submit
from workflows.trail import record_item


@dataclass(frozen=True, slots=True)
class Coverage:
    """What came of one participant in an exercise; minutes are from sending to acknowledgement."""

    participant: str
    contact_points: int
    delivered: bool
    minutes: int | None
    in_time: bool


@transaction.atomic
def start_drill(*, writer: User, approver: User, element: Element, urgency: str, at: datetime) -> Release:
    """Send an exercise to everybody competent for the element, owned by the Commission, without warning.

    Two curators, as for every alert of the Commission: one writes, the other approves. Raises NotAllowed for others,
    ValidationError for one person alone.
    """
    if writer == approver:
        raise ValidationError(_("One curator writes the exercise, another one approves it."))
    owner = next((row.organisation for row in valid_memberships(writer, at) if row.role == Role.CURATOR), None)
    if owner is None:
        raise NotAllowed(_("The Commission's curators hold exercises."))
    page = Alert(
        title=_("EXERCISE EXERCISE EXERCISE"),
        summary=_("This is an exercise. Acknowledge it as you would an alert; nothing else is to be done."),
        urgency=Urgency(urgency),
        detected_at=at,
        aware_at=at,
        information_date=at.date(),
        place_country="BE",
        no_personal_data=True,
    )
    network = Audience(marking=Marking.GREEN, state=SharingState.NETWORK)
    facts = DraftFacts(owner=owner, element=element)
    sharing = create_draft(page=page, facts=facts, audience=network, actor=writer, at=at)
    page.sharing = sharing
    submit(page=page, actor=writer, at=at)
    approve(page=page, actor=approver, at=at, revision_id=page.latest_revision_id)
    drill = Release.objects.select_related("sharing__page").get(sharing=sharing)
    drill.drill = True
    drill.save(update_fields=["drill"])
    details = {"writer": writer.pk}
    record_item(drill.sharing, Event.DRILL_HELD, actor=approver, at=at, version=drill.revision_id, details=details)
    return drill


def coverage(drill: Release, at: datetime) -> list[Coverage]:
    """Return what came of each participant so far, by name."""
    found = []
    for row in board(drill, at):
        acknowledged = row.receipt.acknowledged_at
        found.append(
            Coverage(
                participant=row.receipt.participant.name,
                contact_points=len(row.receipt.chain[0]),
                delivered=row.delivered_at is not None,
                minutes=None if acknowledged is None else int((acknowledged - drill.released_at).total_seconds() // 60),
                in_time=acknowledged is not None and acknowledged <= drill.answer_by,
            )
        )
    return found
