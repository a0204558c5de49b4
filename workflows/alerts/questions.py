"""Questions of readers to the owner of an item, and their answers."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cms.audit.enums import Event
from cms.organisations.models import Organisation
from cms.organisations.selectors import valid_memberships
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.reach import items_open_to
from cms.sharing.rules import allowed
from cms.sharing.seers import those_who_may
from cms.sharing.services import lock
from cms.sharing.telling import tell
from cms.users.models import User
from workflows.alerts import kinds
from workflows.alerts.models import Question
from workflows.trail import record_item

MOST_OPEN = 5


def questions_on(sharing: Sharing, user: User, at: datetime) -> QuerySet[Question]:
    """Return the questions on an item that the person may read: all for whoever answers, else those of the person's
    own participants."""
    rows = Question.objects.filter(sharing=sharing).select_related("asked_by", "asked_for", "answered_by")
    if may_answer(sharing, user, at):
        return rows
    return rows.filter(asked_for__in=_participants(user, at))


def open_for(user: User, at: datetime) -> QuerySet[Question]:
    """Return the questions that wait for the person's answer, the longest waiting first."""
    own = items_open_to("edit", user, at).values("pk")
    live = Sharing.objects.visible_to(user, at).values("pk")
    rows = Question.objects.filter(answered_at__isnull=True, sharing__in=own).filter(sharing__in=live)
    return rows.select_related("sharing__page").order_by("asked_at", "pk")


def may_answer(sharing: Sharing, user: User, at: datetime) -> bool:
    """Tell whether the person answers for the owner: whoever edits the item."""
    return allowed(user, "edit", sharing, at)


@transaction.atomic
def ask(*, sharing: Sharing, actor: User, at: datetime, text: str) -> Question:
    """Ask the owner of an item that the actor may view. Raises NotAllowed, and ValidationError without a question or
    with too many open ones."""
    row = lock(sharing.pk)
    participants = _participants(actor, at)
    if not participants or not allowed(actor, "ask", row, at):
        raise NotAllowed(_("You may not ask about this item."))
    if not text.strip():
        raise ValidationError({"text": _("Write your question.")})
    open_ones = Question.objects.filter(sharing=row, asked_by=actor, answered_at__isnull=True)
    if open_ones.count() >= MOST_OPEN:
        raise ValidationError(_("Wait for an answer to what you asked before."))
    question = Question.objects.create(
        sharing=row,
        asked_by=actor,
        asked_for=Organisation.objects.get(pk=min(participants)),
        asked_at=at,
        text=text.strip()[:2000],
    )
    tell(kinds.ASKED, row, those_who_may("edit", row.uuid, None, at), at=at)
    details = {"question": question.pk}
    record_item(row, Event.QUESTION_ASKED, actor=actor, at=at, version=None, rule="sharing.ask", details=details)
    return question


@transaction.atomic
def answer(*, question: Question, actor: User, at: datetime, text: str) -> None:
    """Answer for the owner; an answer may be replaced by a newer one. Raises NotAllowed, ValidationError."""
    row = lock(question.sharing_id)
    if not may_answer(row, actor, at):
        raise NotAllowed(_("You may not answer for the owner."))
    if not text.strip():
        raise ValidationError({"answer": _("Write your answer.")})
    question.answer, question.answered_by, question.answered_at = text.strip()[:4000], actor, at
    question.save()
    if question.asked_by_id is not None:
        tell(kinds.ANSWERED, row, [question.asked_by_id], at=at)
    details = {"question": question.pk}
    record_item(row, Event.QUESTION_ANSWERED, actor=actor, at=at, version=None, rule="sharing.edit", details=details)


def _participants(user: User, at: datetime) -> set[int]:
    return {row.organisation.participant_id for row in valid_memberships(user, at)}
