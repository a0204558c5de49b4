from django.apps import AppConfig
from django.db.models.signals import post_migrate

from cms.core import health, periodic

SECONDS_BETWEEN_SYNCS = 60


class SearchConfig(AppConfig):
    """Search over one read model."""

    name = "search"

    def ready(self) -> None:
        """Listen to changes of items; refuse to start with an engine that does not exist."""
        from search import checks, receivers, watching  # noqa: F401 - the first two register what they hold
        from search.engines import get_engine
        from search.receivers import renew_entries
        from search.tasks import sync_forgotten
        from search.telling import FORGET_SECONDS, TELL_SECONDS, forget_past_searches, register_kind, tell_of_findings

        get_engine()
        periodic.register("sync_forgotten", SECONDS_BETWEEN_SYNCS, sync_forgotten)
        periodic.register("tell_of_findings", TELL_SECONDS, tell_of_findings)
        periodic.register("forget_past_searches", FORGET_SECONDS, forget_past_searches)
        register_kind()
        post_migrate.connect(renew_entries, sender=self)
        health.register("search", watching.state)
