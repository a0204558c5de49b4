"""What people are told about requests for disclosure: words without content."""

from django.utils.translation import gettext_lazy as _

from cms.notifications.kinds import Kind, register

ASKED = Kind("disclosure_asked", _("Somebody asks to pass on an item of yours"), address="disclosures")
REMINDER = Kind("disclosure_reminder", _("A request for disclosure waits for your answer"), address="disclosures")
PROPOSED = Kind("disclosure_proposed", _("A disclosure waits for a second decider"), address="disclosures")
ANSWERED = Kind("disclosure_answered", _("Your request for disclosure was answered"), address="disclosures")
OVERDUE = Kind(
    "disclosure_overdue", _("Your request for disclosure was not answered: that means no"), address="disclosures"
)
REVOKED = Kind("disclosure_revoked", _("A permission to pass something on was revoked"), address="disclosures")


def register_kinds() -> None:
    """Name them all."""
    for kind in (ASKED, REMINDER, PROPOSED, ANSWERED, OVERDUE, REVOKED):
        register(kind)
