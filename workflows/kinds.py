"""What people are told of about keeping items: words without content."""

from django.utils.translation import gettext_lazy as _

from cms.notifications.kinds import DRAFT, Kind, register

REVIEW_DUE = Kind("review_due", _("A review is due"), scope=DRAFT, address="workflows:item")


def register_kinds() -> None:
    """Name them."""
    register(REVIEW_DUE)
