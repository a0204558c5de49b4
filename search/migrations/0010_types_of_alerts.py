from django.db import migrations


class Migration(migrations.Migration):
    """Entries of alerts, follow-ups and final reports that were written before these were types of their own say
    otherwise: as entries of an older analysis they are written anew after this migration."""

    dependencies = [("search", "0009_parts_of_compounds"), ("content_types", "0004_item_types_of_alerts")]
    operations = [
        migrations.RunSQL("UPDATE search_searchentry SET analysis = 0 WHERE type_key = 'alert'", migrations.RunSQL.noop)
    ]
