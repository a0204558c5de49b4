"""What people are told about alerts, drafts and questions: words without content."""

from django.utils.translation import gettext_lazy as _

from cms.notifications.enums import Frequency, Urgency
from cms.notifications.kinds import DRAFT, Kind, register

RELEASED = Kind(
    "alert_released",
    _("An alert was published"),
    personal=False,
    always=True,
    default={Urgency.URGENT: Frequency.AT_ONCE, Urgency.ROUTINE: Frequency.DAILY},
)
ACKNOWLEDGE = Kind("alert_acknowledge", _("An alert waits for your acknowledgement"))
REMINDER = Kind("alert_reminder", _("An alert still waits for your acknowledgement"))
OVERDUE = Kind("alert_overdue", _("An alert was not acknowledged in time"))
PUBLISHED = Kind("item_published", _("Something was published"), personal=False)
TO_APPROVE = Kind("to_approve", _("Waiting for your approval"), scope=DRAFT, address="workflows:item")
ALERT_TO_APPROVE = Kind("alert_to_approve", _("An alert waits for your approval"), scope=DRAFT, address="alert")
RETURNED = Kind("returned", _("Returned to you"), scope=DRAFT, address="workflows:item")
UNSCHEDULED = Kind("unscheduled", _("Not published at its hour"), scope=DRAFT, address="workflows:item")
ASKED = Kind("question_asked", _("A reader asks you something"), address="questions")
ANSWERED = Kind("question_answered", _("Your question was answered"), address="questions")


def register_kinds() -> None:
    """Name them all."""
    for kind in (
        RELEASED, ACKNOWLEDGE, REMINDER, OVERDUE, PUBLISHED, TO_APPROVE, ALERT_TO_APPROVE, RETURNED, UNSCHEDULED,
        ASKED, ANSWERED,
    ):  # fmt: skip
        register(kind)
