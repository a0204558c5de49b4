"""What people are told about items that they watch."""

from django.utils.translation import gettext_lazy as _

from cms.notifications.kinds import Kind, register

CHANGED = Kind("watched_changed", _("An item you watch has a new version"))


def register_kinds() -> None:
    """Name it."""
    register(CHANGED)
