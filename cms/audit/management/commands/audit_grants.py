"""Give the audit trail an owner of its own, so that the application can add to it and read it, and nothing else."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, transaction
from psycopg import sql

TABLES = ("audit_auditevent", "audit_leaf", "audit_checkpoint")
SEQUENCE = "audit_auditevent_id_seq"
FUNCTION = "audit_refuse_change()"
# relations that nothing else owns: tables with their indexes and sequences, sequences that stand alone, views
_RELATIONS = """
SELECT c.relkind, c.relname FROM pg_class c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
   AND NOT EXISTS (SELECT FROM pg_depend d
                    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i', 'e'))
 ORDER BY c.relname
"""
_FUNCTIONS = """
SELECT p.oid::regprocedure::text FROM pg_proc p
 WHERE p.pronamespace = 'public'::regnamespace
   AND NOT EXISTS (SELECT FROM pg_depend d
                    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
 ORDER BY 1
"""


class Command(BaseCommand):
    """Run once by a database administrator, and again after an upgrade that adds tables."""

    help = "Let one role own the audit trail and another, the application's, only insert into it and select from it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the two roles, which must exist."""
        parser.add_argument("--owner", required=True, help="the role that will own database and trail; nobody uses it")
        parser.add_argument("--application", required=True, help="the role that DATABASE_URL will name")
        parser.add_argument("--print", action="store_true", dest="only_print", help="print the statements, run nothing")

    def handle(self, *_args: Any, owner: str, application: str, only_print: bool, **_options: Any) -> None:
        """Run or print the statements, all or none."""
        if owner == application:
            raise CommandError("Owner and application must be two roles.")
        connection.ensure_connection()
        with connection.cursor() as cursor:
            statements = [part.as_string(cursor.connection) for part in _statements(cursor, owner, application)]
        if only_print:
            self.stdout.write("\n".join(f"{statement};" for statement in statements))
            return
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        except DatabaseError as error:
            raise CommandError(f"Nothing was changed: {' '.join(str(error).split())}") from error
        self.stdout.write(f"{application} may add to the audit trail and read it; {owner} owns it.")


def _statements(cursor: Any, owner: str, application: str) -> list[sql.Composed]:
    roles = {"owner": sql.Identifier(owner), "app": sql.Identifier(application)}
    database = sql.Identifier(connection.settings_dict["NAME"])

    def statement(text: str, **names: Any) -> sql.Composed:
        return sql.SQL(text).format(**roles, **names)

    # whoever owns the database owns the schema, and whoever owns the schema may drop what is in it
    made = [
        statement("ALTER DATABASE {database} OWNER TO {owner}", database=database),
        statement("REVOKE ALL ON DATABASE {database} FROM {app}", database=database),
        statement("GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {database} TO {app}", database=database),
        statement("ALTER SCHEMA public OWNER TO {owner}"),
        statement("GRANT USAGE, CREATE ON SCHEMA public TO {app}"),
    ]
    cursor.execute(_RELATIONS)
    for kind, name in cursor.fetchall():
        if name not in TABLES:
            what = sql.SQL("SEQUENCE" if kind == "S" else "TABLE")
            made.append(statement("ALTER {what} {name} OWNER TO {app}", what=what, name=sql.Identifier(name)))
    cursor.execute(_FUNCTIONS)
    for (signature,) in cursor.fetchall():
        new_owner = roles["owner"] if signature == FUNCTION else roles["app"]
        made.append(statement("ALTER FUNCTION {f} OWNER TO {new}", f=sql.SQL(signature), new=new_owner))
    for table in map(sql.Identifier, TABLES):
        made += [
            statement("ALTER TABLE {table} OWNER TO {owner}", table=table),
            statement("REVOKE ALL ON {table} FROM PUBLIC, {app}", table=table),
            statement("GRANT SELECT, INSERT ON {table} TO {app}", table=table),
        ]
    made.append(statement("GRANT USAGE ON SEQUENCE {name} TO {app}", name=sql.Identifier(SEQUENCE)))
    return made
