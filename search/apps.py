from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Search over one read model."""

    name = "search"

    def ready(self) -> None:
        """Listen to changes of items."""
        from search import receivers  # noqa: F401
