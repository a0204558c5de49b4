from django.apps import AppConfig

from cms.core import companions, health


class NotificationsConfig(AppConfig):
    """The outbox, and telling people what concerns them."""

    name = "cms.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Have the outbox drained by every worker and watched."""
        from cms.notifications.companion import OutboxCompanion
        from cms.notifications.selectors import outbox_state

        companions.register("outbox", OutboxCompanion())
        health.register("outbox", outbox_state)
