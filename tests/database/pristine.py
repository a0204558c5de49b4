"""A copy of the rows that migrations made, kept in a schema of its own inside the test database."""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

_TABLES = """
    SELECT quote_ident(t.table_name),
           string_agg(quote_ident(c.column_name), ', ' ORDER BY c.ordinal_position)
      FROM information_schema.tables t
      JOIN information_schema.columns c USING (table_schema, table_name)
     WHERE t.table_schema = %s AND t.table_type = 'BASE TABLE'
       AND c.is_generated = 'NEVER' AND t.table_name NOT IN ('django_migrations', 'core_cache')
     GROUP BY t.table_name
"""


class Pristine:
    """The rows of the tables as they were after the migrations."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection

    def keep(self) -> None:
        """Copy every table that has rows now."""
        with self.connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS pristine CASCADE")
            cursor.execute("CREATE SCHEMA pristine")
            for table, columns in self._tables(cursor, "public"):
                cursor.execute(f"SELECT EXISTS (SELECT FROM public.{table})")
                if cursor.fetchone() == (True,):
                    cursor.execute(f"CREATE TABLE pristine.{table} AS SELECT {columns} FROM public.{table}")

    def restore(self, cursor: CursorWrapper) -> None:
        """Put the rows back into their emptied tables; numbers given since are not given again."""
        for table, columns in self._tables(cursor, "pristine"):
            cursor.execute(
                f"INSERT INTO public.{table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM pristine.{table}"
            )

    @staticmethod
    def _tables(cursor: CursorWrapper, schema: str) -> list[tuple[str, str]]:
        cursor.execute(_TABLES, [schema])
        return [(table, columns) for table, columns in cursor.fetchall()]
