"""Carrying out what was prepared for the tree: an organisation moves, or a successor takes over all of another one.

Who gains and who loses is told before, by organisation and from what people may read at all: no item is looked at.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.audit.services import record_many
from cms.core.acts import Act, report
from cms.core.instants import day_of
from cms.organisations.changes import close_proposal, demand_second, lock_proposal, raise_ceiling
from cms.organisations.enums import Outcome, ProposalKind
from cms.organisations.models import (
    GroupAdmission,
    GroupMember,
    Membership,
    Organisation,
    OrganisationProposal,
)
from cms.organisations.services import move_organisation
from cms.sharing.models import AudienceTemplate, ProposedRecipient, Recipient, Sharing, TemplateRecipient
from cms.sharing.services.acting import entry_of, write_audience
from cms.sharing.signals import items_changed
from cms.sharing.targets import target_of
from cms.sharing.tokens import membership_tokens
from cms.sharing.viewers import membership_reaches
from cms.users.models import User

_BATCH = 500
# letters of tokens that name an organisation
_PLACES = frozenset("oxs")


@dataclass(frozen=True, slots=True)
class Effect:
    """How many people of one organisation may read more, and how many less, than before."""

    organisation: str
    gaining: int
    losing: int


def effects_of(proposal: OrganisationProposal, at: datetime) -> tuple[Effect, ...]:
    """Return what the proposal would do to what people may read, by organisation; nothing is changed."""
    gained, lost, homes = _differences(proposal, at)
    names = dict(Organisation.objects.filter(pk__in=set(homes.values())).values_list("pk", "name"))
    counts: dict[int, list[int]] = {}
    for position, people in enumerate((gained, lost)):
        for user_id in people:
            counts.setdefault(homes[user_id], [0, 0])[position] += 1
    rows = [Effect(names[place], *numbers) for place, numbers in counts.items()]
    return tuple(sorted(rows, key=lambda row: row.organisation))


@transaction.atomic
def accept_proposal(*, proposal: OrganisationProposal, actor: User, at: datetime) -> None:
    """Carry out what was prepared, by a decider of all that it names who did not prepare it and gains nothing by it."""
    if proposal.kind == ProposalKind.CEILING:
        raise_ceiling(proposal=proposal, actor=actor, at=at)
        return
    row = lock_proposal(proposal)
    demand_second(row, actor, at)
    gained, _lost, _homes = _differences(row, at)
    if actor.pk in gained:
        raise PermissionDenied(_("You would read more by this: another decider decides it."))
    close_proposal(row, Outcome.ACCEPTED, actor=actor, at=at)
    target = _target(row)
    if row.kind == ProposalKind.MOVE:
        move_organisation(organisation=row.organisation, parent=target, actor=actor, at=at, reason=row.reason)
    else:
        _merge(row.organisation, target, actor=actor, at=at, reason=row.reason)


def _target(row: OrganisationProposal) -> Organisation:
    if row.target is None:
        raise ValidationError(_("This is another kind of proposal."))
    return row.target


def _differences(proposal: OrganisationProposal, at: datetime) -> tuple[set[int], set[int], dict[int, int]]:
    """Return who may read more and who less, and the organisation of each person, as if it were done now."""
    if proposal.kind == ProposalKind.CEILING:
        return set(), set(), {}
    organisation, target = proposal.organisation, _target(proposal)
    successors = {target.pk: organisation.pk} if proposal.kind == ProposalKind.MERGE else {}

    def change() -> None:
        if proposal.kind == ProposalKind.MOVE:
            move_organisation(organisation=organisation, parent=target, actor=None, at=at, reason="")
        else:
            _merge_people(organisation, target, at=at)

    before, homes = _reading(organisation.lineage[0], at)
    after = _as_if(change, lambda: _reading(organisation.lineage[0], at)[0])
    organisation.refresh_from_db()
    wide = {user_id: _with_predecessors(tokens, successors) for user_id, tokens in after.items()}
    gained = {user_id for user_id in homes if wide.get(user_id, set()) - before.get(user_id, set())}
    lost = {user_id for user_id in homes if before.get(user_id, set()) - wide.get(user_id, set())}
    return gained, lost, homes


def _as_if[Found](change: Callable[[], None], look: Callable[[], Found]) -> Found:
    """Return what is seen after the change, and take the change back."""
    with transaction.atomic():
        change()
        found = look()
        transaction.set_rollback(True)
    return found
