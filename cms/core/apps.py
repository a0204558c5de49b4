from django.apps import AppConfig

from cms.core import periodic

DAY = 24 * 60 * 60


class CoreConfig(AppConfig):
    """The platform's ground floor: it knows no other app."""

    name = "cms.core"
    label = "core"

    def ready(self) -> None:
        """Have finished tasks forgotten once a day."""
        from cms.core.tasks import forget_finished_tasks

        periodic.register("forget_finished_tasks", DAY, forget_finished_tasks)
