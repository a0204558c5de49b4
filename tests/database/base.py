"""Django's PostgreSQL backend, but for what a flush does; `cms.settings.test` names it."""

from collections.abc import Iterable
from typing import Any

from django.db import OperationalError, transaction
from django.db.backends.postgresql import base, creation, operations
from psycopg.errors import DeadlockDetected

from tests.database.pristine import Pristine


class DatabaseCreation(creation.DatabaseCreation):
    """Remembers what the migrations put into the test database."""

    def create_test_db(self, *args: Any, **options: Any) -> str:
        """Create the database, keep a copy of its rows, and return its name."""
        name: str = super().create_test_db(*args, **{**options, "serialize": None})
        Pristine(self.connection).keep()
        return name


class DatabaseOperations(operations.DatabaseOperations):
    """Flushes to the state after the migrations, not to nothing."""

    def execute_sql_flush(self, sql_list: Iterable[str]) -> None:
        """Empty the tables, then put back the rows that the migrations made.

        Once more where a request of the browser's that nobody waited for was still at work, and one had to give way.
        """
        statements = list(sql_list)
        try:
            self._flush(statements)
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
            self._flush(statements)

    def _flush(self, statements: Iterable[str]) -> None:
        # as a replica, so that the triggers which guard the audit trail, and foreign keys, stay out of it
        with transaction.atomic(self.connection.alias), self.connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for sql in statements:
                cursor.execute(sql)
            Pristine(self.connection).restore(cursor)


class DatabaseWrapper(base.DatabaseWrapper):
    """The backend."""

    creation_class = DatabaseCreation
    ops_class = DatabaseOperations
