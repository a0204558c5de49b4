"""What people are told about the end of a term: words without content."""

from django.utils.translation import gettext_lazy as _

from cms.notifications.kinds import DRAFT, Kind, register

TERM_ENDS = Kind("term_ends", _("The term of an item of yours ends soon"), scope=DRAFT, address="retention:item")
TERM_ENDED = Kind(
    "term_ended", _("The term of an item of yours has ended: it is withdrawn"), scope=DRAFT, address="retention:item"
)


def register_kinds() -> None:
    """Name them."""
    register(TERM_ENDS)
    register(TERM_ENDED)
