from django.apps import AppConfig
from django.db.models.signals import post_migrate

from cms.core import periodic

SECONDS_BETWEEN_RUNS = 24 * 3600


class RetentionConfig(AppConfig):
    """How long items are kept, and their end."""

    name = "workflows.retention"
    label = "retention"

    def ready(self) -> None:
        """Have rules after every migration, a run each day, and names for what people are told."""
        from workflows.retention.kinds import register_kinds
        from workflows.retention.rulebook import ensure_rules
        from workflows.retention.tasks import retain_daily

        register_kinds()
        periodic.register("retain_daily", SECONDS_BETWEEN_RUNS, retain_daily)
        post_migrate.connect(ensure_rules, sender=self)
