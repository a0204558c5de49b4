from django.apps import AppConfig

from cms.core import companions, health, periodic

SECONDS_BETWEEN_DIGESTS = 60


class NotificationsConfig(AppConfig):
    """The outbox, and telling people what concerns them."""

    name = "cms.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Have the outbox drained by every worker and watched."""
        from cms.notifications import mail, receivers, telling  # noqa: F401 - they register what they hold
        from cms.notifications.companion import OutboxCompanion
        from cms.notifications.selectors import outbox_state
        from cms.notifications.tasks import queue_due_digests

        periodic.register("queue_due_digests", SECONDS_BETWEEN_DIGESTS, queue_due_digests)
        companions.register("outbox", OutboxCompanion())
        health.register("outbox", outbox_state)
