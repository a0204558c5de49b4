from django.apps import AppConfig

from cms.core import periodic

REFRESH_SECONDS = 10


class SharingConfig(AppConfig):
    """The one home of who may see what; tokens whose span has ended are brought up to date by the worker."""

    name = "cms.sharing"
    label = "sharing"

    def ready(self) -> None:
        """Have due audiences refreshed; answer for the policy when people are told of items."""
        from cms.sharing import seers, telling
        from cms.sharing.tasks import refresh_due_audiences

        seers.register()
        telling.register_kinds()

        periodic.register("refresh_due_audiences", REFRESH_SECONDS, refresh_due_audiences)
