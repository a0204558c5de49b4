from django.apps import AppConfig

from cms.core import periodic

CLOCK_SECONDS = 5


class AlertsConfig(AppConfig):
    """Flash alerts: writing, releasing, acknowledging, escalating."""

    name = "workflows.alerts"
    label = "alerts"

    def ready(self) -> None:
        """Release what is published, ring what is due, and name what people are told."""
        from workflows.alerts import receivers  # noqa: F401
        from workflows.alerts.kinds import register_kinds
        from workflows.alerts.tasks import ring_due_clocks

        register_kinds()
        periodic.register("ring_due_clocks", CLOCK_SECONDS, ring_due_clocks)
