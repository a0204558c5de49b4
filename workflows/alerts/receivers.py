"""What alerts do when something happens elsewhere, inside the transaction of the act."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.utils.translation import gettext as _

from cms.notifications.enums import Urgency
from cms.notifications.outbox import Row, handler, put
from cms.organisations.enums import Role
from cms.organisations.models import Membership
from cms.sharing.enums import strictness
from cms.sharing.models import Sharing
from cms.sharing.seers import those_who_may
from cms.sharing.signals import item_erased, proposal_changed
from cms.sharing.telling import tell
from cms.users.models import User
from content_types.draft_scope import whole_tree
from content_types.models import Alert, ContentPage
from content_types.signals import item_opened
from workflows.alerts import kinds
from workflows.alerts.models import KeptForm, Receipt, Release
from workflows.alerts.releasing import release
from workflows.signals import item_closed, item_published, item_returned, item_submitted, item_unscheduled
from workflows.upkeep import close, may_close

OPENED = "alert_opened"


@receiver(item_published)
def send_out(sharing: Sharing, page: ContentPage, actor: User, at: datetime, **_signal: Any) -> None:
    """Release an alert that is published for the first time; tell subscribers of everything else."""
    if isinstance(page, Alert):
        if not Release.objects.filter(sharing=sharing).exists():
            release(sharing=sharing, alert=page, actor=actor, at=at)
        if page.is_final:
            _close_event(page, actor, at)
        return
    topic = page.topic
    topics = [] if topic is None else [*topic.get_ancestors().values_list("pk", flat=True), topic.pk]
    tell(kinds.PUBLISHED, sharing, None, at=at, topics=topics, but=actor)


def _close_event(report: Alert, actor: User, at: datetime) -> None:
    """Close what the final report tells of, where whoever published it may: it is the owner's own alert."""
    if report.first_item is None:
        return
    first = Sharing.objects.filter(uuid=report.first_item).select_related("page", "owner", "element").first()
    if first is not None and may_close(first, actor, at):
        close(sharing=first, reason=report.get_closing_reason_display(), actor=actor, at=at)


@receiver(proposal_changed)
def carry_the_marking_on(sharing: Sharing, actor: User, at: datetime, **_signal: Any) -> None:
    """A report about somebody else's alert begins with what that says: it is marked as strictly at least. Of an alert
    that its author may not see it says nothing, and is told nothing."""
    followed = Alert.objects.filter(pk=sharing.page_id, first_item__isnull=False).values("first_item")
    with whole_tree():
        rows = Sharing.objects.visible_to(actor, at).filter(uuid__in=followed)
        first = rows.exclude(owner=sharing.owner_id).first()
    if first is not None and strictness(sharing.proposal.marking) > strictness(first.marking):
        told = {"marking": first.get_marking_display()}
        message = _("It tells of another owner's item: choose its marking, %(marking)s, or a stricter one.") % told
        raise ValidationError({"marking": message})


@receiver(item_closed)
def remind_nobody(sharing: Sharing, **_signal: Any) -> None:
    """Stop the clocks of an alert that is closed; it may still be acknowledged."""
    Receipt.objects.filter(release__sharing=sharing, acknowledged_at__isnull=True).update(rings_at=None)


@receiver(item_submitted)
def tell_approvers(sharing: Sharing, page: ContentPage, actor: User | None, at: datetime, **_signal: Any) -> None:
    """Tell those who may approve, of an alert as urgently as the alert itself."""
    kind = kinds.ALERT_TO_APPROVE if isinstance(page, Alert) else kinds.TO_APPROVE
    approvers = those_who_may("approve", sharing.uuid, None, at)
    tell(kind, sharing, approvers, urgency=_urgency(page), at=at, but=actor)


@receiver(item_unscheduled)
def tell_of_refusal(sharing: Sharing, page: ContentPage, at: datetime, **_signal: Any) -> None:
    """Tell those who work on an item that it was not published at its hour; why stands on its page."""
    editors = those_who_may("edit", sharing.uuid, None, at)
    tell(kinds.UNSCHEDULED, sharing, editors, urgency=_urgency(page), at=at)


def _urgency(page: ContentPage) -> str:
    return page.urgency if isinstance(page, Alert) else Urgency.ROUTINE


@receiver(item_returned)
def tell_author(sharing: Sharing, users: set[int], at: datetime, **_signal: Any) -> None:
    """Tell who wrote it that it came back."""
    tell(kinds.RETURNED, sharing, users, at=at)


@receiver(item_opened)
def note_opening(page: ContentPage, user_id: int, at: datetime, **_signal: Any) -> None:
    """Have the worker note that somebody opened an alert: a reading request changes no row that others change."""
    if isinstance(page, Alert):
        put(OPENED, payload={"sharing": page.sharing.pk, "user": user_id}, at=at)


@handler(OPENED, batch=20, atomic=True)
def note_opened(rows: list[Row]) -> None:
    """Note for each participant when its contact point opened the alert first."""
    for row in rows:
        own = Membership.objects.filter(user=row.payload["user"], role=Role.APPROVER)
        participants = {member.organisation.participant_id for member in own.select_related("organisation")}
        Receipt.objects.filter(
            release__sharing=row.payload["sharing"], participant__in=participants, opened_at__isnull=True
        ).update(opened_at=row.at, opened_by=row.payload["user"])


@receiver(item_erased)
def forget_what_was_typed(sharing: Sharing, **_signal: Any) -> None:
    """What somebody typed into the form of an alert and never saved goes with the alert."""
    KeptForm.objects.filter(form=sharing.uuid).delete()
