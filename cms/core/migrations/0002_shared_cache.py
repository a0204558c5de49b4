from django.core.management import call_command
from django.db import migrations

TABLE = "core_cache"


def create(apps, schema_editor):
    call_command("createcachetable", TABLE, database=schema_editor.connection.alias, verbosity=0)


def drop(apps, schema_editor):
    schema_editor.execute(f"DROP TABLE {TABLE}")


class Migration(migrations.Migration):
    """What all server processes must agree on, such as attempts to sign in and one-time codes that were used."""

    dependencies = [("core", "0001_scrambled_ids")]
    operations = [migrations.RunPython(create, drop)]
