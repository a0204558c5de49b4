"""What is looked at when the system starts with a database: `migrate`, and `check --database default`."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connection

from search.engines.elastic.state import mapping_changes
from search.external import ExternalIndex


@register(Tags.database)
def check_external_index(databases: Iterable[str] | None = None, **_options: Any) -> Sequence[CheckMessage]:
    """Name every part in which the external index is made otherwise than this program needs it."""
    if "default" not in (databases or ()) or settings.SEARCH_ENGINE != "elasticsearch":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('search_indexeditem') IS NULL")
        if cursor.fetchone() == (True,):
            # the database is about to be made
            return []
    serving = ExternalIndex.objects.filter(role=ExternalIndex.Role.SERVING).only("pk").first()
    if serving is None:
        return [
            Warning("No external index is in use: PostgreSQL answers.", hint="Run rebuild_index.", id="search.W001")
        ]
    return [
        Warning(
            f"The external index differs in {part}: PostgreSQL answers.", hint="Run rebuild_index.", id="search.W002"
        )
        for part in mapping_changes(serving.pk)
    ]
