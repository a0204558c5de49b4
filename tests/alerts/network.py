"""A small network that warns: author and approver of the owner, two States with contact points, a coordination desk."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cms.core.instants import current_instant
from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Organisation
from cms.sharing.audience_templates import Audience
from cms.sharing.models import Sharing
from cms.users.models import User
from content_types.drafts import DraftFacts, create_draft
from content_types.models import Alert
from tests.factories.organisations import element, make_organisation, make_participant
from tests.factories.people import make_person
from workflows.alerts.models import Receipt
from workflows.services import approve, submit


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Who is there."""

    owner: Organisation
    author: User
    approver: User
    france: Organisation
    french: User
    finland: Organisation
    finnish: User
    curator: User


def make_network() -> Network:
    """Make it."""
    spain = make_participant("spain", country="ES")
    owner = make_organisation(parent=spain, key="es-border")
    france, finland = make_participant("france", country="FR"), make_participant("finland", country="FI")
    commission = make_participant("commission", kind=OrganisationKind.COMMISSION)
    return Network(
        owner=owner,
        author=make_person(owner, Role.AUTHOR, name="Ana Example"),
        approver=make_person(spain, Role.APPROVER, name="Carlos Example"),
        france=france,
        french=make_person(france, Role.APPROVER, name="Marie Example"),
        finland=finland,
        finnish=make_person(finland, Role.APPROVER, name="Aino Example"),
        curator=make_person(commission, Role.CURATOR, name="Cleo Example"),
    )


EVERYONE = Audience(marking="GREEN", state="network")


def make_draft(
    network: Network, *, at: datetime | None = None, audience: Audience = EVERYONE, **fields: Any
) -> Sharing:
    """Make an alert that nobody has seen yet."""
    at = at or current_instant()
    values: dict[str, Any] = {
        "title": "Boats from a new beach",
        "summary": "Three boats in one night.",
        "urgency": "flash",
        "place_country": "ES",
        "detected_at": at,
        "no_personal_data": True,
    }
    page = Alert(**{**values, **fields})
    facts = DraftFacts(owner=network.owner, element=element(), countries=[])
    return create_draft(page=page, facts=facts, audience=audience, actor=network.author, at=at)


def make_alert(network: Network, *, at: datetime | None = None, **fields: Any) -> Sharing:
    """Make an alert and send it out: written, handed in, approved."""
    at = at or current_instant()
    sharing = make_draft(network, at=at, **fields)
    hand_in(sharing, network, at)
    page = sharing.page.specific
    page.sharing = sharing
    approve(page=page, actor=network.approver, at=at, revision_id=page.latest_revision_id)
    return Sharing.objects.select_related("page", "owner", "element").get(pk=sharing.pk)


def hand_in(sharing: Sharing, network: Network, at: datetime) -> None:
    """Have the author hand it in."""
    page = sharing.page.specific
    page.sharing = sharing
    submit(page=page, actor=network.author, at=at)


def receipt_of(sharing: Sharing, participant: Organisation) -> Receipt:
    """Return what the participant does with the alert."""
    return Receipt.objects.get(release__sharing=sharing, participant=participant)
