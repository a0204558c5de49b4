"""Carrying out what was prepared for the tree: an organisation moves, or a successor takes over all of another one.

Who gains and who loses is told before, by organisation and from what people may read at all: no item is looked at.
"""

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
from cms.sharing.services.foreseeing import Effect, Shift, shift
from cms.sharing.signals import items_changed
from cms.sharing.targets import target_of
from cms.users.models import User

_BATCH = 500


def effects_of(proposal: OrganisationProposal, at: datetime) -> tuple[Effect, ...]:
    """Return what the proposal would do to what people may read, by organisation; nothing is changed. By a ceiling
    nobody reads more or less."""
    if proposal.kind == ProposalKind.CEILING:
        return ()
    return _foreseen(proposal, at).effects(lambda lineage: lineage[-1])


@transaction.atomic
def accept_proposal(*, proposal: OrganisationProposal, actor: User, at: datetime) -> None:
    """Carry out what was prepared, by a decider of all that it names who did not prepare it and gains nothing by it."""
    if proposal.kind == ProposalKind.CEILING:
        raise_ceiling(proposal=proposal, actor=actor, at=at)
        return
    # changes of one tree follow each other
    Organisation.objects.select_for_update(no_key=True).get(pk=proposal.organisation.participant_id)
    row = lock_proposal(proposal)
    demand_second(row, actor, at)
    if actor.pk in _foreseen(row, at).gaining:
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


def _foreseen(proposal: OrganisationProposal, at: datetime) -> Shift:
    """Return who may read more and who less by a move or a merger, as if it were done now."""
    organisation, target = proposal.organisation, _target(proposal)
    participant_id, merging = organisation.participant_id, proposal.kind == ProposalKind.MERGE

    def change() -> None:
        if merging:
            _merge_people(organisation, target, at=at)
        else:
            move_organisation(organisation=organisation, parent=target, actor=None, at=at, reason="")

    successors = {target.pk: organisation.pk} if merging else {}
    found = shift(change, at, participant_id=participant_id, predecessors=successors)
    organisation.refresh_from_db()
    return found


def _merge(organisation: Organisation, target: Organisation, *, actor: User, at: datetime, reason: str) -> None:
    """Let the target take over memberships, groups, recipient rows and items; all or nothing.

    Both are locked before anything is looked for: whoever was making something the organisation's own is waited for,
    and whoever begins later finds it merged.
    """
    list(Organisation.objects.select_for_update(no_key=True).filter(pk__in=[organisation.pk, target.pk]).order_by("pk"))
    memberships = _merge_people(organisation, target, at=at)
    _merge_named(organisation, target)
    rows = _locked_items(organisation)
    taken = {row.pk for row in rows if row.owner_id == organisation.pk}
    Sharing.objects.filter(pk__in=taken).update(owner=target)
    named = _renamed_recipients(rows, organisation, target, actor=actor, at=at, reason=reason)
    fresh = list(Sharing.objects.filter(pk__in=[row.pk for row in rows]).select_related("page", "element", "owner"))
    write_audience(fresh, at)
    _record_items(fresh, taken, named, organisation, actor=actor, at=at, reason=reason)
    items_changed.send(sender=Sharing, sharing_ids=sorted(row.pk for row in fresh))
    details = {"into": target.pk, "memberships": memberships, "items": len(taken), "recipients": len(named)}
    report(
        Act(
            event="organisation_merged",
            at=at,
            actor_id=actor.pk,
            owner_id=organisation.pk,
            reason=reason,
            details=details,
        )
    )


def _merge_people(organisation: Organisation, target: Organisation, *, at: datetime) -> int:
    """Give memberships, groups and everything below to the target; return the number of memberships."""
    for child in Organisation.objects.filter(parent=organisation, merged_into__isnull=True).order_by("pk"):
        move_organisation(organisation=child, parent=target, actor=None, at=at, reason=_("merged"))
    standing = Q(valid_until__isnull=True) | Q(valid_until__gte=day_of(at))
    moved = Membership.objects.filter(standing, organisation=organisation).update(organisation=target)
    already = GroupMember.objects.filter(organisation=target).values("group")
    GroupMember.objects.filter(organisation=organisation, group__in=already).delete()
    GroupMember.objects.filter(organisation=organisation).update(organisation=target)
    outcome = {"outcome": Outcome.REFUSED, "decided_at": at}
    GroupAdmission.objects.filter(organisation=organisation, outcome=Outcome.OPEN).update(**outcome)
    named = Q(organisation=organisation) | Q(target=organisation)
    OrganisationProposal.objects.filter(named, outcome=Outcome.OPEN).update(**outcome)
    Organisation.objects.filter(pk=organisation.pk).update(merged_into=target)
    return moved


def _merge_named(organisation: Organisation, target: Organisation) -> None:
    """Let drafts and templates name the target from now on."""
    ProposedRecipient.objects.filter(organisation=organisation).update(organisation=target)
    TemplateRecipient.objects.filter(organisation=organisation).update(organisation=target)
    taken = set(AudienceTemplate.objects.filter(organisation=target).values_list("name", flat=True))
    for template in AudienceTemplate.objects.filter(organisation=organisation).order_by("pk"):
        template.organisation = target
        if template.name in taken:
            template.name = f"{template.name[:60]} ({organisation.name[:30]}, {template.pk})"
        template.save(update_fields=["organisation", "name"])


def _locked_items(organisation: Organisation) -> list[Sharing]:
    """Return the items that the organisation owns or is named for, locked in the order of their ids."""
    named = Recipient.objects.filter(organisation=organisation, revoked_at__isnull=True).values("sharing")
    wanted = Sharing.objects.filter(Q(owner=organisation) | Q(pk__in=named))
    ids = list(wanted.select_for_update().order_by("pk").values_list("pk", flat=True))
    # read again, for whoever was waited for may have changed owner or recipients
    rows: QuerySet[Sharing] = Sharing.objects.filter(pk__in=ids)
    return list(rows.order_by("pk"))


def _renamed_recipients(
    rows: list[Sharing],
    organisation: Organisation,
    target: Organisation,
    *,
    actor: User,
    at: datetime,
    reason: str,
) -> set[int]:
    """Revoke the rows that name the organisation and name the target instead; return the items concerned."""
    standing = Recipient.objects.filter(
        sharing__in=rows, organisation=organisation, revoked_at__isnull=True
    ).select_related("sharing")
    new = []
    for row in standing:
        columns: dict[str, Any] = target_of(row).columns | {"organisation_id": target.pk}
        granted = {"granted_by_id": row.granted_by_id, "granted_at": at, "confirmed_by_id": row.confirmed_by_id}
        new.append(Recipient(sharing=row.sharing, marking=row.sharing.marking, **columns, **granted))
    named = {row.sharing_id for row in standing}
    standing.update(revoked_at=at, revoked_by=actor, revoked_reason=reason[:300])
    Recipient.objects.bulk_create(new, batch_size=_BATCH)
    return named


def _record_items(
    rows: list[Sharing],
    taken: set[int],
    named: set[int],
    organisation: Organisation,
    *,
    actor: User,
    at: datetime,
    reason: str,
) -> None:
    """One event for each item: its owner changed, or one of its recipients."""
    entries = []
    for row in rows:
        event = Event.OWNERSHIP_TRANSFERRED if row.pk in taken else Event.RECIPIENT_ADDED
        details = {"merged": organisation.pk, "recipient": row.pk in named}
        entries.append(
            entry_of(row, event, actor=actor, at=at, rule="organisation-merged", reason=reason, details=details)
        )
    record_many(entries)
