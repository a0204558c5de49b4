"""Alerts of a world file have gone out when the file says they were published: board and acknowledgement stand.

Nobody is told of them and no clock runs: the file tells of what has happened, and loading it must wake nobody.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from cms.organisations.enums import Role
from cms.organisations.models import Membership
from cms.sharing.models import Sharing
from cms.users.models import User
from cms.worlds.problems import Problem, WorldRefused, shown
from cms.worlds.records import AnswerRecord, ItemRecord
from content_types.models import Alert, ContentPage
from workflows.alerts.models import Receipt, Release
from workflows.alerts.releasing import Outgoing, sent_out
from workflows.models import Closing

Loaded = tuple[ItemRecord, ContentPage, Sharing]
Answered = tuple[Sharing, Sequence[AnswerRecord]]
_ANSWER = ("opened_at", "opened_by", "acknowledged_at", "acknowledged_by", "answer", "note")
_ROWS = 500


def release_loaded(items: Sequence[Loaded], users: Mapping[str, User], at: datetime) -> None:
    """Keep, for each published alert that has none, that it went out, and what the file says of who acknowledged it; in
    a fixed number of queries.

    Raises WorldRefused for an acknowledgement by somebody who answers for no participant that got the alert.
    """
    alerts = [
        (record, page, sharing) for record, page, sharing in items if isinstance(page, Alert) and record.published
    ]
    out = set(Release.objects.filter(sharing__in=[row[2].pk for row in alerts]).values_list("sharing_id", flat=True))
    new = [
        (Outgoing(sharing.pk, page, record.published_at or at), sharing)
        for record, page, sharing in alerts
        if sharing.pk not in out and isinstance(page, Alert)
    ]
    if new:
        sent_out([outgoing for outgoing, _sharing in new], at=at, running=False)
        _close([(sharing, outgoing.alert) for outgoing, sharing in new if outgoing.alert.is_final])
    problems = _acknowledged([(sharing, record.answers) for record, _page, sharing in alerts if record.answers], users)
    if problems:
        raise WorldRefused(problems)


def _close(reports: Sequence[tuple[Sharing, Alert]]) -> None:
    """Close what each final report tells of, where it is its owner's own."""
    named = Sharing.objects.filter(uuid__in=[report.first_item for _sharing, report in reports], page__live=True)
    firsts = {first.uuid: first for first in named}
    closings = []
    for sharing, report in reports:
        first = firsts.get(report.first_item) if report.first_item else None
        if first is not None and first.owner_id == sharing.owner_id:
            reason, closed_at = report.get_closing_reason_display(), report.first_published_at
            closings.append(Closing(sharing=first, reason=reason, closed_at=closed_at))
    # what is closed already stays as it is
    Closing.objects.bulk_create(closings, batch_size=_ROWS, ignore_conflicts=True)


def _acknowledged(answered: Sequence[Answered], users: Mapping[str, User]) -> list[Problem]:
    """Write the acknowledgements; return those that nobody could have given. What stands there already stays."""
    participants = _answering_for({users[row.by].pk for _sharing, rows in answered for row in rows})
    receipts = _receipts(sharing.pk for sharing, _rows in answered)
    problems, changed = [], []
    for sharing, rows in answered:
        for row in rows:
            own = participants.get(users[row.by].pk, set())
            asked = [one for one in receipts.get(sharing.pk, ()) if one.participant_id in own]
            if not asked:
                reason = f"{shown(row.by)} is no contact point of a participant that got this alert"
                problems.append(Problem(f"{row.path}.by", reason))
            changed += [_answer(one, row, users[row.by]) for one in asked if one.acknowledged_at is None]
    Receipt.objects.bulk_update(changed, _ANSWER, batch_size=_ROWS)
    return problems


def _answering_for(users: Collection[int]) -> Mapping[int, set[int]]:
    """Return person → the participants of which they are contact points."""
    found: dict[int, set[int]] = {}
    rows = Membership.objects.filter(user__in=users, role=Role.APPROVER)
    for user, participant in rows.values_list("user", "organisation__lineage__0"):
        found.setdefault(user, set()).add(participant)
    return found


def _receipts(sharings: Iterable[int]) -> Mapping[int, list[Receipt]]:
    found: dict[int, list[Receipt]] = {}
    for receipt in Receipt.objects.filter(release__sharing__in=list(sharings)).select_related("release"):
        found.setdefault(receipt.release.sharing_id, []).append(receipt)
    return found


def _answer(receipt: Receipt, row: AnswerRecord, user: User) -> Receipt:
    receipt.opened_at, receipt.opened_by = row.at, user
    receipt.acknowledged_at, receipt.acknowledged_by = row.at, user
    receipt.answer, receipt.note = row.answer, row.note
    return receipt
