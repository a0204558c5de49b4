from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdministrationConfig(AppConfig):
    """Pages of those who administer people, organisations and groups, explain access, or inspect a single item."""

    name = "cms.administration"
    label = "administration"

    def ready(self) -> None:
        """Name the kinds of notice, and listen to groups that grow."""
        from cms.administration import mailing, receivers  # noqa: F401
        from cms.administration.notices import GROUP_GREW, INSPECTED
        from cms.notifications.kinds import Kind, register

        register(Kind(INSPECTED, _("One of your items may be inspected"), address="sharing:item"))
        register(Kind(GROUP_GREW, _("A working group you share with has a new member"), address="sharing:item"))
