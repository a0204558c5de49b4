from django.db import migrations


class Migration(migrations.Migration):
    # nothing of the tables changes: after a migration of search, entries that were analysed otherwise are written anew
    dependencies = [("search", "0008_personal_search")]
    operations = []
