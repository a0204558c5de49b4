"""Search engines behind one interface; `SEARCH_ENGINE` names the one that answers."""

from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from search.engines.base import Engine

ENGINES = {
    "postgres": "search.engines.postgres.PostgresEngine",
    "elasticsearch": "search.engines.elastic.engine.ElasticEngine",
}


@cache
def get_engine(name: str = "") -> Engine:
    """Return the engine of the name, or the one that the settings name. Raises ImproperlyConfigured for others."""
    chosen = name or settings.SEARCH_ENGINE
    if chosen not in ENGINES:
        raise ImproperlyConfigured(f"SEARCH_ENGINE must be one of {', '.join(sorted(ENGINES))}, not {chosen!r}.")
    engine: Engine = import_string(ENGINES[chosen])()
    return engine
