"""Sessions in the database, read by a statement that is planned once: they are read at nearly each request."""

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from cms.core.prepared import prepared_cursor

_LOAD = "SELECT session_data FROM django_session WHERE session_key = %(key)s AND expire_date > %(now)s"


class SessionStore(db.SessionStore):
    """Django's sessions in the database; only reading differs."""

    def load(self) -> dict[str, Any]:
        """Return the session's data; an absent or ended one is empty and loses its key."""
        with prepared_cursor() as cursor:
            cursor.execute(_LOAD, {"key": self.session_key, "now": timezone.now()})
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row[0])
