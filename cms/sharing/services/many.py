"""The same act on many items: all or nothing, locks in the order of ids, one event for each item."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.audit.services import record_many
from cms.sharing.ceilings import widest_allowed
from cms.sharing.enums import SharingState, kind_fits, width
from cms.sharing.models import Recipient, Sharing
from cms.sharing.reach import may_act_on, reaches_of
from cms.sharing.services.acting import demand_reason, entry_of, write_audience
from cms.sharing.signals import items_changed
from cms.sharing.targets import Target
from cms.sharing.telling import WITHDRAWN, tell_openers
from cms.users.models import User

MOST = 200
# what is wrong with one item; empty where it fits
Problem = Callable[[Sharing], str]
Details = Mapping[int, dict[str, Any]]


class ManyRefused(ValidationError):
    """Some of many items do not fit: none is changed. `problems` says of each, by the id of its row, what is wrong."""

    def __init__(self, problems: dict[int, str]) -> None:
        super().__init__(list(problems.values()))
        self.problems = problems


@transaction.atomic
def narrow_many(*, sharing_ids: Iterable[int], state: str, actor: User, at: datetime, reason: str = "") -> None:
    """Lower the state of all these items, or withdraw them. Raises ManyRefused naming each item that does not fit."""
    withdrawing = state == SharingState.WITHDRAWN
    permission = "withdraw" if withdrawing else "narrow"
    rows = _locked(sharing_ids)

    def problem(row: Sharing) -> str:
        return "" if width(state) < width(row.state) else _("is not shared more widely")

    _check(rows, permission, problem, actor, at)
    details = {row.pk: {"from": row.state, "to": state} for row in rows}
    for row in rows:
        row.state = state
    Sharing.objects.bulk_update(rows, ["state"])
    if withdrawing:
        tell_openers(WITHDRAWN, rows, actor, at)
    event = Event.WITHDRAWN if withdrawing else Event.STATE_NARROWED
    _finish(rows, permission, event, details, actor=actor, at=at, reason=reason)


@transaction.atomic
def revoke_many(*, sharing_ids: Iterable[int], target: Target, actor: User, at: datetime, reason: str = "") -> None:
    """Take one recipient's access to all these items away. Raises ManyRefused naming items that do not name it."""
    rows = _locked(sharing_ids)
    standing = Recipient.objects.filter(
        sharing__in=rows, revoked_at__isnull=True, **{f"{target.kind}_id": target.target_id}
    )
    naming = {key: pk for pk, key in standing.order_by("-pk").values_list("pk", "sharing")}

    def problem(row: Sharing) -> str:
        return "" if row.pk in naming else _("does not name this recipient")

    _check(rows, "narrow", problem, actor, at)
    standing.update(revoked_at=at, revoked_by=actor, revoked_reason=reason)
    details = {row.pk: {"recipient": naming[row.pk], "kind": target.kind, "target": target.target_id} for row in rows}
    _finish(rows, "narrow", Event.RECIPIENT_REVOKED, details, actor=actor, at=at, reason=reason)


@transaction.atomic
def share_many(
    *, sharing_ids: Iterable[int], targets: Sequence[Target], actor: User, at: datetime, reason: str
) -> None:
    """Name these recipients in all these items; what was its owner's alone is shared with them from now on.

    By the owner's decider and with a reason. Raises ManyRefused naming each item whose marking or ceiling does not
    allow it.
    """
    demand_reason(reason)
    if not targets:
        raise ValidationError({"organisations": _("Name at least one recipient.")})
    rows = _locked(sharing_ids)
    ceilings = {(row.marking, row.element_id, row.owner_id): row for row in rows}
    widest = {key: widest_allowed(row.marking, row.element, row.owner) for key, row in ceilings.items()}

    def problem(row: Sharing) -> str:
        if row.first_shared_at is None or row.quarantined:
            return _("was not published, or is in quarantine")
        if width(widest[row.marking, row.element_id, row.owner_id]) < width(SharingState.RESTRICTED):
            return _("may not be shared: the rules of its element or owner")
        unfit = [target for target in targets if not kind_fits(row.marking, target.kind)]
        return _("its marking does not allow such a recipient") if unfit else ""

    _check(rows, "widen", problem, actor, at)
    Recipient.objects.bulk_create(
        Recipient(sharing=row, marking=row.marking, granted_by=actor, granted_at=at, **target.columns)
        for row in rows
        for target in targets
    )
    details: dict[int, dict[str, Any]] = {}
    for row in rows:
        before = SharingState(row.state)
        row.state = max(before, SharingState.RESTRICTED, key=width)
        details[row.pk] = {"from": before, "to": row.state, "recipients": len(targets)}
    Sharing.objects.bulk_update(rows, ["state"])
    _finish(rows, "widen", Event.STATE_WIDENED, details, actor=actor, at=at, reason=reason)


def _locked(sharing_ids: Iterable[int]) -> list[Sharing]:
    """Lock the rows in the order of their ids, then read them afresh."""
    wanted = sorted(set(sharing_ids))
    if not wanted:
        raise ValidationError(_("Tick at least one item."))
    if len(wanted) > MOST:
        raise ValidationError(_("At most %(number)s items at a time.") % {"number": MOST})
    list(Sharing.objects.select_for_update().only("pk").filter(pk__in=wanted).order_by("pk"))
    rows = Sharing.objects.filter(pk__in=wanted).select_related("page", "element", "owner").order_by("pk")
    return list(rows)


def _check(rows: Sequence[Sharing], permission: str, problem: Problem, actor: User, at: datetime) -> None:
    """Raise ManyRefused naming every item on which the person may not act, or which does not fit."""
    open_to = may_act_on(permission, reaches_of(actor, at))
    may = set(Sharing.objects.filter(open_to, pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    problems: dict[int, str] = {}
    for row in rows:
        said = problem(row) if row.pk in may else _("you may not do this with it")
        if said:
            problems[row.pk] = f"{row.reference}: {said}"
    if problems:
        raise ManyRefused(problems)


def _finish(
    rows: Sequence[Sharing],
    permission: str,
    event: Event,
    details: Details,
    *,
    actor: User,
    at: datetime,
    reason: str,
) -> None:
    # read with their recipients as they are now: what was fetched before the change would be counted
    chosen = Sharing.objects.filter(pk__in=[row.pk for row in rows])
    fresh = list(chosen.with_facts().select_related("owner").order_by("pk"))
    write_audience(fresh, at)
    rule, among = f"sharing.{permission}", {"among": len(rows)}
    record_many(
        [
            entry_of(row, event, actor=actor, at=at, rule=rule, reason=reason, details={**details[row.pk], **among})
            for row in fresh
        ]
    )
    items_changed.send(sender=Sharing, sharing_ids=[row.pk for row in fresh])
