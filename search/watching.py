"""How the copies outside the database are: late, missing, or as they should be. Asked at `/health/`."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min

from cms.core.health import OK
from search.engines import get_engine
from search.engines.elastic.engine import ElasticEngine
from search.engines.elastic.state import mapping_changes
from search.external import ExternalIndex, IndexedItem

# copies that are later than this are told of; a second is what is aimed at
LATE = timedelta(seconds=10)


def lag(at: datetime) -> timedelta:
    """Return for how long the oldest change at the instant has been waiting for its copy; nothing where none waits."""
    since = IndexedItem.objects.filter(pending_since__isnull=False).aggregate(first=Min("pending_since"))["first"]
    return max(timedelta(), at - since) if since else timedelta()


def state(at: datetime) -> str:
    """Return the state of the external index in a few words; all is well where none is in use."""
    if settings.SEARCH_ENGINE != "elasticsearch":
        return OK
    engine = get_engine()
    if isinstance(engine, ElasticEngine) and not engine.breaker.closed:
        return "Elasticsearch does not answer; PostgreSQL answers searches"
    serving = ExternalIndex.objects.filter(role=ExternalIndex.Role.SERVING).only("pk").first()
    if serving is None:
        return "no external index is in use; PostgreSQL answers searches; run rebuild_index"
    if mapping_changes(serving.pk):
        return "the external index is made otherwise than needed; PostgreSQL answers searches; run rebuild_index"
    late = lag(at)
    return f"copies are {late.total_seconds():.0f} s late" if late > LATE else OK
