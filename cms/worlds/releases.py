"""Alerts of a world file have gone out when the file says they were published: board and acknowledgement stand.

Nobody is told of them and no clock runs: the file tells of what has happened, and loading it must wake nobody.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from cms.organisations.enums import Role
from cms.sharing.models import Sharing
from cms.users.models import User
from cms.worlds.problems import Problem, WorldRefused, shown
from cms.worlds.records import AnswerRecord, ItemRecord
from content_types.models import Alert, ContentPage
from workflows.alerts.models import Receipt, Release
from workflows.alerts.releasing import sent_out
from workflows.models import Closing

Loaded = tuple[ItemRecord, ContentPage, Sharing]


def release_loaded(items: Sequence[Loaded], users: Mapping[str, User], at: datetime) -> None:
    """Keep, for each published alert that has none, that it went out, and what the file says of who acknowledged it.

    Raises WorldRefused for an acknowledgement by somebody who answers for no participant that got the alert.
    """
    alerts = [
        (record, page, sharing) for record, page, sharing in items if isinstance(page, Alert) and record.published
    ]
    out = set(Release.objects.filter(sharing__in=[row[2].pk for row in alerts]).values_list("sharing_id", flat=True))
    problems: list[Problem] = []
    for record, page, sharing in alerts:
        if sharing.pk not in out and isinstance(page, Alert):
            fresh = Sharing.objects.select_related("element", "owner").get(pk=sharing.pk)
            sent_out(sharing=fresh, alert=page, at=record.published_at or at, known_at=at)
            _close(fresh, page)
        problems += _acknowledged(sharing, record.answers, users)
    if problems:
        raise WorldRefused(problems)


def _close(sharing: Sharing, report: Alert) -> None:
    """Close what a final report tells of, where it is its owner's own."""
    if report.first_item is None or not report.is_final:
        return
    first = Sharing.objects.filter(uuid=report.first_item, owner=sharing.owner, page__live=True).first()
    if first is not None:
        defaults = {"reason": report.get_closing_reason_display(), "closed_at": report.first_published_at}
        Closing.objects.get_or_create(sharing=first, defaults=defaults)


def _acknowledged(sharing: Sharing, answers: Iterable[AnswerRecord], users: Mapping[str, User]) -> list[Problem]:
    """Write the acknowledgements; return those that nobody could have given. What stands there already stays."""
    problems = []
    for row in answers:
        own = users[row.by].memberships.filter(role=Role.APPROVER).values("organisation__lineage__0")
        receipts = Receipt.objects.filter(release__sharing=sharing, participant__in=own)
        if not receipts.exists():
            reason = f"{shown(row.by)} is no contact point of a participant that got this alert"
            problems.append(Problem(f"{row.path}.by", reason))
            continue
        receipts.filter(acknowledged_at__isnull=True).update(
            opened_at=row.at,
            opened_by=users[row.by],
            acknowledged_at=row.at,
            acknowledged_by=users[row.by],
            answer=row.answer,
            note=row.note,
        )
    return problems
