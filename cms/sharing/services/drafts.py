"""From a new item to its first publication: its row, its facts, what is proposed, what publication applies."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.audit.services import record
from cms.elements.models import Element
from cms.organisations.models import Organisation
from cms.organisations.services import hold
from cms.sharing.ceilings import check_recipients, check_state
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Proposal, ProposedRecipient, Sharing
from cms.sharing.rules import allowed
from cms.sharing.services.acting import act_on, entry_of, write_audience
from cms.sharing.signals import proposal_changed
from cms.sharing.targets import Target
from cms.users.models import User


def create_sharing(
    *,
    page_id: int,
    uuid: Any,
    reference: str,
    owner: Organisation,
    element: Element,
    countries: Iterable[str],
    author: User | None,
    at: datetime,
) -> Sharing:
    """Give a new page its sharing row: state `owner`, marking AMBER, seen by nobody else; with an empty proposal."""
    with transaction.atomic():
        hold(owner.pk)
        sharing = Sharing.objects.create(
            page_id=page_id,
            uuid=uuid,
            reference=reference,
            owner=owner,
            element=element,
            countries=sorted(countries),
            author=author,
        )
        Proposal.objects.create(sharing=sharing)
        write_audience([sharing], at)
        record(entry_of(sharing, Event.ITEM_CREATED, actor=author, at=at))
    return sharing


@transaction.atomic
def change_draft_facts(
    *,
    sharing: Sharing,
    owner: Organisation,
    element: Element,
    countries: Iterable[str],
    actor: User,
    at: datetime,
) -> None:
    """Change owner, element or countries of an item that was never published, by one of its editors."""
    hold(owner.pk)
    with act_on(sharing, "edit", Event.FACTS_CHANGED, actor=actor, at=at) as act:
        if act.sharing.first_shared_at is not None:
            raise NotAllowed(_("Owner, element and countries of a published item are changed by its decider."))
        act.sharing.owner, act.sharing.element = owner, element
        act.sharing.countries = sorted(countries)
        act.sharing.save(update_fields=["owner", "element", "countries"])
        if not allowed(actor, "edit", act.sharing, at):
            raise NotAllowed(
                _("You may write for this owner, element and these countries only where you are competent.")
            )
        proposal_changed.send(sender=Sharing, sharing=act.sharing, actor=actor, at=at)


def propose(
    *,
    sharing: Sharing,
    marking: str,
    state: str,
    targets: Sequence[Target],
    actor: User,
    at: datetime,
    use_limits: Sequence[str] = (),
    copies_allowed: bool = True,
) -> None:
    """Keep what an editor proposes for a draft. Raises AboveCeiling naming what the marking does not allow."""
    check_state(marking, state)
    check_recipients(marking, (target.kind for target in targets))
    with act_on(sharing, "propose_sharing", Event.PROPOSAL_CHANGED, actor=actor, at=at) as act:
        proposal, _created = Proposal.objects.get_or_create(sharing=act.sharing)
        proposal.marking, proposal.state = marking, state
        proposal.use_limits, proposal.copies_allowed = list(use_limits), copies_allowed
        proposal.proposed_by = actor
        proposal.save()
        proposal.recipients.all().delete()
        ProposedRecipient.objects.bulk_create(
            ProposedRecipient(proposal=proposal, **target.columns) for target in targets
        )
        act.details = {"marking": marking, "state": state, "recipients": len(targets)}
        proposal_changed.send(sender=Sharing, sharing=act.sharing, actor=actor, at=at)
