from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Search over one read model."""

    name = "search"

    def ready(self) -> None:
        """Listen to changes of items; refuse to start with an engine that does not exist."""
        from search import receivers  # noqa: F401
        from search.engines import get_engine

        get_engine()
