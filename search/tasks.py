"""Background tasks of search."""

from django.conf import settings
from django_tasks import task

from search.sync import purge_tombstones, sync_pending


@task()
def sync_forgotten() -> None:
    """Bring up to date what nobody announced; forget what has been gone for long."""
    if settings.SEARCH_ENGINE == "elasticsearch":
        sync_pending()
        purge_tombstones()
