"""Who and what lies in the own tree of somebody who administers: everything else is absent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from cms.administration.models import InspectGrant
from cms.administration.reading import Held
from cms.administration.rules import Inspection
from cms.core.instants import day_of
from cms.organisations.changes import may_decide_proposal
from cms.organisations.enums import Outcome, Role
from cms.organisations.groups import may_answer
from cms.organisations.models import (
    GroupAdmission,
    GroupMember,
    Membership,
    Organisation,
    OrganisationProposal,
    Suspension,
    WorkingGroup,
)
from cms.organisations.rules import Place, administration_of, audits, permitted
from cms.organisations.selectors import valid_memberships
from cms.organisations.standing import standing_memberships
from cms.sharing.models import Sharing
from cms.users.models import User


def own_organisations(user: Any, at: datetime) -> QuerySet[Organisation]:
    """Return the organisations of the trees that the person administers, merged ones left out, by name."""
    tops = sorted(administration_of(user, at).tops)
    return Organisation.objects.filter(lineage__overlap=tops, merged_into__isnull=True)


def decided_organisations(user: Any, at: datetime) -> QuerySet[Organisation]:
    """Return the organisations for which the person decides, merged ones left out."""
    places = [row.organisation_id for row in valid_memberships(user, at).filter(role=Role.DECIDER)]
    if not permitted(user, "decide", Place(None, at)):
        return Organisation.objects.none()
    return Organisation.objects.filter(lineage__overlap=places, merged_into__isnull=True)


def own_memberships(user: Any, at: datetime) -> QuerySet[Membership]:
    """Return the memberships in the trees that the person administers, ended ones included."""
    tops = sorted(administration_of(user, at).tops)
    rows = Membership.objects.filter(organisation__lineage__overlap=tops)
    return rows.select_related("organisation", "user", "enrolment").prefetch_related("competences__element")


def own_people(user: Any, at: datetime, words: str = "") -> QuerySet[User]:
    """Return the people with a membership in the own trees, by name; `words` narrows by name or address."""
    people = User.objects.filter(pk__in=own_memberships(user, at).order_by().values("user"))
    if words:
        people = people.filter(Q(name__icontains=words) | Q(email__icontains=words))
    return people.order_by("name", "pk")


def participants_administrators(user: Any, at: datetime) -> QuerySet[Membership]:
    """Return the administrators' memberships of other participants, which a curator registers: without names."""
    mine = administration_of(user, at)
    if not mine.registers:
        return Membership.objects.none()
    rows = Membership.objects.filter(role=Role.NATIONAL_ADMIN, organisation__parent__isnull=True)
    rows = rows.exclude(organisation__in=mine.tops).select_related("organisation", "user")
    here = Suspension.objects.filter(
        user=OuterRef("user"), lifted_at__isnull=True, organisation__lineage__overlap=sorted(mine.tops)
    )
    return rows.annotate(suspended_here=Exists(here)).order_by("organisation__name", "pk")


def person_for(user: Any, handle: Any, at: datetime) -> User | None:
    """Return the person of the own trees that the handle stands for, or None."""
    identifier = _uuid(handle)
    return None if identifier is None else own_people(user, at).filter(handle=identifier).first()


def membership_for(user: Any, handle: Any, at: datetime) -> Membership | None:
    """Return the membership that is the person's to change, or None."""
    identifier = _uuid(handle)
    rows = Membership.objects.select_related("organisation", "user").prefetch_related("competences__element")
    row = None if identifier is None else rows.filter(handle=identifier).first()
    if row is None or not permitted(user, "grant", Place(row.organisation, at, row.role)):
        return None
    return row


def organisation_for(user: Any, key: Any, at: datetime) -> Organisation | None:
    """Return the organisation that the person administers or decides for, or None."""
    row = Organisation.objects.filter(key=key, merged_into__isnull=True).select_related("parent").first()
    if row is None:
        return None
    place = Place(row, at)
    return row if permitted(user, "administer", place) or permitted(user, "decide", place) else None


def proposals_of(user: Any, at: datetime) -> list[OrganisationProposal]:
    """Return the open proposals that the person prepared, may decide, or sees in the own trees."""
    rows = OrganisationProposal.objects.filter(outcome=Outcome.OPEN).select_related("organisation", "target")
    mine = Q(organisation__in=own_organisations(user, at)) | Q(organisation__in=decided_organisations(user, at))
    return list(rows.filter(mine))


def proposal_for(user: Any, handle: Any, at: datetime) -> OrganisationProposal | None:
    """Return the open proposal that the person sees, or None."""
    identifier = _uuid(handle)
    rows = OrganisationProposal.objects.select_related("organisation", "target", "proposed_by")
    row = None if identifier is None else rows.filter(handle=identifier, outcome=Outcome.OPEN).first()
    if row is None:
        return None
    seen = permitted(user, "administer", Place(row.organisation, at)) or may_decide_proposal(row, user, at)
    return row if seen else None


def sees_groups(user: Any, at: datetime) -> bool:
    """Tell whether working groups are among the person's business: curator, national administrator, leader."""
    if administration_of(user, at).tops:
        return True
    return isinstance(user, User) and WorkingGroup.objects.filter(leader=user, ended_at__isnull=True).exists()


def groups_for(user: Any, at: datetime) -> QuerySet[WorkingGroup]:
    """Return the groups that the person has to do with: all for curators and administrators, else those led."""
    rows = WorkingGroup.objects.select_related("leader").order_by("built_in", "name")
    if administration_of(user, at).tops:
        return rows
    return rows.filter(leader=user, ended_at__isnull=True)


def group_for(user: Any, key: Any, at: datetime) -> WorkingGroup | None:
    """Return the group that the person has to do with, or None."""
    return groups_for(user, at).filter(key=key).first() if sees_groups(user, at) else None


def members_of(group: WorkingGroup) -> QuerySet[GroupMember]:
    """Return the members, with what their lines show."""
    return group.members.select_related("organisation", "user").order_by("pk")


def member_for(group: WorkingGroup, handle: str) -> GroupMember | None:
    """Return the member that the handle stands for: `o-KEY` of an organisation, `p-UUID` of a person."""
    kind, _dash, rest = handle.partition("-")
    if kind == "o":
        return members_of(group).filter(organisation__key=rest).first()
    identifier = _uuid(rest) if kind == "p" else None
    return None if identifier is None else members_of(group).filter(user__handle=identifier).first()


def name_for(viewer: Any, organisation: Organisation | None, person: User | None, at: datetime) -> str:
    """Return how a member is told: people by name inside one's own participant, by participant alone elsewhere."""
    if organisation is not None:
        return organisation.name
    if person is None:
        return ""
    own = {row.organisation.participant_id for row in valid_memberships(viewer, at)}
    rows = list(standing_memberships(person, at))
    if person.pk == viewer.pk or any(row.organisation.participant_id in own for row in rows):
        return str(person.name)
    roots = Organisation.objects.filter(pk__in={row.organisation.participant_id for row in rows})
    return _("a person of %(participant)s") % {"participant": ", ".join(row.name for row in roots) or "–"}


def member_name(viewer: Any, member: GroupMember, at: datetime) -> str:
    """Return how the member is told."""
    return name_for(viewer, member.organisation, member.user, at)


def member_handle(member: GroupMember) -> str:
    """Return what stands for the member in an address."""
    if member.organisation is not None:
        return f"o-{member.organisation.key}"
    return f"p-{member.user.handle}" if member.user is not None else ""


def quarantined_items(user: Any, at: datetime) -> list[Sharing]:
    """Return the items in quarantine whose owners the person audits, by reference: for orders, not for reading."""
    rows = Sharing.objects.filter(quarantined=True, page__live=True).select_related("page", "owner", "element")
    roots = {row.owner.participant_id for row in rows}
    audited = {root for root in roots if audits(user, root, at)}
    return [row for row in rows.order_by("reference") if row.owner.participant_id in audited]


def quarantined_for(user: Any, identifier: Any, at: datetime) -> Sharing | None:
    """Return the item in quarantine whose end the person orders, or None."""
    uuid = _uuid(identifier)
    return None if uuid is None else _ordered(user, Q(uuid=uuid, quarantined=True), at)


def orderable(user: Any, reference: str, at: datetime) -> Sharing | None:
    """Return the published item with this reference whose owner the person audits, or None."""
    return _ordered(user, Q(reference=reference.strip().upper()), at)


def _ordered(user: Any, which: Q, at: datetime) -> Sharing | None:
    rows = Sharing.objects.filter(which, page__live=True).select_related("page", "owner", "element")
    row = rows.first()
    return row if row is not None and audits(user, row.owner.participant_id, at) else None


def admissions_for(user: Any, at: datetime) -> list[GroupAdmission]:
    """Return the open admissions to which the person may answer."""
    rows = GroupAdmission.objects.filter(outcome=Outcome.OPEN)
    rows = rows.select_related("group__leader", "organisation", "user", "leader", "administrator")
    return [row for row in rows.order_by("proposed_at")[:200] if may_answer(row, user, at)]


def admission_for(user: Any, handle: Any, at: datetime) -> GroupAdmission | None:
    """Return the open admission to which the person may answer, or None."""
    identifier = _uuid(handle)
    rows = GroupAdmission.objects.select_related("group__leader", "organisation", "user")
    row = None if identifier is None else rows.filter(handle=identifier, outcome=Outcome.OPEN).first()
    return row if row is not None and may_answer(row, user, at) else None


def grants_for(user: User, at: datetime) -> list[InspectGrant]:
    """Return the newest grants to inspect that the person may see."""
    rows = InspectGrant.objects.select_related("grantee", "confirmed_by", "sharing__owner")[:100]
    return [row for row in rows if user.has_perm("administration.see_inspection", Inspection(row, at))]


def grant_for(user: Any, handle: Any, at: datetime) -> InspectGrant | None:
    """Return the grant to inspect that the person may see, or None."""
    identifier = _uuid(handle)
    rows = InspectGrant.objects.select_related("grantee", "sharing__owner")
    row = None if identifier is None else rows.filter(handle=identifier).first()
    seen = row is not None and user.has_perm("administration.see_inspection", Inspection(row, at))
    return row if seen else None


def suspensions_of(person: User) -> QuerySet[Suspension]:
    """Return the suspensions that stand."""
    return person.suspensions.filter(lifted_at__isnull=True).select_related("organisation").order_by("pk")


def held(memberships: Iterable[Membership]) -> list[Held]:
    """Return stored memberships as what they let somebody read."""
    return [
        Held(
            user_id=row.user_id,
            organisation=row.organisation,
            role=row.role,
            competences={item.element.code: item.countries for item in row.competences.all()},
        )
        for row in memberships
    ]


@dataclass(frozen=True, slots=True)
class Due:
    """A membership whose need has to be confirmed again, and the last day on which it counts."""

    membership: Membership
    last_day: date | None


def due_for_confirmation(user: Any, at: datetime, within: int) -> list[Due]:
    """Return the memberships in the own trees that end within so many days, or have no end at all; the first first."""
    today = day_of(at)
    rows = own_memberships(user, at).filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today))
    due = [row for row in rows if row.valid_until is None or (row.valid_until - today).days <= within]
    due = [row for row in due if row.user_id != user.pk]
    return [Due(row, row.valid_until) for row in sorted(due, key=lambda row: (row.valid_until or date.min, row.pk))]


def _uuid(value: Any) -> UUID | None:
    try:
        identifier = UUID(str(value))
    except ValueError:
        return None
    return identifier if str(identifier) == str(value) else None
