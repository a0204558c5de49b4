"""Changes of organisations, memberships and groups. No item is touched: tokens of people are formed at query time."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from cms.core.acts import Act, report
from cms.elements.models import Element
from cms.organisations.enums import PARTICIPANT_KINDS, SCHENGEN_COUNTRIES, OrganisationKind, Role
from cms.organisations.models import Competence, GroupMember, Membership, Organisation, WorkingGroup
from cms.users.models import User

_STATES = (OrganisationKind.MEMBER_STATE, OrganisationKind.ASSOCIATED_STATE)
BUILT_IN_GROUPS = {
    "member-states": "Member States",
    "schengen-states": "Schengen States",
    "institutions": "Institutions and agencies",
}


def belongs_to_built_in(key: str, kind: str, country: str | None) -> bool:
    """Tell whether a participant of this kind and country is a member of the built-in group."""
    if key == "member-states":
        return kind == OrganisationKind.MEMBER_STATE
    if key == "schengen-states":
        return kind in _STATES and country in SCHENGEN_COUNTRIES
    return kind in {OrganisationKind.COMMISSION, OrganisationKind.AGENCY}


@transaction.atomic
def sync_built_in_groups(**_signal: Any) -> None:
    """Bring the built-in groups to the participants that exist; safe to run at any time (after each migration)."""
    participants = list(Organisation.objects.filter(parent__isnull=True))
    for key, name in BUILT_IN_GROUPS.items():
        group, _created = WorkingGroup.objects.get_or_create(key=key, defaults={"name": name, "built_in": True})
        wanted = {p.pk for p in participants if belongs_to_built_in(key, p.kind, p.country)}
        present = set(group.members.values_list("organisation_id", flat=True))
        group.members.exclude(organisation_id__in=wanted).delete()
        GroupMember.objects.bulk_create(
            GroupMember(group=group, organisation_id=organisation_id) for organisation_id in sorted(wanted - present)
        )


def hold(organisation_id: int) -> None:
    """Keep the organisation from being merged until the transaction ends: called before anything becomes its own, and
    before any item is locked. Raises ValidationError where it has been merged already.

    The lock is shared: two who write for one organisation do not wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT merged_into_id FROM organisations_organisation WHERE id = %s FOR SHARE", [organisation_id]
        )
        (merged_into,) = cursor.fetchone()
    if merged_into is not None:
        raise ValidationError(_("This organisation has been merged into another one."))


@transaction.atomic
def create_organisation(
    *,
    key: str,
    name: str,
    kind: str,
    country: str | None,
    parent: Organisation | None,
    actor: User | None,
    at: datetime,
) -> Organisation:
    """Add an organisation below its parent (None for a participant); raises ValidationError naming what is wrong."""
    if parent is not None:
        parent = _lock_tree(parent)[parent.pk]
    if (parent is None) != (kind in PARTICIPANT_KINDS):
        raise ValidationError({"parent": _("A participant stands at the root; authorities and units stand below one.")})
    organisation = Organisation(key=key, name=name, kind=kind, country=country, parent=parent)
    organisation.full_clean(exclude=["lineage"])
    organisation.save()
    organisation.lineage = [*(parent.lineage if parent else []), organisation.pk]
    organisation.save(update_fields=["lineage"])
    if parent is None:
        sync_built_in_groups()
    record_organisation(organisation, actor=actor, at=at, what="created")
    return organisation


@transaction.atomic
def move_organisation(
    *, organisation: Organisation, parent: Organisation, actor: User | None, at: datetime, reason: str
) -> None:
    """Put the organisation, with all below it, under another parent of the same participant.

    Raises ValidationError across participants, for a participant itself and for a parent below the organisation.
    """
    rows = _lock_tree(organisation)
    moved, new_parent = rows[organisation.pk], rows.get(parent.pk)
    if moved.parent_id is None or new_parent is None:
        raise ValidationError({"parent": _("An organisation moves inside its own participant only.")})
    if moved.pk in new_parent.lineage:
        raise ValidationError({"parent": _("An organisation cannot be part of one below itself.")})
    depth = len(moved.lineage) - 1
    for row in rows.values():
        if moved.pk in row.lineage:
            row.lineage = [*new_parent.lineage, *row.lineage[depth:]]
            row.save(update_fields=["lineage"])
    moved.parent = new_parent
    moved.save(update_fields=["parent"])
    organisation.refresh_from_db()
    record_organisation(organisation, actor=actor, at=at, what="moved", reason=reason)


def _lock_tree(organisation: Organisation) -> dict[int, Organisation]:
    """Return all organisations of the participant, read afresh under its lock: lineages change one after the other."""
    participant_id = organisation.participant_id
    Organisation.objects.select_for_update(no_key=True).get(pk=participant_id)
    return {row.pk: row for row in Organisation.objects.filter(lineage__contains=[participant_id]).order_by("pk")}


@transaction.atomic
def create_membership(
    *,
    user: User,
    organisation: Organisation,
    role: str,
    competences: Mapping[Element, Sequence[str]],
    actor: User | None,
    at: datetime,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Membership:
    """Give the person a role in an organisation with competences (element → countries, none meaning all).

    Curators belong to the Commission: raises ValidationError elsewhere. Raises PermissionDenied for one's own account.
    """
    _refuse_own(user, actor)
    hold(organisation.pk)
    if role == Role.CURATOR and _participant(organisation).kind != OrganisationKind.COMMISSION:
        raise ValidationError({"role": _("Curators belong to the European Commission.")})
    membership = Membership(
        user=user, organisation=organisation, role=role, valid_from=valid_from, valid_until=valid_until
    )
    membership.full_clean()
    membership.save()
    Competence.objects.bulk_create(
        Competence(membership=membership, element=element, countries=sorted(countries))
        for element, countries in competences.items()
    )
    record_membership(membership, "membership_changed", actor=actor, at=at)
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: str, actor: User | None, at: datetime) -> None:
    """Give the membership another role; never one's own."""
    membership = Membership.objects.select_for_update().select_related("organisation").get(pk=membership.pk)
    _refuse_own(membership.user, actor)
    if role == Role.CURATOR and _participant(membership.organisation).kind != OrganisationKind.COMMISSION:
        raise ValidationError({"role": _("Curators belong to the European Commission.")})
    membership.role = role
    membership.full_clean()
    membership.save(update_fields=["role"])
    record_membership(membership, "membership_changed", actor=actor, at=at)


@transaction.atomic
def end_membership(
    *, membership: Membership, last_day: date, actor: User | None, at: datetime, reason: str = ""
) -> None:
    """Let the membership end with the given UTC day, which still counts; one that begins later never comes to be.

    Raises ValidationError where it ends earlier already: ending never lengthens.
    """
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    if membership.valid_until is not None and membership.valid_until < last_day:
        raise ValidationError({"valid_until": _("This membership ends earlier already.")})
    membership.valid_until = last_day
    record_membership(membership, "membership_ended", actor=actor, at=at, reason=reason)
    if membership.valid_from is not None and membership.valid_from > last_day:
        membership.delete()
    else:
        membership.save(update_fields=["valid_until"])


def _participant(organisation: Organisation) -> Organisation:
    return organisation if organisation.parent_id is None else Organisation.objects.get(pk=organisation.participant_id)


def _refuse_own(user: User, actor: User | None) -> None:
    """Nobody gains rights by an own act."""
    if actor is not None and actor.pk == user.pk:
        raise PermissionDenied(_("Nobody changes their own rights."))


def record_membership(
    membership: Membership, event: str, *, actor: User | None, at: datetime, reason: str = ""
) -> None:
    """Report what became of a membership, as it stands now: by ids, codes and days, no name."""
    details = {
        "user": membership.user_id,
        "role": membership.role,
        "from": membership.valid_from.isoformat() if membership.valid_from else None,
        "until": membership.valid_until.isoformat() if membership.valid_until else None,
    }
    actor_id = actor.pk if actor else None
    owner_id = membership.organisation_id
    report(Act(event=event, at=at, actor_id=actor_id, owner_id=owner_id, reason=reason, details=details))


def record_organisation(
    organisation: Organisation, *, actor: User | None, at: datetime, what: str, reason: str = ""
) -> None:
    """Report what was done to an organisation, with where it stands now."""
    report(
        Act(
            event="organisation_changed",
            at=at,
            actor_id=actor.pk if actor else None,
            owner_id=organisation.pk,
            reason=reason,
            details={"change": what, "lineage": organisation.lineage},
        )
    )
