from django.apps import AppConfig

from cms.core import health, periodic

SECONDS_BETWEEN_SYNCS = 60


class SearchConfig(AppConfig):
    """Search over one read model."""

    name = "search"

    def ready(self) -> None:
        """Listen to changes of items; refuse to start with an engine that does not exist."""
        from search import checks, receivers, watching  # noqa: F401 - the first two register what they hold
        from search.engines import get_engine
        from search.tasks import sync_forgotten

        get_engine()
        periodic.register("sync_forgotten", SECONDS_BETWEEN_SYNCS, sync_forgotten)
        health.register("search", watching.state)
