from django.apps import AppConfig

from cms.core import periodic


class DeskConfig(AppConfig):
    """The reader's desk: notices, and what waits for somebody."""

    name = "cms.desk"
    label = "desk"

    def ready(self) -> None:
        """Opening an item reads it and its notices; who watches one is told of its new versions."""
        from cms.desk import receivers  # noqa: F401
        from cms.desk.kinds import register_kinds
        from cms.desk.tasks import FORGET_SECONDS, forget_old_reading

        register_kinds()
        periodic.register("forget_old_reading", FORGET_SECONDS, forget_old_reading)
