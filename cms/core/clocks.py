"""Whether this machine's clock and the database server's agree. No decision reads the database's; it is a second
opinion about the one that decides."""

from datetime import datetime, timedelta

from django.db import connection

from cms.core.health import OK
from cms.core.instants import current_instant

# several application servers share a database: each is compared with it, and so with the others
FARTHEST_APART = timedelta(seconds=5)


def clock_state(_at: datetime) -> str:
    """Return `OK` while both clocks agree to a few seconds, else by how much this machine's is ahead or behind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime = cursor.fetchone()[0]
    apart = current_instant() - theirs
    if abs(apart) <= FARTHEST_APART:
        return OK
    return f"{abs(apart).total_seconds():.0f} seconds {'ahead of' if apart > timedelta() else 'behind'} the database"
