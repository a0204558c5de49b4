"""Text-search configurations: Snowball without stop words, for each language that this PostgreSQL brings."""

from django.db import migrations

from search.languages import CREATE_CONFIGURATIONS, DROP_CONFIGURATIONS


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [migrations.RunSQL(CREATE_CONFIGURATIONS, DROP_CONFIGURATIONS)]
