"""Reading the trail: what each page shows, and how people and items are named on it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import TruncDay

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.organisations.enums import Role
from cms.organisations.models import Membership, Organisation
from cms.organisations.selectors import valid_memberships
from cms.oversight.rules import administered, audited
from cms.sharing.models import Sharing
from cms.sharing.reach import items_open_to
from cms.users.models import User
from workflows.retention.models import ErasedItem

OPENED = (Event.ITEM_VIEWED, Event.ITEM_PRINTED, Event.FILE_VIEWED, Event.FILE_DOWNLOADED)
SIGN_INS = (Event.SIGNED_IN, Event.SIGNED_OUT)


@dataclass(frozen=True, slots=True)
class Line:
    """One row as a page shows it; of another participant's people a reading's day is told, not its hour."""

    row: AuditEvent
    what: str
    who: str
    exact: bool
    item: str
    address: str


def own_acts(user: User) -> QuerySet[AuditEvent]:
    """Return the rows about what the person did."""
    return AuditEvent.objects.filter(actor_id=user.pk)


def readings(user: User, at: datetime, item: UUID | None = None) -> QuerySet[AuditEvent]:
    """Return the rows about readings of items whose readers the person may learn; of one of them, where it is named.

    `told_at` is when, as the person is told it: of other participants' people the day alone.
    """
    items = items_open_to("see_readers", user, at)
    if item is not None:
        items = items.filter(uuid=item)
    rows = AuditEvent.objects.filter(event__in=OPENED, item__in=items.values("uuid"))
    colleagues = Organisation.objects.filter(lineage__0__in=_participants(user, at)).values_list("pk", flat=True)
    own = Q(actor_id=user.pk) | Q(organisations__overlap=sorted(colleagues))
    return rows.annotate(told_at=Case(When(own, then=F("at")), default=TruncDay("at", tzinfo=UTC)))


def sign_ins(user: User, at: datetime) -> QuerySet[AuditEvent]:
    """Return the rows about sign-ins of people who have, or had, a place in what the person administers: while they
    had one there, or none anywhere."""
    administers = administered(user, at)
    people = Membership.objects.filter(organisation__in=administers).values("user_id")
    here = Q(organisations__overlap=sorted(administers)) | Q(organisations=[])
    return AuditEvent.objects.filter(here, event__in=SIGN_INS, actor_id__in=people)


def _participants(user: User, at: datetime) -> set[int]:
    return {membership.organisation.participant_id for membership in valid_memberships(user, at)}


def trail(user: User, at: datetime) -> QuerySet[AuditEvent]:
    """Return the rows that an auditor reads: all, or those of the own participant's items and people."""
    organisations = audited(user, at)
    if organisations is None:
        return AuditEvent.objects.all()
    ids = sorted(organisations)
    return AuditEvent.objects.filter(Q(owner_id__in=ids) | Q(organisations__overlap=ids))


def lines(rows: Iterable[AuditEvent], asker: User, at: datetime, *, all_items: bool = False) -> list[Line]:
    """Return the rows as the person may be told them.

    Names of people are told inside the person's own participant; of others the participant and the function. Items are
    named by their reference where the person may see them, or where `all_items` says that references are told anyway.
    """
    rows = list(rows)
    people = _People(rows, asker, at)
    named = _references({row.item for row in rows if row.item is not None}, asker, at, all_items=all_items)
    seen = _visible({row.item for row in rows if row.item is not None}, asker, at)
    labels = dict(Event.choices)
    return [
        Line(
            row=row,
            what=str(labels.get(row.event, row.event)),
            who=people.name(row),
            exact=people.is_own(row),
            item=named.get(row.item, "") if row.item else "",
            address=f"/i/{row.item}/" if row.item in seen else "",
        )
        for row in rows
    ]


def _visible(items: Collection[UUID], asker: User, at: datetime) -> set[UUID]:
    return set(Sharing.objects.visible_to(asker, at).filter(uuid__in=items).values_list("uuid", flat=True))


def _references(items: Collection[UUID], asker: User, at: datetime, *, all_items: bool) -> dict[UUID, str]:
    found = Sharing.objects.filter(uuid__in=items)
    if all_items:
        gone = ErasedItem.objects.filter(item__in=items).values_list("item", "reference")
        return dict(gone) | dict(found.values_list("uuid", "reference"))
    open_to = found.filter(pk__in=items_open_to("see_readers", asker, at).values("pk")).values_list("uuid")
    found = found.filter(Q(uuid__in=_visible(items, asker, at)) | Q(uuid__in=open_to))
    return dict(found.values_list("uuid", "reference"))


class _People:
    """How the people of some rows are named to somebody."""

    def __init__(self, rows: Collection[AuditEvent], asker: User, at: datetime) -> None:
        ids = {row.actor_id for row in rows if row.actor_id is not None}
        self.asker = asker
        self.own = _participants(asker, at)
        self.names = dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))
        self.roots = dict(
            Organisation.objects.filter(pk__in={one for row in rows for one in row.organisations}).values_list(
                "pk", "lineage__0"
            )
        )
        self.titles = dict(Organisation.objects.filter(pk__in=set(self.roots.values())).values_list("pk", "name"))
        self.functions: dict[tuple[int, int], set[str]] = {}
        held = Membership.objects.filter(user__in=ids).values_list("user_id", "organisation_id", "role")
        for user_id, organisation_id, role in held:
            self.functions.setdefault((user_id, organisation_id), set()).add(str(Role(role).label))

    def _roots_of(self, row: AuditEvent) -> set[int]:
        return {self.roots[one] for one in row.organisations if one in self.roots}

    def is_own(self, row: AuditEvent) -> bool:
        """Tell whether the row's actor is the asker, or of one of the asker's participants."""
        return row.actor_id is not None and (row.actor_id == self.asker.pk or bool(self._roots_of(row) & self.own))

    def name(self, row: AuditEvent) -> str:
        """Return how the row's actor is named."""
        if row.actor_id is None:
            return ""
        if self.is_own(row):
            return self.names.get(row.actor_id, "")
        roots = self._roots_of(row)
        functions = {label for one in row.organisations for label in self.functions.get((row.actor_id, one), ())}
        parts = sorted(self.titles[root] for root in roots) + sorted(functions)
        return ", ".join(parts)
