"""Statements that are asked at each request: the database parses and plans them once per connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import ServerBindingCursor


def allow_prepared_statements(connection: Any, **_signal: Any) -> None:
    """Let a new connection prepare statements, and plan each once for whatever values come: a plan made for values
    anew each time would cost more than it saves. The ORM's own statements are never prepared."""
    if settings.PREPARED_STATEMENTS:
        connection.connection.prepare_threshold = 0
        with connection.cursor() as cursor:
            cursor.execute("SET plan_cache_mode = force_generic_plan")


@contextmanager
def prepared_cursor(using: str = DEFAULT_DB_ALIAS) -> Iterator[Any]:
    """Yield a cursor whose statements are prepared, each text once: for fixed texts, with values as parameters alone.

    Behind a pooler that gives each transaction another connection, `PREPARED_STATEMENTS` must be off: then it is a
    usual cursor.
    """
    connection = connections[using]
    if not settings.PREPARED_STATEMENTS:
        with connection.cursor() as cursor:
            yield cursor
        return
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    plain: Any = ServerBindingCursor
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with connection.wrap_database_errors, wrap(plain(connection.connection)) as cursor:
        yield cursor
