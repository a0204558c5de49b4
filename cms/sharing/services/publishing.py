"""What publication does to sharing: the proposal is applied the first time, and never again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.audit.services import record_many
from cms.core.snapshot import one_snapshot
from cms.sharing.ceilings import check_state, widest_allowed
from cms.sharing.enums import SharingState
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Proposal, Sharing
from cms.sharing.querysets import fetch_facts
from cms.sharing.rules import allowed
from cms.sharing.services.acting import entry_of, write_audience
from cms.sharing.services.naming import add_recipients
from cms.sharing.signals import items_changed
from cms.sharing.targets import target_of
from cms.users.models import User

_PROPOSED = ("marking", "state", "use_limits", "copies_allowed")


@dataclass(frozen=True, slots=True)
class Publication:
    """A new version of an item, made live by somebody. The caller holds the item's lock, and the row says what holds
    under it, its page being live."""

    sharing: Sharing
    actor: User


def apply_to_many(publications: Sequence[Publication], *, at: datetime) -> None:
    """Apply the proposals of items that are published for the first time; later ones leave the sharing as it is.

    Called inside the transaction that publishes the texts. Raises NotAllowed, AboveCeiling where a state lies above
    marking, element or organisation, ValidationError for `public`, which needs two deciders: then nothing may be
    published.
    """
    with one_snapshot():  # nothing is changed yet: who may is read once for each actor
        for one in publications:
            if not allowed(one.actor, "set_audience", one.sharing, at):
                raise NotAllowed(_("You may not do this with this item."))
    rows = [one.sharing for one in publications]
    first = {row.pk for row in rows if row.first_shared_at is None}
    details = _apply_proposals([one for one in publications if one.sharing.pk in first], at)
    fetch_facts(rows)
    write_audience(rows, at)
    items_changed.send(sender=Sharing, sharing_ids=[row.pk for row in rows])
    record_many(
        [
            entry_of(
                one.sharing,
                Event.ITEM_PUBLISHED,
                actor=one.actor,
                at=at,
                rule="sharing.set_audience",
                details={"first": one.sharing.pk in first} | details.get(one.sharing.pk, {}),
            )
            for one in publications
        ]
    )


def _apply_proposals(publications: Sequence[Publication], at: datetime) -> dict[int, dict[str, Any]]:
    """Share these items as was proposed; return what the audit event says of each."""
    rows = [one.sharing for one in publications]
    if not rows:
        return {}
    found = Proposal.objects.filter(sharing__in=rows).select_related("proposed_by").prefetch_related("recipients")
    proposals = {proposal.sharing_id: proposal for proposal in found}
    ceilings: dict[Any, SharingState] = {}
    for row in rows:
        proposal = proposals[row.pk]
        key = (proposal.marking, row.element_id, row.owner_id)
        if key not in ceilings:
            ceilings[key] = widest_allowed(proposal.marking, row.element, row.owner)
        check_state(proposal.marking, proposal.state, ceilings[key])
        if proposal.state == SharingState.PUBLIC:
            raise ValidationError({"state": _("Making an item public needs two deciders; publish it first.")})
        for name in _PROPOSED:
            setattr(row, name, getattr(proposal, name))
        row.first_shared_at = at
    Sharing.objects.bulk_update(rows, [*_PROPOSED, "first_shared_at"])
    return {one.sharing.pk: _name(one, proposals[one.sharing.pk], at) for one in publications}


def _name(publication: Publication, proposal: Proposal, at: datetime) -> dict[str, Any]:
    """Name the proposed recipients; return what the audit event says of the item."""
    row, actor = publication.sharing, publication.actor
    named = [target_of(named) for named in proposal.recipients.all()]
    if named:
        add_recipients(row, named, actor=proposal.proposed_by or actor, at=at, confirmed_by=actor)
    return {"marking": row.marking, "state": row.state, "recipients": len(named)}
