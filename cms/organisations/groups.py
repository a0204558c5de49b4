"""Acts on working groups: founded and ended by curators, led under a charter, members admitted by two.

Whoever shares with a group shares with its members present and future: so a new member needs the group's leader and the
member's national administrator, neither of whom gains by it, and owners with items shared there are told.
"""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cms.core.acts import Act, report
from cms.organisations.enums import READING_ROLES, Outcome
from cms.organisations.models import GroupAdmission, GroupMember, Organisation, WorkingGroup
from cms.organisations.rules import GroupPlace, Place, administers_one, permitted
from cms.organisations.signals import group_grew
from cms.organisations.standing import standing_memberships
from cms.users.models import User


@transaction.atomic
def found_group(
    *,
    key: str,
    name: str,
    charter: str,
    leader: User,
    participants: Iterable[Organisation],
    actor: User,
    at: datetime,
) -> WorkingGroup:
    """Found a group without members under a charter; raises ValidationError for a key that is taken or malformed."""
    _demand_curator(actor, at)
    group = WorkingGroup(key=key, name=name, charter=charter, leader=leader)
    _check_charter(group)
    group.save()
    group.participants.set(participants)
    _record(group, "group_changed", "founded", actor=actor, at=at)
    return group


@transaction.atomic
def change_charter(
    *,
    group: WorkingGroup,
    name: str,
    charter: str,
    leader: User,
    participants: Iterable[Organisation],
    actor: User,
    at: datetime,
) -> None:
    """Give the group another charter, leader or circle of participants; its members stay.

    Raises PermissionDenied for a built-in group and for one that has ended.
    """
    _demand_curator(actor, at)
    row = _open_group(group)
    row.name, row.charter, row.leader = name, charter, leader
    _check_charter(row)
    row.save()
    row.participants.set(participants)
    _record(row, "group_changed", "changed", actor=actor, at=at)


@transaction.atomic
def end_group(*, group: WorkingGroup, reason: str, actor: User, at: datetime) -> None:
    """End the group: from the next request on nobody reads anything by it. Who its members were stays on record."""
    _demand_curator(actor, at)
    _demand_reason(reason)
    row = _open_group(group)
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    _record(row, "group_ended", "ended", actor=actor, at=at, reason=reason)
    row.members.all().delete()
    row.admissions.filter(outcome=Outcome.OPEN).update(outcome=Outcome.REFUSED, decided_at=at)


@transaction.atomic
def propose_member(
    *,
    group: WorkingGroup,
    organisation: Organisation | None = None,
    user: User | None = None,
    actor: User,
    at: datetime,
) -> GroupAdmission:
    """Say yes, as leader or as the member's national administrator, to an organisation or a person; the other follows.

    Raises PermissionDenied for who is neither or would read more by it, ValidationError outside the charter.
    """
    row = _open_group(group)
    _check_member(row, organisation, user, at)
    admission = GroupAdmission(group=row, organisation=organisation, user=user, proposed_at=at)
    if not _say_yes(admission, actor, at):
        raise PermissionDenied(_("You may not do this."))
    admission.save()
    _record_admission(admission, "group_member_proposed", actor=actor, at=at)
    return admission


@transaction.atomic
def admit_member(*, admission: GroupAdmission, actor: User, at: datetime) -> None:
    """Say the second yes: from the next request on the member reads what is shared with the group."""
    row = _open_admission(admission)
    _check_circle(row.group, row.organisation, row.user, at)
    if not _say_yes(row, actor, at) or row.leader_id is None or row.administrator_id is None:
        raise PermissionDenied(_("You may not do this."))
    row.outcome, row.decided_at = Outcome.ACCEPTED, at
    row.save(update_fields=["leader", "administrator", "outcome", "decided_at"])
    GroupMember.objects.create(group=row.group, organisation=row.organisation, user=row.user)
    _record_admission(row, "group_member_admitted", actor=actor, at=at)
    group_grew.send(sender=WorkingGroup, group_id=row.group_id, at=at)


@transaction.atomic
def refuse_member(*, admission: GroupAdmission, actor: User, at: datetime) -> None:
    """Say no, as leader, curator or national administrator of the member; or take the own proposal back."""
    row = _open_admission(admission)
    if not may_answer(row, actor, at):
        raise PermissionDenied(_("You may not do this."))
    row.outcome, row.decided_at = Outcome.REFUSED, at
    row.save(update_fields=["outcome", "decided_at"])
    _record_admission(row, "group_member_refused", actor=actor, at=at)


@transaction.atomic
def remove_member(*, member: GroupMember, reason: str, actor: User, at: datetime) -> None:
    """Take a member out at once: by the leader, a curator, or the member's national administrator."""
    group = _open_group(member.group)
    row = GroupMember.objects.select_related("organisation", "user").get(pk=member.pk, group=group)
    keeps = permitted(actor, "remove_member", GroupPlace(group, at))
    if not keeps and not administers_one(actor, row.organisation, row.user, at):
        raise PermissionDenied(_("You may not do this."))
    details = {"group": group.pk, "organisation": row.organisation_id, "user": row.user_id}
    row.delete()
    report(Act(event="group_member_removed", at=at, actor_id=actor.pk, reason=reason, details=details))


def may_answer(admission: GroupAdmission, user: User, at: datetime) -> bool:
    """Tell whether the person may say no to the admission, and yes where the second yes is theirs to say."""
    if permitted(user, "remove_member", GroupPlace(admission.group, at)):
        return True
    return administers_one(user, admission.organisation, admission.user, at)


def may_say_yes(admission: GroupAdmission, user: User, at: datetime) -> bool:
    """Tell whether the yes that is missing is this person's to say."""
    for_leader = admission.leader_id is None and admission.administrator_id != user.pk
    for_administrator = admission.administrator_id is None and admission.leader_id != user.pk
    if _gains(user, admission.organisation, admission.user, at):
        return False
    if for_leader and _stands_for_leader(admission, user, at):
        return True
    return for_administrator and administers_one(user, admission.organisation, admission.user, at)


def _say_yes(admission: GroupAdmission, actor: User, at: datetime) -> bool:
    """Put the person down on the side that is theirs and still open; tell whether there was one."""
    if not may_say_yes(admission, actor, at):
        return False
    if admission.leader_id is None and _stands_for_leader(admission, actor, at):
        admission.leader = actor
    else:
        admission.administrator = actor
    return True


def _stands_for_leader(admission: GroupAdmission, user: User, at: datetime) -> bool:
    """The leader; a curator instead where the leader would gain by it, for nobody gains by an own act."""
    if permitted(user, "lead", GroupPlace(admission.group, at)):
        return True
    leader = admission.group.leader
    leader_gains = leader is not None and _gains(leader, admission.organisation, admission.user, at)
    return leader_gains and permitted(user, "register", Place(None, at))


def _gains(person: User, organisation: Organisation | None, user: User | None, at: datetime) -> bool:
    if user is not None:
        return user.pk == person.pk
    rows = standing_memberships(person, at).filter(role__in=list(READING_ROLES))
    return organisation is not None and rows.filter(organisation__lineage__contains=[organisation.pk]).exists()


def _check_member(group: WorkingGroup, organisation: Organisation | None, user: User | None, at: datetime) -> None:
    _check_circle(group, organisation, user, at)
    one = Q(organisation=organisation) if organisation is not None else Q(user=user)
    if group.members.filter(one).exists():
        raise ValidationError(_("This is a member already."))
    if group.admissions.filter(one, outcome=Outcome.OPEN).exists():
        raise ValidationError(_("This admission is waiting already."))


def _check_circle(group: WorkingGroup, organisation: Organisation | None, user: User | None, at: datetime) -> None:
    """Raise ValidationError for a member from a participant that the charter does not name."""
    circle = set(group.participants.values_list("pk", flat=True))
    if organisation is not None:
        roots = {organisation.participant_id}
    else:
        roots = {row.organisation.participant_id for row in standing_memberships(user, at)} if user else set()
    if not roots or (circle and not circle & roots):
        raise ValidationError(_("The charter names other participants."))
    if organisation is not None and organisation.merged_into_id is not None:
        raise ValidationError(_("This organisation has been merged into another one."))


def _check_charter(group: WorkingGroup) -> None:
    group.full_clean()
    if not group.charter.strip():
        raise ValidationError({"charter": _("Owners must be able to rely on a charter: write one.")})


def _open_group(group: WorkingGroup) -> WorkingGroup:
    row = WorkingGroup.objects.select_for_update(of=("self",)).select_related("leader").get(pk=group.pk)
    if row.built_in:
        raise PermissionDenied(_("The system itself keeps this group."))
    if row.ended_at is not None:
        raise PermissionDenied(_("This group has ended."))
    return row


def _open_admission(admission: GroupAdmission) -> GroupAdmission:
    _open_group(admission.group)
    rows = GroupAdmission.objects.select_for_update(of=("self",)).select_related(
        "group__leader", "organisation", "user"
    )
    row = rows.get(pk=admission.pk)
    if row.outcome != Outcome.OPEN:
        raise ValidationError(_("This is decided already."))
    return row


def _demand_curator(actor: User, at: datetime) -> None:
    if not permitted(actor, "register", Place(None, at)):
        raise PermissionDenied(_("You may not do this."))


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: others must be able to follow the decision.")})


def _record(
    group: WorkingGroup, event: str, change: str, *, actor: User | None, at: datetime, reason: str = ""
) -> None:
    rows = group.members.order_by("pk").values_list("organisation_id", "user_id")
    details = {
        "group": group.pk,
        "change": change,
        "leader": group.leader_id,
        "participants": sorted(group.participants.values_list("pk", flat=True)),
        "organisations": sorted(organisation for organisation, _user in rows if organisation),
        "users": sorted(user for _organisation, user in rows if user),
    }
    actor_id = actor.pk if actor else None
    report(Act(event=event, at=at, actor_id=actor_id, reason=reason, details=details))


def _record_admission(row: GroupAdmission, event: str, *, actor: User, at: datetime) -> None:
    details = {"group": row.group_id, "organisation": row.organisation_id, "user": row.user_id}
    report(Act(event=event, at=at, actor_id=actor.pk, details=details))
