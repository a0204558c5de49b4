from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The reader's desk: notices, and what waits for somebody."""

    name = "cms.desk"
    label = "desk"

    def ready(self) -> None:
        """Opening an item reads its notices."""
        from cms.desk import receivers  # noqa: F401
