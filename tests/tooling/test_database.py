"""The test database is emptied to what the migrations made, in spite of triggers."""

import pytest
from django.core.management import call_command
from django.db import connection


def _counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        counts = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts


@pytest.mark.django_db(transaction=True)
def test_a_flush_brings_back_what_the_migrations_made_and_nothing_else() -> None:
    before = _counts()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_content_type (app_label, model) VALUES ('tooling', 'made by a test')")
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
    assert _counts() == before
    assert before["wagtailcore_page"] > 0
