from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The reader's desk: notices, and what waits for somebody."""

    name = "cms.desk"
    label = "desk"

    def ready(self) -> None:
        """Opening an item reads its notices; who watches one is told of its new versions."""
        from cms.desk import receivers  # noqa: F401
        from cms.desk.kinds import register_kinds

        register_kinds()
