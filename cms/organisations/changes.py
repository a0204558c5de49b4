"""Changes of the tree and of ceilings by those who administer and those who decide.

Nobody gains to read by one person alone: moving, merging and a higher ceiling are prepared by one and
decided by another one. What is decided is carried out in `cms.sharing`, which knows the items.
"""

from datetime import datetime
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cms.core.acts import Act, report
from cms.elements.enums import Ceiling
from cms.organisations.enums import OrganisationKind, Outcome, ProposalKind, Role
from cms.organisations.models import Membership, Organisation, OrganisationProposal
from cms.organisations.rules import Place, permitted
from cms.organisations.services import create_organisation, record_organisation
from cms.organisations.standing import counting_on
from cms.users.models import User
from cms.users.selectors import accounts_in_good_standing

_WIDTH = tuple(Ceiling.values)


@transaction.atomic
def found_below(*, name: str, kind: str, parent: Organisation, actor: User, at: datetime) -> Organisation:
    """Add an authority or a unit in the own tree: it has no people and owns nothing, so nobody gains by it."""
    parent.refresh_from_db()
    _demand(actor, "administer", parent, at)
    if kind not in {OrganisationKind.AUTHORITY, OrganisationKind.UNIT}:
        raise ValidationError({"kind": _("Participants are registered by curators.")})
    if parent.merged_into_id is not None:
        raise ValidationError({"parent": _("This organisation has been merged into another one.")})
    key = f"{slugify(name)[:30] or 'organisation'}-{uuid4().hex[:8]}"
    return create_organisation(
        key=key, name=name.strip(), kind=kind, country=parent.country, parent=parent, actor=actor, at=at
    )


@transaction.atomic
def rename(*, organisation: Organisation, name: str, actor: User, at: datetime) -> None:
    """Give an organisation of the own tree another name; its key stays."""
    _demand(actor, "administer", organisation, at)
    row = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    row.name = name.strip()
    row.full_clean(exclude=["lineage"])
    row.save(update_fields=["name"])
    record_organisation(row, actor=actor, at=at, what="renamed")


@transaction.atomic
def lower_ceiling(*, organisation: Organisation, ceiling: str, reason: str, actor: User, at: datetime) -> None:
    """Allow less from now on, by one decider at once. What is shared already stays as it is until somebody acts."""
    _demand(actor, "decide", organisation, at)
    row = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if _width(ceiling) >= _width(row.ceiling):
        raise ValidationError({"ceiling": _("This is not lower than the present ceiling.")})
    _set_ceiling(row, ceiling, reason, actor=actor, at=at)


@transaction.atomic
def propose_higher_ceiling(
    *, organisation: Organisation, ceiling: str, reason: str, actor: User, at: datetime
) -> OrganisationProposal:
    """Ask another decider, of the organisation or above it, to allow more; where there is none it is refused."""
    _demand(actor, "decide", organisation, at)
    _demand_reason(reason)
    if _width(ceiling) <= _width(organisation.ceiling):
        raise ValidationError({"ceiling": _("This is not higher than the present ceiling.")})
    if not _second_decider(organisation, actor, at):
        raise ValidationError(_("There is no second decider, here or above: the ceiling stays."))
    return _propose(ProposalKind.CEILING, organisation, reason=reason, actor=actor, at=at, ceiling=ceiling)


@transaction.atomic
def propose_change(
    *, kind: str, organisation: Organisation, target: Organisation, reason: str, actor: User, at: datetime
) -> OrganisationProposal:
    """Prepare that the organisation moves below the target, or is merged into it, inside one participant."""
    organisation.refresh_from_db()
    target.refresh_from_db()
    _demand(actor, "administer", organisation, at)
    _demand_reason(reason)
    if organisation.lineage[0] != target.lineage[0]:
        raise ValidationError({"target": _("An organisation moves inside its own participant only.")})
    _demand(actor, "administer", target, at)
    if organisation.parent_id is None:
        raise ValidationError({"target": _("A participant neither moves nor merges.")})
    if organisation.pk in target.lineage:
        raise ValidationError({"target": _("The other organisation lies below this one.")})
    if organisation.merged_into_id is not None or target.merged_into_id is not None:
        raise ValidationError({"target": _("This organisation has been merged into another one.")})
    if kind == ProposalKind.MOVE and organisation.parent_id == target.pk:
        raise ValidationError({"target": _("It stands there already.")})
    return _propose(kind, organisation, reason=reason, actor=actor, at=at, target=target)


@transaction.atomic
def refuse_proposal(*, proposal: OrganisationProposal, reason: str, actor: User, at: datetime) -> None:
    """Say no to what somebody prepared, by whoever may decide it; who prepared it takes it back by this."""
    row = lock_proposal(proposal)
    if row.proposed_by_id != actor.pk:
        demand_decider(row, actor, at)
    close_proposal(row, Outcome.REFUSED, actor=actor, at=at)
    _report(row, "organisation_refused", reason, actor=actor, at=at)


@transaction.atomic
def raise_ceiling(*, proposal: OrganisationProposal, actor: User, at: datetime) -> None:
    """Allow more, as the second decider."""
    row = lock_proposal(proposal)
    demand_second(row, actor, at)
    if row.kind != ProposalKind.CEILING:
        raise ValidationError(_("This is another kind of proposal."))
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=row.organisation_id)
    if _width(row.ceiling) <= _width(organisation.ceiling):
        raise ValidationError(_("The ceiling has changed meanwhile: look again."))
    close_proposal(row, Outcome.ACCEPTED, actor=actor, at=at)
    _set_ceiling(organisation, row.ceiling, row.reason, actor=actor, at=at)


def lock_proposal(proposal: OrganisationProposal) -> OrganisationProposal:
    """Return the proposal, locked; raises ValidationError where it is decided already."""
    rows = OrganisationProposal.objects.select_for_update(of=("self",)).select_related("organisation", "target")
    row = rows.get(pk=proposal.pk)
    if row.outcome != Outcome.OPEN:
        raise ValidationError(_("This is decided already."))
    return row


def demand_decider(proposal: OrganisationProposal, actor: User, at: datetime) -> None:
    """Raise PermissionDenied unless the person decides for all organisations that the proposal names."""
    if not may_decide_proposal(proposal, actor, at):
        raise PermissionDenied(_("You may not do this."))


def demand_second(proposal: OrganisationProposal, actor: User, at: datetime) -> None:
    """Raise PermissionDenied unless the person may decide and is another one than who prepared it."""
    demand_decider(proposal, actor, at)
    if proposal.proposed_by_id == actor.pk:
        raise PermissionDenied(_("Another person decides what you prepared."))


def may_decide_proposal(proposal: OrganisationProposal, user: User, at: datetime) -> bool:
    """Tell whether the person is a decider at or above every organisation that the proposal names."""
    places = [proposal.organisation, proposal.target]
    return all(permitted(user, "decide", Place(place, at)) for place in places if place is not None)


def close_proposal(row: OrganisationProposal, outcome: str, *, actor: User, at: datetime) -> None:
    """Write down what became of a locked proposal."""
    row.outcome, row.decided_by, row.decided_at = outcome, actor, at
    row.save(update_fields=["outcome", "decided_by", "decided_at"])


def _propose(
    kind: str,
    organisation: Organisation,
    *,
    reason: str,
    actor: User,
    at: datetime,
    target: Organisation | None = None,
    ceiling: str = "",
) -> OrganisationProposal:
    open_ones = OrganisationProposal.objects.filter(organisation=organisation, kind=kind, outcome=Outcome.OPEN)
    if open_ones.exists():
        raise ValidationError(_("Something of this kind is prepared already: it is decided first."))
    row = OrganisationProposal.objects.create(
        kind=kind,
        organisation=organisation,
        target=target,
        ceiling=ceiling,
        reason=reason.strip(),
        proposed_by=actor,
        proposed_at=at,
    )
    _report(row, "organisation_proposed", reason, actor=actor, at=at)
    return row


def _second_decider(organisation: Organisation, actor: User, at: datetime) -> bool:
    rows = counting_on(Membership.objects.filter(organisation__in=organisation.lineage, role=Role.DECIDER), at)
    return rows.exclude(user=actor).filter(user__in=accounts_in_good_standing(at)).exists()


def _set_ceiling(row: Organisation, ceiling: str, reason: str, *, actor: User, at: datetime) -> None:
    details = {"from": row.ceiling, "to": ceiling}
    row.ceiling = ceiling
    row.save(update_fields=["ceiling"])
    report(Act(event="ceiling_changed", at=at, actor_id=actor.pk, owner_id=row.pk, reason=reason, details=details))


def _report(row: OrganisationProposal, event: str, reason: str, *, actor: User, at: datetime) -> None:
    details = {"kind": row.kind, "target": row.target_id, "ceiling": row.ceiling}
    report(Act(event=event, at=at, actor_id=actor.pk, owner_id=row.organisation_id, reason=reason, details=details))


def _width(ceiling: str) -> int:
    if ceiling not in _WIDTH:
        raise ValidationError({"ceiling": _("There is no such ceiling.")})
    return _WIDTH.index(ceiling)


def _demand(actor: User, permission: str, organisation: Organisation, at: datetime) -> None:
    if not permitted(actor, permission, Place(organisation, at)):
        raise PermissionDenied(_("You may not do this."))


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: others must be able to follow the decision.")})
