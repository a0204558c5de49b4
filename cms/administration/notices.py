"""Of what owners' people are told: never of the content."""

from django.utils.translation import gettext_lazy as _

from cms.notifications.kinds import Kind, register

INSPECTED = Kind("inspected", _("One of your items may be inspected"), address="sharing:item")
GROUP_GREW = Kind("group_grew", _("A working group you share with has a new member"), address="sharing:item")


def register_kinds() -> None:
    """Name them."""
    for kind in (INSPECTED, GROUP_GREW):
        register(kind)
