from django.apps import AppConfig
from django.db.backends.signals import connection_created

from cms.core import health, periodic

DAY = 24 * 60 * 60


class CoreConfig(AppConfig):
    """The platform's ground floor: it knows no other app."""

    name = "cms.core"
    label = "core"

    def ready(self) -> None:
        """Have finished tasks forgotten once a day and the worker watched; let connections prepare statements."""
        from cms.core.clocks import clock_state
        from cms.core.heartbeats import tasks_state
        from cms.core.prepared import allow_prepared_statements
        from cms.core.tasks import forget_finished_tasks

        connection_created.connect(allow_prepared_statements)
        periodic.register("forget_finished_tasks", DAY, forget_finished_tasks)
        health.register("tasks", tasks_state)
        health.register("clock", clock_state)
